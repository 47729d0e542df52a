import { isSlug } from '../domain/slug.js'
import { CommandError } from './dependencies.js'
import type { CliDependencies } from './dependencies.js'

export interface AddApplicationOptions {
  readonly organization: string
  readonly name: string
  readonly displayName?: string
  readonly origin: string
  readonly returnPath: readonly string[]
}

/**
 * Registers a program that signs people of an organization in through us, or gives the one of that name new settings.
 * @throws CommandError with what is wrong and how to mend it
 */
export const addApplication = async (
  { database, publicOrigin, development, print }: CliDependencies,
  options: AddApplicationOptions,
): Promise<void> => {
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
  const id = await database.applications.save({
    organizationId: organization.id,
    name: options.name,
    displayName: options.displayName ?? options.name,
    origin: options.origin,
    returnPaths: options.returnPath,
  })
  print(`Registered "${options.name}" for ${organization.name}.`)
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

/** Tokens that were issued count until they expire, five minutes at most. */
export const removeApplication = async (
  { database, print }: CliDependencies,
  options: { readonly organization: string; readonly name: string },
): Promise<void> => {
  const organization = await database.organizations.find(options.organization)
  if (organization === null || !(await database.applications.remove(organization.id, options.name)))
    throw new CommandError(`There is no application "${options.name}" of "${options.organization}".`)
  print(`Removed "${options.name}".`)
}
