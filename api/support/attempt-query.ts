import { domainToASCII } from 'node:url'
import type { Context } from 'koa'
import { results, stages } from '../../domain/attempt.js'
import { parseEmailAddress } from '../../domain/email-address.js'
import { AppError } from '../../domain/errors.js'
import { mailStates } from '../../domain/mail.js'
import { isUuid } from '../../domain/uuid.js'
import type { AttemptFilter } from '../../store/attempt-search.js'
import type { StaffSession } from '../../store/staff.js'
import { queryValue } from '../request.js'
import type { SupportDependencies } from './dependencies.js'

/** The words of a search as the form shows them again. */
export type SearchWords = Readonly<Record<(typeof searchFields)[number], string>>

export const searchFields = [
  'q',
  'organization',
  'provider',
  'stage',
  'outcome',
  'mail',
  'since',
  'until',
] as const

/** An address in a link of the console: sealed for this person, because addresses stand in no URL. */
const sealedMark = '~'

export const sealWords = ({ keyring }: SupportDependencies, staff: StaffSession, words: string): string =>
  words.includes('@')
    ? sealedMark + keyring.seal('staff-search', staff.staffId, words).toString('base64url')
    : words

const openWords = ({ keyring }: SupportDependencies, staff: StaffSession, words: string): string => {
  if (!words.startsWith(sealedMark)) return words
  try {
    return keyring.open('staff-search', staff.staffId, Buffer.from(words.slice(1), 'base64url'))
  } catch {
    throw new AppError('bad_request', { refusal: 'search_not_yours', nextPath: '/' })
  }
}

/** What the query looks for, as it was typed. @throws AppError `bad_request` where an address in it is somebody else's search */
export const searchWords = (
  dependencies: SupportDependencies,
  context: Context,
  staff: StaffSession,
): SearchWords => {
  demandKnown(context, searchFields)
  return Object.fromEntries(
    searchFields.map((name) => [
      name,
      openWords(dependencies, staff, (queryValue(context, name) ?? '').trim()).trim(),
    ]),
  ) as SearchWords
}

/** A filter that nobody knows would show more than was asked for. @throws AppError `bad_request` with each of them */
export const demandKnown = ({ query }: Context, names: readonly string[]): void => {
  const known = [...names, 'limit', 'after']
  const errors = Object.keys(query)
    .filter((name) => !known.includes(name))
    .map((field) => ({ field, message: `is no filter; these are: ${known.join(', ')}` }))
  if (errors.length > 0) throw new AppError('bad_request', { errors, nextPath: '/' })
}

/**
 * What is looked for. `q` is a whole address, or the id of an attempt or of a user; other words match nothing.
 * @throws AppError `bad_request` with the field that makes no sense
 */
export const readSearch = async (
  dependencies: SupportDependencies,
  staff: StaffSession,
  words: SearchWords,
): Promise<AttemptFilter> => {
  return {
    scope: staff.organizations,
    ...((await wanted(dependencies, words.q)) ?? nobody),
    ...(words.organization === '' ? {} : { organization: words.organization }),
    ...(words.provider === '' ? {} : { provider: words.provider }),
    ...oneOf('stage', stages, words.stage),
    ...oneOf('outcome', results, words.outcome),
    ...oneOf('mail', mailStates, words.mail),
    ...moment('since', words.since),
    ...moment('until', words.until),
  }
}

const nobody: Pick<AttemptFilter, 'person'> = {
  person: { addressIndexes: [], canonical: null, userId: null },
}

/** To a person who typed words that match nothing, how to search says more than an empty list. @throws AppError `bad_request` */
export const demandSearchable = async (
  dependencies: SupportDependencies,
  { q }: SearchWords,
): Promise<void> => {
  if ((await wanted(dependencies, q)) === null)
    throw wrong('q', 'must be an e-mail address, or the id of a sign-in or of a user')
}

/** Null for words that are neither an address nor an id. */
const wanted = async (
  { database, keyring }: SupportDependencies,
  q: string,
): Promise<Pick<AttemptFilter, 'person' | 'attemptId'> | null> => {
  if (q === '') return {}
  if (isUuid(q)) {
    const user = await database.users.find(q)
    return user === null
      ? { attemptId: q }
      : { person: { addressIndexes: [], canonical: null, userId: user.id } }
  }
  const address = parseEmailAddress(q, domainToASCII)
  if (address === null) return null
  const { canonical } = address
  const addressIndexes = keyring.blindIndexes('address-index', canonical)
  return { person: { addressIndexes, canonical, userId: null } }
}

/** A field that takes one of a few words; absent where nothing was chosen. */
export const oneOf = <Name extends string, Word extends string>(
  name: Name,
  words: readonly Word[],
  text: string,
): { readonly [Key in Name]?: Word } => {
  if (text === '') return {}
  const found = words.find((word) => word === text)
  if (found === undefined) throw wrong(name, `must be one of ${words.join(', ')}`)
  return { [name]: found } as { readonly [Key in Name]?: Word }
}

/** A field that takes a day (`2026-11-25`) or an instant of RFC 3339; UTC. */
export const moment = <Name extends string>(name: Name, text: string): { readonly [Key in Name]?: Date } => {
  if (text === '') return {}
  const at = new Date(text)
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(at.getTime()))
    throw wrong(name, 'must be a day such as 2026-11-25, or an instant of RFC 3339')
  return { [name]: at } as { readonly [Key in Name]?: Date }
}

/** Where a page of ids begins, from the query; absent on the first one. */
export const afterOf = (context: Context): { readonly after?: string } => {
  const after = queryValue(context, 'after') ?? ''
  if (after === '') return {}
  if (!isUuid(after)) throw wrongCursor()
  return { after }
}

/** As `afterOf`, where pages of attempts begin: microseconds, and an id. */
export const afterAttemptOf = (context: Context): string | undefined => {
  const after = queryValue(context, 'after') ?? ''
  if (after === '') return undefined
  const [time = '', id = ''] = after.split('.', 2)
  if (!/^\d{1,16}$/.test(time) || !isUuid(id)) throw wrongCursor()
  return `${time}.${id}`
}

const wrongCursor = (): AppError => wrong('after', 'must be what the page before gave')

/** How many, from the query; 50 where nothing is said. */
export const limitOf = (context: Context): number => {
  const limit = Number(queryValue(context, 'limit') ?? 50)
  if (!Number.isInteger(limit) || limit < 1 || limit > 200) throw wrong('limit', 'must be from 1 to 200')
  return limit
}

export const wrong = (field: string, message: string): AppError =>
  new AppError('bad_request', { errors: [{ field, message }], nextPath: '/' })
