import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type pg from 'pg'
import type { Limit } from '../../domain/limits.js'
import { codeNetworkLimit, resendNetworkLimit } from '../../domain/mail-limits.js'
import type { Browser } from '../support/browser.js'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import type { Lie } from '../support/lying-provider.js'
import { attemptIdOf, eventually, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

/** Whom the strangers of a test claim to be. */
let victim = ''

let product: Product
let provider: ConnectedProvider
beforeAll(async () => {
  product = await startProduct(() => ({ trustedProxies: 1 }))
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
const mailsTo = (address: string) => product.inbox.messages().filter(({ to }) => to === address)
/** A provider that gives everybody an address of their own. */
const strangers: Lie = { claims: (honest) => ({ ...honest, email: `${honest.sub}@people.example` }) }
let people = 0
/** Mails of this test have younger ids. */
let before = ''
/** Somebody whom the provider calls by the victim's address, at the decision page. */
const arrive = async (network: string, at = provider): Promise<[Browser, string]> => {
  const browser = product.browser(network)
  const name = `stranger-${(people += 1)}`
  return [browser, attemptIdOf(await at.signIn(browser, name))]
}
const create = (browser: Browser, attemptId: string) =>
  browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create' })
const createAt = async (network: string, at = provider): Promise<Browser> => {
  const [browser, attemptId] = await arrive(network, at)
  expect((await create(browser, attemptId)).status).toBe(200)
  expect((await browser.postJson(`/v1/attempts/${attemptId}/session`, {})).status).toBeLessThan(300)
  return browser
}
const emailId = async (browser: Browser): Promise<string> =>
  ((await browser.get('/v1/me/emails')).json()['items'] as { id: string }[])[0]?.id ?? ''
/** State and reason of each mail to the victim, oldest first; once none is under way. */
const settled = (): Promise<{ state: string; reason: string | null }[]> =>
  eventually(async () => {
    const mails = await rows<{ state: string; reason: string | null }>(
      'select state, reason from mail_messages where id > $1 order by id',
      [before],
    )
    return mails.some(({ state }) => state === 'queued' || state === 'sending') ? null : mails
  })
beforeEach(async () => {
  await rows('delete from rate_limits')
  victim = `victim-${people}@people.example`
  provider.lie({ claims: (honest) => ({ ...honest, email: victim }) })
  before = (await rows<{ id: string }>('select app.uuid_v7() as id'))[0]?.id ?? ''
})

describe('mails to one address that nobody has signed in to', () => {
  it('A14, T24 are three in an hour, from however many networks, attempts and accounts', async () => {
    const statuses: number[] = []
    // A start, eight requests for a code and one decision each: 500 requests from 50 networks.
    const flood = async (network: string): Promise<void> => {
      const [browser, attemptId] = await arrive(network)
      for (let time = 0; time < 8; time++) {
        const asked = await browser.postJson(`/v1/attempts/${attemptId}/proofs`, { kind: 'email' })
        statuses.push(asked.status)
      }
      statuses.push((await create(browser, attemptId)).status)
    }
    for (let ten = 0; ten < 50; ten += 10)
      await Promise.all(Array.from({ length: 10 }, (_, n) => flood(`203.0.113.${ten + n}`)))
    expect(statuses).toHaveLength(450)
    expect([...new Set(statuses)].sort()).toEqual([200, 202, 429])
    const mails = await settled()
    expect(mails.filter(({ state }) => state !== 'parked')).toHaveLength(3)
    expect(mailsTo(victim)).toHaveLength(3)
  })

  it('are ten in a day', async () => {
    for (let hour = 0; hour < 5; hour++) {
      for (let time = 0; time < 3; time++) await createAt(`203.0.113.${hour}`)
      await settled()
      await product.testDatabase.advanceClock(61 * 60_000)
    }
    expect((await settled()).filter(({ state }) => state !== 'parked')).toHaveLength(10)
    expect(mailsTo(victim)).toHaveLength(10)
  })
})

describe('an account that is made beyond that', () => {
  it('is the same to its browser; its mail is parked, and the owner may still ask for it', async () => {
    const answers = []
    for (let person = 1; person <= 4; person++) {
      const [browser, attemptId] = await arrive(`203.0.113.${person}`)
      const created = await create(browser, attemptId)
      const { outcome } = created.json() as { outcome: { result: string; how: string } }
      answers.push([created.status, outcome.result, outcome.how, Object.keys(created.json()).sort()])
      await browser.postJson(`/v1/attempts/${attemptId}/session`, {})
      if (person < 4) continue
      expect((await settled()).map(({ state, reason }) => [state, reason]).at(-1)).toEqual([
        'parked',
        'mail_limit',
      ])
      const [audited] = await rows<{ data: unknown }>(
        `select data from audit_events where event = 'mail.parked'`,
      )
      expect(audited?.data).toMatchObject({ kind: 'confirmation', reason: 'mail_limit' })

      const again = await browser.postJson(`/v1/me/emails/${await emailId(browser)}/confirmation`, {})
      expect(again.status).toBe(202)
      await eventually(() => (mailsTo(victim).length === 4 ? true : null))
      expect(mailsTo(victim)[0]?.text).toContain('/confirm/')
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  })

  it('an office behind one address signs in on one morning: everybody is mailed', async () => {
    const elsewhere = await connectLyingProvider(product, strangers)
    for (let person = 0; person < 21; person++) await createAt('198.51.100.1', elsewhere)
    expect((await settled()).map(({ state }) => state)).toEqual(Array<string>(21).fill('accepted'))
  })
})

describe('mails that accounts ask for', () => {
  it('are six in an hour to one address over all accounts, and three of one account', async () => {
    const owners = []
    for (let person = 1; person <= 3; person++) owners.push(await createAt(`203.0.113.${person}`))
    const statuses = []
    for (const owner of owners) {
      const path = `/v1/me/emails/${await emailId(owner)}/confirmation`
      for (let time = 0; time < 4; time++) statuses.push((await owner.postJson(path, {})).status)
    }
    expect(statuses).toEqual([202, 202, 202, 429, 202, 202, 202, 429, 429, 429, 429, 429])
    const adding = await createAt('203.0.113.9', await connectLyingProvider(product, strangers))
    const added = await adding.postJson('/v1/me/emails', { email: victim })
    expect([added.status, added.json()['code'], Number(added.headers.get('retry-after')) > 0]).toEqual([
      429,
      'rate_limited',
      true,
    ])
    const addresses = (await adding.get('/v1/me/emails')).json()['items'] as unknown[]
    expect(addresses).toHaveLength(1)
  })

  it('T24 are twenty in an hour from one network, and so are codes, each counted by itself', async () => {
    const network = '198.51.100.3'
    const elsewhere = await connectLyingProvider(product, strangers)
    const owner = await createAt(network, elsewhere)
    const path = `/v1/me/emails/${await emailId(owner)}/confirmation`
    const resend = async () => (await owner.postJson(path, {})).status
    const code = async () => {
      const [browser, attemptId] = await arrive(network, elsewhere)
      return (await browser.postJson(`/v1/attempts/${attemptId}/proofs`, { kind: 'email' })).status
    }
    /** As many as others there have caused before. */
    const eighteen = async (limit: Limit) => {
      for (let time = 0; time < 18; time++) await product.database.rateLimits.take({ limit, of: network })
    }
    await eighteen(resendNetworkLimit)
    expect([await resend(), await resend(), await resend()]).toEqual([202, 202, 429])
    await eighteen(codeNetworkLimit)
    expect([await code(), await code(), await code()]).toEqual([202, 202, 429])
  })
})
