import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { JWTPayload } from 'jose'
import type pg from 'pg'
import type { Browser } from '../support/browser.js'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import { checkInvariants } from '../support/invariants.js'
import { attemptIdOf, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
let provider: ConnectedProvider
beforeAll(async () => {
  product = await startProduct()
  provider = await connectLyingProvider(product)
})
afterAll(async () => {
  await closeLyingProviders()
  await product.stop()
})

const rows = async <Row extends pg.QueryResultRow>(
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> => (await product.testDatabase.pool.query<Row>(statement, values)).rows
const asserting =
  (email: string, verified: unknown) =>
  (honest: JWTPayload): JWTPayload => ({ ...honest, email, email_verified: verified })
const offersTo = async (browser: Browser, subject: string): Promise<unknown> => {
  const attemptId = attemptIdOf(await provider.signIn(browser, subject))
  return (await browser.get(`/v1/attempts/${attemptId}`)).json()['offers']
}
const decide = async (
  browser: Browser,
  attemptId: string,
  decision: string,
): Promise<Record<string, unknown>> =>
  (await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision })).json()

/** An address never selects an account: what resolvers of other products choose between is offered nowhere here. */
describe('an asserted address', () => {
  it.each([undefined, false, 'false', 'true', 0, 1, null])(
    'A2, P30, S84, S57 verified %p: the page is that of somebody new, whoever holds the address',
    async (verified) => {
      const browser = product.browser()
      provider.lie({ claims: asserting('ada@acme.example', verified) })
      const known = await offersTo(browser, `known-${String(verified)}`)
      provider.lie({ claims: asserting('nobody-at-all@acme.example', verified) })
      expect(await offersTo(browser, `unknown-${String(verified)}`)).toEqual(known)
      expect(known).toEqual(['merge', 'create', 'cancel'])
      expect(await rows(`select from identities where subject like 'known-%'`)).toEqual([])
    },
  )

  it('A3, P17, S22, S25, S58, S59, S79, S86, S93 trusted and held: nothing is linked, created or chosen; the account has to be proved', async () => {
    provider.lie({ claims: asserting('ada@acme.example', true) })
    const browser = product.browser()
    const attemptId = attemptIdOf(await provider.signIn(browser, 'ada-elsewhere'))
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      offers: ['merge', 'cancel'],
      session_user: null,
      proofs: [],
    })
    expect(await decide(browser, attemptId, 'create')).toMatchObject({ code: 'email_taken' })
    expect(await decide(browser, attemptId, 'merge')).toMatchObject({ code: 'proof_invalid' })
    expect(await rows(`select from identities where subject = 'ada-elsewhere'`)).toEqual([])
    expect((await browser.get('/v1/session')).status).toBe(401)
    expect(await rows(`select from mail_messages where attempt_id = $1`, [attemptId])).toEqual([])
  })

  it('trusted, and held by somebody who never confirmed it: that one loses it, and is told elsewhere', async () => {
    const [loser] = await rows<{ id: string }>(
      `with u as (insert into users (name) values ('Loser') returning id),
         e as (insert into user_emails (user_id, address, canonical, is_primary, verified_at)
           select id, address, address, address like 'loser%', case when address like 'loser%' then app.now() end
           from u, unnest(array['loser@people.example', 'wanted@acme.example']) address)
       select id from u`,
    )
    provider.lie({ claims: asserting('wanted@acme.example', true) })
    const browser = product.browser()
    const attemptId = attemptIdOf(await provider.signIn(browser, 'wanted'))
    expect(await decide(browser, attemptId, 'create')).toMatchObject({ outcome: { how: 'created' } })
    expect(await rows('select canonical from user_emails where user_id = $1', [loser?.id])).toEqual([
      { canonical: 'loser@people.example' },
    ])
    expect(
      await rows(
        `select m.kind, e.canonical from mail_messages m join user_emails e on e.id = m.user_email_id where m.attempt_id = $1`,
        [attemptId],
      ),
    ).toEqual([{ kind: 'email_dropped_notice', canonical: 'loser@people.example' }])
  })

  it('S2, S23, P8 of another person leads to the session’s user, not to that person', async () => {
    const browser = product.browser()
    await signInAtProvider(browser, 'mark')
    provider.lie({ claims: asserting('ada@acme.example', true) })
    const attemptId = attemptIdOf(await provider.signIn(browser, 'marks-own'))
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      offers: ['link', 'merge', 'cancel'],
      session_user: { name: 'Mark Member' },
    })
    expect(await decide(browser, attemptId, 'link')).toMatchObject({ outcome: { how: 'linked' } })
    // P9: another address is no obstacle, and changes none of the account's.
    expect(
      await rows(
        `select u.name, array_agg(e.canonical) as addresses from identities i join users u on u.id = i.user_id
         join user_emails e on e.user_id = u.id where i.subject = 'marks-own' group by u.name`,
      ),
    ).toEqual([{ name: 'Mark Member', addresses: ['mark@acme.example'] }])
  })

  it('P29 that an account holds unverified is nobody’s: a trusted newcomer gets it verified, the former copy goes', async () => {
    const [squatter] = await rows<{ id: string }>(
      `with u as (insert into users (name) values ('Squatter') returning id)
       insert into user_emails (user_id, address, canonical) select id, 'real@acme.example', 'real@acme.example' from u returning user_id as id`,
    )
    provider.lie({ claims: asserting('real@acme.example', true) })
    const browser = product.browser()
    const attemptId = attemptIdOf(await provider.signIn(browser, 'real-owner'))
    expect(await decide(browser, attemptId, 'create')).toMatchObject({ outcome: { how: 'created' } })
    expect(await rows('select from user_emails where user_id = $1', [squatter?.id])).toEqual([])
    await rows('delete from users where id = $1', [squatter?.id])
  })
})

describe('many at once', () => {
  it('A24 pairs of tabs for one new identity, and pairs of providers for one trusted address', async () => {
    provider.lie({})
    const other = await connectLyingProvider(product)
    const tabs = Array.from({ length: 8 }, async (_, n) => {
      const browser = product.browser()
      const ids = [
        attemptIdOf(await provider.signIn(browser, `tab-${n}`)),
        attemptIdOf(await provider.signIn(browser, `tab-${n}`)),
      ]
      return Promise.all(ids.map((id) => decide(browser, id, 'create')))
    })
    const hows = (await Promise.all(tabs)).map((pair) =>
      pair.map(({ outcome }) => (outcome as { how?: string } | undefined)?.how).sort(),
    )
    expect(hows).toEqual(Array(8).fill(['created', 'existing']))

    const both = (n: number) => ({ claims: asserting(`pair-${n}@acme.example`, true) })
    for (let n = 0; n < 8; n++) {
      provider.lie(both(n))
      other.lie(both(n))
      const pair = [provider, other].map(async (one) => {
        const browser = product.browser()
        const id = attemptIdOf(await one.signIn(browser, `pair-${n}`))
        return { browser, id }
      })
      const begun = await Promise.all(pair)
      const ended = await Promise.all(begun.map(({ browser, id }) => decide(browser, id, 'create')))
      const codes = ended.map(({ outcome, code }) => {
        const told = outcome as { how?: string; code?: string } | undefined
        return told?.how ?? told?.code ?? code
      })
      expect(codes.sort()).toEqual(['created', 'email_taken'])
    }
    const found = await checkInvariants({
      pool: product.testDatabase.pool,
      temporal: product.temporal,
      requests: [],
    })
    expect(found.filter(({ id }) => ['I1', 'I2', 'I3', 'I8'].includes(id))).toEqual([])
  })
})
