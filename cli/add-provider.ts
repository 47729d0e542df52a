import { OidcFailure } from '../domain/oidc-failure.js'
import type { Admission, Role } from '../domain/policy.js'
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
 * Connects an OpenID Provider to an organization, or gives the one of that name new settings; what is not given stays as it is.
 * Discovery is tried first.
 * @throws CommandError with what is wrong and how to mend it
 */
export const addProvider = async (
  { database, keyring, oidc, publicOrigin, development, print }: Omit<CliDependencies, 'pipelines'>,
  options: AddProviderOptions,
): Promise<void> => {
  const organization = await database.organizations.find(options.organization)
  if (organization === null) throw new CommandError(`There is no organization "${options.organization}".`)
  if (!slug.test(options.name))
    throw new CommandError(
      `The name is part of an address: lower-case letters, digits and hyphens, at most 63, not "${options.name}".`,
    )
  checkIssuer(options.issuer, development)
  const former = await database.organizations.findProvider(organization.slug, options.name)
  const { clientSecret } = options
  // A secret belongs to its client.
  const keepsSecret = clientSecret === undefined && former?.clientId === options.clientId
  await checkDiscovery(oidc, options)

  const admission = options.admission ?? former?.admission ?? 'invited'
  const providerId = await database.transaction(async ({ organizations }) => {
    const id = await organizations.saveProvider({
      organizationId: organization.id,
      name: options.name,
      displayName: options.displayName ?? former?.displayName ?? options.name,
      issuer: options.issuer,
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

const loopback = ['127.0.0.1', '[::1]', 'localhost']

const checkIssuer = (issuer: string, development: boolean): void => {
  if (!URL.canParse(issuer))
    throw new CommandError(`The issuer must be a URL, such as https://id.example: "${issuer}".`)
  const { protocol, hostname } = new URL(issuer)
  if (protocol === 'https:' || (protocol === 'http:' && development && loopback.includes(hostname))) return
  throw new CommandError(
    'The issuer must be https. Plain http is taken for loopback only, and only in development.',
  )
}

const checkDiscovery = async (oidc: CliDependencies['oidc'], options: AddProviderOptions): Promise<void> => {
  const probe = {
    id: 'probe',
    issuer: options.issuer,
    clientId: options.clientId,
    clientSecret: options.clientSecret ?? null,
    clientAuthentication: null,
  }
  const request = {
    state: 'probe',
    nonce: 'probe',
    codeVerifier: 'probe',
    redirectUri: 'https://probe.invalid/',
  }
  try {
    await oidc.authorizationUrl(probe, request)
  } catch (error) {
    if (!(error instanceof OidcFailure)) throw error
    throw new CommandError(
      `Discovery at ${options.issuer}/.well-known/openid-configuration failed (${error.reason}). ` +
        'Check that the issuer is exactly what the provider calls itself, and that it can be reached from here.',
    )
  }
}
