import { domainToASCII } from 'node:url'
import type { Change } from '../domain/audit-events.js'
import { canonicalDomain } from '../domain/domain-name.js'
import { CommandError } from './dependencies.js'
import type { CliDependencies } from './dependencies.js'
import { statedAct } from './stated-act.js'

export interface TrustOptions {
  readonly organization: string
  readonly name: string
  readonly actor: string
  readonly reason: string
  readonly domain?: readonly string[]
  readonly withdrawDomain?: readonly string[]
  readonly textTrue?: 'yes' | 'no'
  /** `none` for no such claim. */
  readonly legacySubjectClaim?: string
}

/**
 * Grants a provider what its organization cannot grant it, or takes that back (spec: pipeline 4). What is not given stays as it is; the
 * audit holds what changed, by whom and why.
 * @throws CommandError with what is wrong
 */
export const trustProvider = async (
  { database, print }: Pick<CliDependencies, 'database' | 'print'>,
  options: TrustOptions,
): Promise<void> => {
  const { reason, actor } = statedAct(options)
  const granted = (options.domain ?? []).map(canonical)
  const withdrawn = (options.withdrawDomain ?? []).map(canonical)
  const claim = options.legacySubjectClaim
  if (claim !== undefined && !/^[\w.:/-]{1,100}$/.test(claim))
    throw new CommandError(`This is no name of a claim: "${claim}".`)

  const changed = await database.transaction(async (stores) => {
    const organization = await stores.organizations.find(options.organization)
    const locked = organization === null ? null : await stores.providers.lock(organization.id, options.name)
    const provider = locked === null ? null : await stores.organizations.findProviderById(locked.id)
    if (provider === null)
      throw new CommandError(`There is no provider "${options.name}" of "${options.organization}".`)
    const { id } = provider
    const trust = {
      textTrueIsVerified:
        options.textTrue === undefined ? provider.textTrueIsVerified : options.textTrue === 'yes',
      legacySubjectClaim: claim === undefined ? provider.legacySubjectClaim : claim === 'none' ? null : claim,
    }
    const changes: Partial<Record<'text_true_is_verified' | 'legacy_subject_claim', Change>> = {}
    const domains: Record<string, Change> = {}
    if (trust.textTrueIsVerified !== provider.textTrueIsVerified)
      changes.text_true_is_verified = [provider.textTrueIsVerified, trust.textTrueIsVerified]
    if (trust.legacySubjectClaim !== provider.legacySubjectClaim)
      changes.legacy_subject_claim = [provider.legacySubjectClaim, trust.legacySubjectClaim]
    await stores.organizations.setTrust(id, trust)
    for (const name of granted)
      if (await stores.domains.grant(provider.organization.id, id, name)) domains[name] = [false, true]
    for (const name of withdrawn) if (await stores.domains.withdraw(id, name)) domains[name] = [true, false]
    const trusted = { ...changes, ...(Object.keys(domains).length === 0 ? {} : { domains }) }
    if (Object.keys(trusted).length > 0)
      await stores.audit.record({
        event: 'staff.acted',
        actor: { kind: 'staff', id: actor },
        organizationId: provider.organization.id,
        attemptId: null,
        target: { kind: 'provider', id },
        data: { trust: trusted, reason },
      })
    return [
      ...Object.entries(changes),
      ...Object.entries(domains).map(([name, change]) => [`domain ${name}`, change] as const),
    ]
  })
  const lines = changed.map(([what, [from, to]]) => `${what}: ${String(from)} → ${String(to)}`)
  for (const line of lines.length === 0 ? ['Nothing changed.'] : lines) print(line)
}

const canonical = (text: string): string => {
  const name = canonicalDomain(text, domainToASCII)
  if (name === null) throw new CommandError(`This is no domain: "${text}".`)
  return name
}
