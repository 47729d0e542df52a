import type { ApplicationAct, ApplicationChanges } from '../domain/audit-events.js'
import { isSlug } from '../domain/slug.js'
import type { Application } from '../store/applications.js'
import type { Stores } from '../store/stores.js'
import { CommandError } from './dependencies.js'
import type { CliDependencies } from './dependencies.js'
import { statedOrSilent } from './stated-act.js'
import type { ActOptions } from './stated-act.js'

export interface AddApplicationOptions extends ActOptions {
  readonly organization: string
  readonly name: string
  readonly displayName?: string
  readonly origin: string
  readonly returnPath: readonly string[]
}

/**
 * Registers a program that signs people of an organization in through us, or gives the one of that name new settings. The audit holds
 * what changed, and by whom.
 * @throws CommandError with what is wrong and how to mend it
 */
export const addApplication = async (
  { database, publicOrigin, development, print }: CliDependencies,
  options: AddApplicationOptions,
): Promise<void> => {
  const stated = statedOrSilent(options)
  const organization = await database.organizations.find(options.organization)
  if (organization === null) throw new CommandError(`There is no organization "${options.organization}".`)
  if (!isSlug(options.name))
    throw new CommandError('The name must be lower-case letters, digits and hyphens.')
  checkOrigin(options.origin, development)
  for (const path of options.returnPath) {
    const leads = URL.canParse(path, options.origin) && new URL(path, options.origin)
    if (!path.startsWith('/') || leads === false || leads.href !== `${options.origin}${path}`)
      throw new CommandError(
        `A return path is a path on the application's own origin, such as /signed-in: "${path}".`,
      )
  }
  const wanted = {
    name: options.name,
    displayName: options.displayName ?? options.name,
    origin: options.origin,
    returnPaths: options.returnPath,
  }
  const { id, changed } = await database.transaction(async (stores) => {
    const former = await stores.applications.find(organization.slug, options.name)
    const changes = differences(former, wanted)
    if (former !== null && Object.keys(changes).length === 0) return { id: former.id, changed: false }
    const id = await stores.applications.save({ organizationId: organization.id, ...wanted })
    const act = former === null ? 'add_application' : 'change_application'
    await note(
      stores,
      stated,
      { organizationId: organization.id, id },
      { act, name: options.name, ...changes },
    )
    return { id, changed: true }
  })
  print(changed ? `Registered "${options.name}" for ${organization.name}.` : 'Nothing changed.')
  print(`Audience of its tokens: ${id}`)
  print(`Issuer: ${publicOrigin}, keys: ${publicOrigin}/.well-known/jwks.json`)
  print(`Send people to: ${publicOrigin}/continue/${organization.slug}/${options.name}?state=…`)
}

const checkOrigin = (text: string, development: boolean): void => {
  if (!URL.canParse(text) || new URL(text).origin !== text)
    throw new CommandError(`The origin must be an origin only, such as https://shop.example: "${text}".`)
  if (!text.startsWith('https:') && !development)
    throw new CommandError('The origin must be https. Plain http is taken in development only.')
}

/** Prints the applications of an organization, one line each. */
export const listApplications = async (
  { database, print }: CliDependencies,
  options: { readonly organization: string },
): Promise<void> => {
  const organization = await database.organizations.find(options.organization)
  if (organization === null) throw new CommandError(`There is no organization "${options.organization}".`)
  for (const { id, name, origin, returnPaths } of await database.applications.list(organization.id))
    print(`${id}  ${name}  ${origin}  ${returnPaths.join(' ')}`)
}

/** Tokens that were issued count until they expire, five minutes at most. @throws CommandError where there is none, and as `statedAct` */
export const removeApplication = async (
  { database, print }: CliDependencies,
  options: { readonly organization: string; readonly name: string } & ActOptions,
): Promise<void> => {
  const stated = statedOrSilent(options)
  await database.transaction(async (stores) => {
    const found = await stores.applications.find(options.organization, options.name)
    if (found === null || !(await stores.applications.remove(found.organization.id, options.name)))
      throw new CommandError(`There is no application "${options.name}" of "${options.organization}".`)
    const target = { organizationId: found.organization.id, id: found.id }
    await note(stores, stated, target, { act: 'remove_application', name: options.name })
  })
  print(`Removed "${options.name}".`)
}

/** What the audit calls each setting, with what it was and what it is. */
const differences = (
  former: Application | null,
  wanted: Pick<Application, 'displayName' | 'origin' | 'returnPaths'>,
): ApplicationChanges => {
  const named = [
    ['display_name', 'displayName'],
    ['origin', 'origin'],
    ['return_paths', 'returnPaths'],
  ] as const
  return Object.fromEntries(
    named
      .filter(([, key]) => JSON.stringify(former?.[key]) !== JSON.stringify(wanted[key]))
      .map(([name, key]) => [name, [former?.[key] ?? null, wanted[key]]]),
  )
}

const note = (
  { audit }: Stores,
  { actor, reason }: ActOptions,
  { organizationId, id }: { readonly organizationId: string; readonly id: string },
  data: ApplicationAct,
): Promise<void> =>
  audit.record({
    event: 'staff.acted',
    actor: { kind: 'staff', id: actor },
    organizationId,
    attemptId: null,
    target: { kind: 'application', id },
    data: { ...data, ...(reason === undefined ? {} : { reason }) },
  })
