import { AppError } from '../../domain/errors.js'
import type { FieldError } from '../../domain/errors.js'
import { issuerChecksPerOrganization } from '../../domain/issuer-check.js'
import type { joiningRoles } from '../../domain/permissions.js'
import type { Admission } from '../../domain/policy.js'
import type { ProviderFault } from '../../domain/provider-fault.js'
import { isOpenToPublic } from '../../domain/public-issuers.js'
import type { AuditData } from '../../domain/audit-events.js'
import type { AuditEventOf } from '../../store/audit.js'
import type { ProviderSettings } from '../../store/providers.js'
import type { Stores } from '../../store/stores.js'
import type { Locale } from '../../views/locale.js'
import { faultText, settingText } from '../../views/fault-text.js'
import type { ApiDependencies } from '../dependencies.js'
import { demandFreshProof } from './demand-fresh-proof.js'
import { visitEvent } from './visit-event.js'
import type { Visit } from './visit-organization.js'

export interface Draft {
  readonly name: string
  readonly displayName: string
  readonly issuer: string
}

export interface ClientSettings {
  readonly clientId: string
  /** Undefined keeps that of the same client; empty makes the client public. */
  readonly clientSecret: string | undefined
  readonly admission: Admission
  readonly defaultRole: (typeof joiningRoles)[number]
}

/**
 * Looks at an issuer as a sign-in would. @returns the issuer as the provider writes it itself
 * @throws AppError `bad_request` with what is wrong, in one sentence, and as the member `fault`; `rate_limited`
 */
export const checkIssuer = async (
  { database, providerCheck }: Pick<ApiDependencies, 'database' | 'providerCheck'>,
  { organization }: Visit,
  issuer: string,
  locale: Locale,
): Promise<string> => {
  // It calls an address that a tenant chooses.
  const seconds = await database.rateLimits.take({ limit: issuerChecksPerOrganization, of: organization.id })
  if (seconds > 0) throw new AppError('rate_limited', { retryAfter: seconds })
  const { fault, issuer: said } = await providerCheck.inspect(issuer)
  if (fault !== null) throw faulty(locale, 'issuer', fault, said)
  return said
}

/**
 * Notes a provider that the organization means to sign in with (spec: pipeline 4, "Start"). Its id is part of the redirect URI,
 * which the provider wants to know before it gives a client.
 * @throws AppError as `demandFreshProof` and `checkIssuer`, and `bad_request` where the name is in use
 */
export const draftProvider = async (
  dependencies: ApiDependencies,
  visit: Visit,
  { name, displayName, issuer }: Draft,
  locale: Locale,
): Promise<ProviderSettings> => {
  const { organization } = visit
  const { database } = dependencies
  await demandFreshProof(database, visit)
  const checked = { name, displayName, issuer: await checkIssuer(dependencies, visit, issuer, locale) }
  return database.transaction(async (stores) => {
    const { providers } = stores
    const id = await providers.draft(organization.id, checked)
    if (id === null) await draftAgain(stores, visit, checked, locale)
    else
      await stores.audit.record(
        providerEvent(visit, id, { issuer: [null, checked.issuer], status: [null, 'setup'] }),
      )
    return found(await providers.find(organization.id, name))
  })
}

/** Another issuer is another provider: neither client nor trust of the former one, and no sign-in that began there. */
const draftAgain = async (
  stores: Stores,
  visit: Visit,
  { name, displayName, issuer }: Draft,
  locale: Locale,
): Promise<void> => {
  const { providers } = stores
  const former = found(await providers.lock(visit.organization.id, name))
  if (former.status === 'enabled') throw refusedField('name', settingText(locale, 'nameInUse'))
  await providers.redraft(former.id, displayName)
  const status = former.status === 'setup' ? {} : { status: [former.status, 'setup'] as const }
  if (former.issuer === issuer) {
    if (former.status !== 'setup') await stores.audit.record(providerEvent(visit, former.id, status))
    return
  }
  const trust = await providers.replaceIssuer(former.id, issuer)
  const ended = await providers.endAttempts(former.id, 'invalid_state')
  await stores.audit.record(
    providerEvent(visit, former.id, { issuer: [former.issuer, issuer], ...status, ...trust }),
    ...ended.map((id) => endedAttemptEvent(visit, id, 'issuer_changed')),
  )
}

/** For the audit: what was changed of a provider that nobody signs in with. */
export const providerEvent = (
  visit: Visit,
  providerId: string,
  data: AuditData<'sso.edited'>,
): AuditEventOf<'sso.edited'> => visitEvent(visit, 'sso.edited', { kind: 'provider', id: providerId }, data)

/** For the audit: a sign-in that the change of its provider has ended. */
export const endedAttemptEvent = (
  visit: Visit,
  attemptId: string,
  reason: string,
): AuditEventOf<'attempt.ended'> => {
  const target = { kind: 'attempt', id: attemptId } as const
  const data = { result: 'rejected', code: 'invalid_state', reason } as const
  return { ...visitEvent(visit, 'attempt.ended', target, data), attemptId }
}

/**
 * Stores the client that the provider gave, and who may join; the secret is sealed. From somebody whose proof is too old the client alone
 * is kept, so that it need not be typed anew, and not even that while a sign-in that would end the setup is under way.
 * @throws AppError `bad_request` where `everyone` would be the world, `invalid_state` where the issuer changed meanwhile, and as
 *   `demandFreshProof`
 */
export const setProviderClient = async (
  { database, keyring }: Pick<ApiDependencies, 'database' | 'keyring'>,
  visit: Visit,
  provider: ProviderSettings,
  { clientId, clientSecret, ...rules }: ClientSettings,
  locale: Locale,
): Promise<ProviderSettings> => {
  const { issuer } = provider
  checkAdmission(issuer, rules.admission, locale)
  // A secret is for the issuer that it was entered for.
  const client = { clientId, issuer, clientSecret: sealed() }
  await demandFreshProof(database, visit).catch(async (error: unknown) => {
    if (error instanceof AppError && error.code === 'reauthentication_required')
      await database.providers.setClient(provider.id, client, null)
    throw error
  })
  if (!(await database.providers.setClient(provider.id, client, rules))) throw new AppError('invalid_state')
  return found(await database.providers.find(visit.organization.id, provider.name))

  function sealed(): Buffer | null | undefined {
    if (clientSecret === undefined) return undefined
    return clientSecret === '' ? null : keyring.seal('client-secret', provider.id, clientSecret)
  }
}

/** @throws AppError `bad_request` */
export const checkAdmission = (issuer: string, admission: Admission, locale: Locale): void => {
  if (admission === 'everyone' && isOpenToPublic(issuer))
    throw refusedField('admission', settingText(locale, 'openToPublic'))
}

export const refusedField = (field: string, message: string): AppError =>
  new AppError('bad_request', { errors: [{ field, message } satisfies FieldError] })

const faulty = (locale: Locale, field: string, fault: ProviderFault, issuer: string | null): AppError =>
  new AppError('bad_request', {
    errors: [{ field, message: faultText(locale, fault, issuer) }],
    members: { fault },
  })

const found = (provider: ProviderSettings | null): ProviderSettings => {
  if (provider === null) throw new AppError('provider_unknown')
  return provider
}
