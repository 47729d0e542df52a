import type { Keyring } from '../clients/keyring.js'
import type { Change, ClientSetting } from '../domain/audit-events.js'
import type { joiningRoles } from '../domain/permissions.js'
import type { Admission } from '../domain/policy.js'
import { isOpenToPublic } from '../domain/public-issuers.js'
import { isSlug, reservedProviderNames } from '../domain/slug.js'
import { readReason } from '../domain/support.js'
import type { Provider } from '../store/organizations.js'
import type { Stores } from '../store/stores.js'
import { faultText, settingText } from '../views/fault-text.js'
import { CommandError } from './dependencies.js'
import type { CliDependencies } from './dependencies.js'

export interface AddProviderOptions {
  readonly organization: string
  readonly name: string
  readonly displayName?: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret?: string | undefined
  readonly admission?: Admission
  readonly defaultRole?: (typeof joiningRoles)[number]
  readonly actor: string
  /** Needed where there is a provider of that name. */
  readonly reason?: string
}

/**
 * Connects an OpenID Provider to an organization, or gives the one of that name new settings; what is not given stays as it is,
 * but secret and trust go with the issuer. The issuer is looked at first, as where an owner connects it. The audit holds what changed
 * and by whom; who changes a provider that there is says why.
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
  if (!isSlug(options.name))
    throw new CommandError(
      `The name is part of an address: lower-case letters, digits and hyphens, at most 63, not "${options.name}".`,
    )
  if (reservedProviderNames.includes(options.name))
    throw new CommandError(`"${options.name}" is a page of the organization itself: choose another name.`)
  const { fault, issuer } = await providerCheck.inspect(options.issuer)
  if (fault !== null) throw new CommandError(faultText('en', fault, issuer))
  const saved = await database.transaction((stores) =>
    save(stores, keyring, organization.id, { ...options, issuer }),
  )
  const { id, status, admission, changed } = saved
  if (changed === null) print(`Connected "${options.name}" to ${organization.name}.`)
  else
    print(
      changed.length === 0
        ? 'Nothing changed.'
        : `Changed of "${options.name}" of ${organization.name}: ${changed.join(', ')}.`,
    )
  print(`Redirect URI to register at the provider: ${publicOrigin}/callback/${id}`)
  print(
    status === 'enabled'
      ? `Sign in: ${publicOrigin}/sso/${organization.slug}/${options.name}`
      : `Nobody signs in with it: ${
          status === 'disabled' ? 'it was switched off, and stays so' : 'its setup is not finished'
        }. An owner connects it at ${publicOrigin}/organizations/${organization.slug}/sso`,
  )
  print(`Who may join: ${whoMayJoin[admission]}`)
}

interface Saved extends Pick<Provider, 'id' | 'status' | 'admission'> {
  /** What is different now; null of a new provider. */
  readonly changed: readonly string[] | null
}

/** One transaction; `issuer` as the provider writes it itself. */
const save = async (
  stores: Stores,
  keyring: Keyring,
  organizationId: string,
  options: AddProviderOptions,
): Promise<Saved> => {
  const { issuer, clientId, clientSecret, reason, actor } = options
  const locked = await stores.providers.lock(organizationId, options.name)
  const former = locked === null ? null : await stores.organizations.findProviderById(locked.id)
  // A secret belongs to its client, at its issuer.
  const keepsSecret =
    former?.clientId === clientId &&
    former.issuer === issuer &&
    (clientSecret === undefined || hasSecret(keyring, former, clientSecret))
  const wanted = {
    displayName: options.displayName ?? former?.displayName ?? options.name,
    issuer,
    clientId,
    clientAuthentication: keepsSecret
      ? former.clientAuthentication
      : clientSecret === undefined
        ? 'none'
        : null,
    // As the model: whom the provider signs in may come. Where that would be the world, only those who were invited.
    admission: options.admission ?? former?.admission ?? (isOpenToPublic(issuer) ? 'invited' : 'everyone'),
    defaultRole: options.defaultRole ?? former?.defaultRole ?? 'member',
  } as const
  if (wanted.admission === 'everyone' && isOpenToPublic(issuer))
    throw new CommandError(settingText('en', 'openToPublic'))

  const changes: Partial<Record<ClientSetting, Change>> = {}
  for (const [name, key] of named)
    if (former?.[key] !== wanted[key]) changes[name] = [former?.[key] ?? null, wanted[key]]
  // Which secret it is stands nowhere.
  const had = former !== null && former.clientSecret !== null
  if (!keepsSecret && (had || clientSecret !== undefined))
    changes.client_secret = [had ? 'former' : null, clientSecret === undefined ? null : 'new']
  if (former !== null && Object.keys(changes).length === 0)
    return { id: former.id, status: former.status, admission: former.admission, changed: [] }
  if (actor.trim() === '') throw new CommandError('The audit needs to know who acts: --actor.')
  if (former !== null && readReason(reason) === null)
    throw new CommandError(
      `There is a provider "${options.name}" already. Whoever changes it says why: ${reasonRule}`,
    )
  if (reason !== undefined && readReason(reason) === null)
    throw new CommandError(`The reason is kept in the audit: ${reasonRule}`)

  if (former !== null && former.issuer !== issuer)
    Object.assign(changes, await stores.providers.replaceIssuer(former.id, issuer))
  const id = await stores.organizations.saveProvider({ organizationId, name: options.name, ...wanted })
  if (!keepsSecret)
    await stores.organizations.setClientSecret(
      id,
      clientSecret === undefined ? null : keyring.seal('client-secret', id, clientSecret),
    )
  await stores.audit.record({
    event: 'staff.acted',
    actor: { kind: 'staff', id: actor },
    organizationId,
    attemptId: null,
    target: { kind: 'provider', id },
    data: {
      act: former === null ? 'add_provider' : 'change_provider',
      ...changes,
      ...(reason === undefined ? {} : { reason }),
    },
  })
  return {
    id,
    status: former?.status ?? 'enabled',
    admission: wanted.admission,
    changed: former === null ? null : Object.keys(changes),
  }
}

/** One that no key opens any more is another one. */
const hasSecret = (keyring: Keyring, { id, clientSecret }: Provider, secret: string): boolean => {
  if (clientSecret === null) return false
  try {
    return keyring.open('client-secret', id, clientSecret) === secret
  } catch {
    return false
  }
}

const reasonRule = '--reason, 1 to 500 characters, without an e-mail address.'

/** What the audit calls each setting. */
const named = [
  ['display_name', 'displayName'],
  ['issuer', 'issuer'],
  ['client_id', 'clientId'],
  ['admission', 'admission'],
  ['default_role', 'defaultRole'],
] as const

const whoMayJoin: Readonly<Record<Admission, string>> = {
  everyone: 'everyone whom the provider signs in; change that with --admission',
  domains: 'who has a verified address in a domain that the organization proved',
  invited: 'who was invited; change that with --admission',
}
