import { domainToASCII } from 'node:url'
import { canonicalDomain, domainChecksPerOrganization, domainRecord } from '../../domain/domain-name.js'
import { AppError } from '../../domain/errors.js'
import type { Domain } from '../../store/domains.js'
import { settingText } from '../../views/fault-text.js'
import type { Locale } from '../../views/locale.js'
import type { ApiDependencies } from '../dependencies.js'
import { demandFreshProof } from './demand-fresh-proof.js'
import { refusedField } from './draft-provider.js'
import type { Visit } from './visit-organization.js'

/**
 * Claims a domain: from now on the page says what DNS has to say.
 * @throws AppError `bad_request` where it is none
 */
export const claimDomain = async (
  { database, keyring }: Pick<ApiDependencies, 'database' | 'keyring'>,
  { organization }: Visit,
  text: string,
  locale: Locale,
): Promise<Domain> => {
  const name = canonicalDomain(text, domainToASCII)
  if (name === null) throw refusedField('domain', settingText(locale, 'domainShape'))
  return database.transaction(async ({ domains }) => {
    await domains.claim(organization.id, name, keyring.randomToken())
    return found(await domains.find(organization.id, name))
  })
}

/**
 * Asks DNS for the proof of a claimed domain (spec: pipeline 4, "domains by DNS proof").
 * @throws AppError `not_found`, `bad_request` where DNS does not say so, `unavailable` where no name server answers, `rate_limited`, and as
 *   `demandFreshProof`
 */
export const proveDomain = async (
  { database, textsOf }: Pick<ApiDependencies, 'database' | 'textsOf'>,
  visit: Visit,
  name: string,
  locale: Locale,
): Promise<Domain> => {
  const { organization, session, clientNetwork } = visit
  await demandFreshProof(database, visit)
  const claimed = found(await database.domains.find(organization.id, name))
  if (claimed.provedAt !== null) return claimed
  const { host, value } = domainRecord(name, claimed.token ?? '')
  const seconds = await database.rateLimits.take({ limit: domainChecksPerOrganization, of: organization.id })
  if (seconds > 0) throw new AppError('rate_limited', { retryAfter: seconds })
  const texts = await textsOf(host).catch((error: unknown) => {
    // Whether the record is there is not known.
    const errors = [{ field: 'domain', message: settingText(locale, 'domainUnanswered') }]
    throw new AppError('unavailable', { retryAfter: 30, errors, cause: error })
  })
  if (claimed.token === null || !texts.some((text) => text.trim() === value))
    throw refusedField('domain', settingText(locale, 'domainNotProved'))
  await database.transaction(async (stores) => {
    if (!(await stores.domains.prove(organization.id, name))) return
    await stores.audit.record({
      event: 'domain.proved',
      actor: { kind: 'user', id: session.user.id },
      organizationId: organization.id,
      attemptId: null,
      target: { kind: 'domain', id: name },
      clientNetwork,
      data: {},
    })
  })
  return found(await database.domains.find(organization.id, name))
}

/**
 * Gives a domain up: what providers say of addresses in it counts no longer.
 * @throws AppError `not_found`, and as `demandFreshProof`
 */
export const removeDomain = (
  { database }: Pick<ApiDependencies, 'database'>,
  visit: Visit,
  name: string,
): Promise<void> =>
  database.transaction(async (stores) => {
    const { organization, session, clientNetwork } = visit
    await demandFreshProof(stores, visit)
    if (!(await stores.domains.remove(organization.id, name))) throw new AppError('not_found')
    await stores.audit.record({
      event: 'organization.edited',
      actor: { kind: 'user', id: session.user.id },
      organizationId: organization.id,
      attemptId: null,
      target: { kind: 'domain', id: name },
      clientNetwork,
      data: { domain: [name, null] },
    })
  })

const found = (domain: Domain | null): Domain => {
  if (domain === null) throw new AppError('not_found')
  return domain
}
