import type { Admission, Role } from '../domain/policy.js'
import { isOpenToPublic } from '../domain/public-issuers.js'
import { faultText, settingText } from '../views/fault-text.js'
import { CommandError } from './dependencies.js'
import type { CliDependencies } from './dependencies.js'

export interface AddProviderOptions {
  readonly organization: string
  readonly name: string
  readonly displayName?: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret?: string
  readonly admission?: Admission
  readonly defaultRole?: Role
}

/**
 * Connects an OpenID Provider to an organization, or gives the one of that name new settings; what is not given stays as it is,
 * but secret and trust go with the issuer.
 * The issuer is looked at first, as where an owner connects it.
 * @throws CommandError with what is wrong and how to mend it
 */
export const addProvider = async (
  {
    database,
    keyring,
    providerCheck,
    publicOrigin,
    print,
  }: Omit<CliDependencies, 'pipelines' | 'development'>,
  options: AddProviderOptions,
): Promise<void> => {
  const organization = await database.organizations.find(options.organization)
  if (organization === null) throw new CommandError(`There is no organization "${options.organization}".`)
  if (!slug.test(options.name))
    throw new CommandError(
      `The name is part of an address: lower-case letters, digits and hyphens, at most 63, not "${options.name}".`,
    )
  const { fault, issuer } = await providerCheck.inspect(options.issuer)
  if (fault !== null) throw new CommandError(faultText('en', fault, issuer))
  const former = await database.organizations.findProvider(organization.slug, options.name)
  const { clientSecret } = options
  // A secret belongs to its client, at its issuer.
  const keepsSecret =
    clientSecret === undefined && former?.clientId === options.clientId && former.issuer === issuer

  const admission = options.admission ?? former?.admission ?? 'invited'
  if (admission === 'everyone' && isOpenToPublic(issuer))
    throw new CommandError(settingText('en', 'openToPublic'))
  const providerId = await database.transaction(async ({ organizations }) => {
    const id = await organizations.saveProvider({
      organizationId: organization.id,
      name: options.name,
      displayName: options.displayName ?? former?.displayName ?? options.name,
      issuer,
      clientId: options.clientId,
      clientAuthentication: keepsSecret
        ? former.clientAuthentication
        : clientSecret === undefined
          ? 'none'
          : null,
      admission,
      defaultRole: options.defaultRole ?? former?.defaultRole ?? 'member',
    })
    if (!keepsSecret) {
      const sealed = clientSecret === undefined ? null : keyring.seal('client-secret', id, clientSecret)
      await organizations.setClientSecret(id, sealed)
    }
    return id
  })
  print(`Connected "${options.name}" to ${organization.name}.`)
  print(`Redirect URI to register at the provider: ${publicOrigin}/callback/${providerId}`)
  print(`Sign in: ${publicOrigin}/sso/${organization.slug}/${options.name}`)
  print(`Who may join: ${whoMayJoin[admission]}`)
}

const whoMayJoin: Readonly<Record<Admission, string>> = {
  everyone: 'everyone whom the provider signs in',
  domains: 'who has a verified address in a domain that the organization proved',
  invited: 'who was invited; change that with --admission',
}

/** As the database has it (`providers_name_shape`). */
const slug = /^[a-z0-9][a-z0-9-]{0,62}$/
