import { domainToASCII } from 'node:url'
import type { Result, Stage } from '../domain/attempt.js'
import { parseEmailAddress } from '../domain/email-address.js'
import { isUuid } from '../domain/uuid.js'
import { authPipelineWorkflowId } from '../domain/workflow-ids.js'
import { timelineOf } from '../support/timeline.js'
import type { TimelineEntry } from '../support/timeline.js'
import { detailsOf, sentenceOf } from '../views/pages/support/sentences.js'
import { CommandError } from './dependencies.js'
import type { CliDependencies } from './dependencies.js'

export interface ListAttemptsOptions {
  readonly email?: string
  readonly organization?: string
  readonly stage?: Stage
  readonly outcome?: Result
  readonly limit: number
}

/** Prints sign-ins, newest first: one line each, nothing personal. @throws CommandError where the address is none, or there is no such organization */
export const listAttempts = async (
  { database, keyring, print }: CliDependencies,
  { email, limit, ...filter }: ListAttemptsOptions,
): Promise<void> => {
  const address = email === undefined ? undefined : parseEmailAddress(email, domainToASCII)
  if (address === null) throw new CommandError('That is not one e-mail address.')
  const person =
    address === undefined
      ? {}
      : {
          person: {
            addressIndexes: keyring.blindIndexes('address-index', address.canonical),
            canonical: address.canonical,
            userId: null,
          },
        }
  if (filter.organization !== undefined && (await database.organizations.find(filter.organization)) === null)
    throw new CommandError(`There is no organization ${filter.organization}.`)
  const { items } = await database.attemptSearch.search({ scope: null, ...filter, ...person }, limit)
  if (items.length === 0) print('No sign-ins.')
  for (const one of items) {
    const stands = [one.outcome ?? one.stage, one.how ?? one.code].filter((part) => part !== null).join(' ')
    const mail = one.mail === null ? '' : `  mail ${one.mail}`
    print(`${one.id}  ${one.createdAt.toISOString()}  ${one.organization}/${one.provider}  ${stands}${mail}`)
  }
}

/** Prints what happened in one sign-in, oldest first. @throws CommandError where there is none of that id */
export const showAttempt = async (
  { database, pipelines, print }: CliDependencies,
  attemptId: string,
): Promise<void> => {
  const { attempt, story } = await storyOf({ database }, attemptId)
  const run = await pipelines
    .story(authPipelineWorkflowId(attempt.provider.organization.id, attemptId))
    .catch(() => null)
  print(`${attempt.provider.organization.slug}/${attempt.provider.name}  ${attempt.stage}`)
  const entries = await timelineOf({ database }, story, run === null ? [] : [run])
  for (const entry of entries) print(lineOf(entry))
}

/** What Postgres knows of an attempt. @throws CommandError where there is none of that id */
export const storyOf = async ({ database }: Pick<CliDependencies, 'database'>, attemptId: string) => {
  const known = isUuid(attemptId)
  const attempt = known ? await database.attempts.find(attemptId) : null
  const story = known ? await database.attemptStory.find(attemptId) : null
  if (attempt === null || story === null)
    throw new CommandError(`There is no sign-in ${attemptId}. \`auth-pipeline attempts list\` shows them.`)
  return { attempt, story }
}

/** When, who, what; details behind it. */
export const lineOf = (entry: TimelineEntry): string => {
  const { kind, name } = entry.actor
  const who = kind === 'system' ? entry.source : `${kind} ${name ?? ''}`.trim()
  const { target } = entry.data
  const details = [...(typeof target === 'string' ? [target] : []), ...detailsOf(entry.data)]
  return `${entry.at.toISOString()}  ${who.padEnd(8)}  ${sentenceOf(entry).what}${details.length === 0 ? '' : `  (${details.join(', ')})`}`
}
