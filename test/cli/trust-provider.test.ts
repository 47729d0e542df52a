import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { trustProvider } from '../../cli/trust-provider.js'
import type { TrustOptions } from '../../cli/trust-provider.js'
import { createWorld } from '../store/world.js'
import type { World } from '../store/world.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'

let test: TestDatabase
let world: World
let providerId: string
let given: Pick<TrustOptions, 'organization' | 'name' | 'actor' | 'reason'>
beforeAll(async () => {
  test = await createTestDatabase()
  world = createWorld(test.pool)
  providerId = await world.provider(await world.organization())
  const [row] = await world.rows<{ slug: string; name: string }>(
    'select o.slug, p.name from providers p join organizations o on o.id = p.organization_id where p.id = $1',
    [providerId],
  )
  given = { organization: row?.slug ?? '', name: row?.name ?? '', actor: 'sam', reason: 'ticket 7' }
})
afterAll(() => test.drop())

const trust = async (options: Partial<TrustOptions>): Promise<string[]> => {
  const lines: string[] = []
  await trustProvider(
    { database: world.database, print: (line) => void lines.push(line) },
    { ...given, ...options },
  )
  return lines
}
const provider = () => world.database.organizations.findProviderById(providerId)
const audited = () =>
  world.rows<{ actor_id: string; data: Record<string, unknown> }>(
    `select actor_id, data from audit_events where event = 'staff.acted' order by id`,
  )

describe('providers trust', () => {
  it('grants what only staff grant, and says so in the audit with actor and reason', async () => {
    await trust({ domain: ['Münster.example'], textTrue: 'yes', legacySubjectClaim: 'oid' })
    expect(await provider()).toMatchObject({ textTrueIsVerified: true, legacySubjectClaim: 'oid' })
    expect(await world.database.organizations.trustedDomains(providerId)).toEqual(['xn--mnster-3ya.example'])
    expect(await audited()).toEqual([
      {
        actor_id: 'sam',
        data: {
          reason: 'ticket 7',
          trust: {
            text_true_is_verified: [false, true],
            legacy_subject_claim: [null, 'oid'],
            domains: { 'xn--mnster-3ya.example': [false, true] },
          },
        },
      },
    ])
  })

  it('leaves what is not given, and writes nothing where nothing changes', async () => {
    expect(await trust({ domain: ['münster.example'], textTrue: 'yes' })).toEqual(['Nothing changed.'])
    expect(await provider()).toMatchObject({ legacySubjectClaim: 'oid' })
    expect(await audited()).toHaveLength(1)
  })

  it('takes it back', async () => {
    await trust({ withdrawDomain: ['münster.example'], textTrue: 'no', legacySubjectClaim: 'none' })
    expect(await provider()).toMatchObject({ textTrueIsVerified: false, legacySubjectClaim: null })
    expect(await world.database.organizations.trustedDomains(providerId)).toEqual([])
    expect(await audited()).toHaveLength(2)
  })

  it.each<[string, Partial<TrustOptions>, RegExp]>([
    ['another provider', { name: 'nobody' }, /^There is no provider/],
    ['no domain', { domain: ['not a domain'] }, /^This is no domain/],
    ['no claim', { legacySubjectClaim: 'a b' }, /^This is no name of a claim/],
    ['no reason', { reason: ' ' }, /^The audit needs/],
    ['an address in the reason', { reason: 'ticket of bob@x.example' }, /without an e-mail address/],
    ['no actor', { actor: ' ' }, /^The audit needs/],
  ])('refuses %s in a sentence', async (_what, options, words) => {
    await expect(trust(options)).rejects.toThrow(words)
  })
})
