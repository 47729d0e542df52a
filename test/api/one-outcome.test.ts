import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Browser } from '../support/browser.js'
import { headline, nextSteps } from '../support/pages.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { rowCounts, rowsWritten } from '../support/row-counts.js'

let product: Product
/** How often a code was exchanged. */
let exchanges = 0
beforeAll(async () => {
  product = await startProduct(({ oidc }) => ({
    oidc: {
      ...oidc,
      exchange: (...call) => {
        exchanges++
        return oidc.exchange(...call)
      },
    },
  }))
})
afterAll(() => product.stop())

const undecided = async (subject: string): Promise<{ browser: Browser; attemptId: string }> => {
  const browser = product.browser()
  return { browser, attemptId: attemptIdOf(await signInAtProvider(browser, subject)) }
}
const decide = (browser: Browser, attemptId: string, decision: string, key?: string) =>
  browser.postJson(
    `/v1/attempts/${attemptId}/decision`,
    { decision },
    key === undefined ? {} : { 'idempotency-key': key },
  )
const outcomeOf = async (browser: Browser, attemptId: string): Promise<unknown> =>
  (await browser.get(`/v1/attempts/${attemptId}`)).json()['outcome']
const peopleCalled = async (subject: string) => {
  const { rows } = await product.testDatabase.pool.query(
    `select count(distinct i.user_id)::int as users, count(distinct i.id)::int as identities, count(distinct m.id)::int as mails
     from identities i join user_emails e on e.user_id = i.user_id join mail_messages m on m.user_email_id = e.id where i.subject = $1`,
    [subject],
  )
  return rows[0] as unknown
}

describe('one identity, many browsers', () => {
  it('P78 eight browsers with one new identity: one user, one identity, one mail, eight people signed in', async () => {
    const eight = await Promise.all(Array.from({ length: 8 }, () => undecided('octavia')))
    const answers = await Promise.all(
      eight.map(({ browser, attemptId }) => decide(browser, attemptId, 'create')),
    )
    for (const [index, answer] of answers.entries()) {
      const { browser, attemptId } = eight[index] ?? (await undecided('octavia'))
      if (answer.status === 202) await eventually(() => outcomeOf(browser, attemptId))
      expect((await browser.postJson(`/v1/attempts/${attemptId}/session`, {})).status).toBe(201)
    }
    const outcomes = await Promise.all(eight.map(({ browser, attemptId }) => outcomeOf(browser, attemptId)))
    const ways = outcomes.map((outcome) => (outcome as { how: string }).how).sort()
    expect(ways).toEqual(['created', ...Array<string>(7).fill('existing')])
    expect(new Set(outcomes.map((outcome) => (outcome as { user_id: string }).user_id)).size).toBe(1)
    expect(await peopleCalled('octavia')).toEqual({ users: 1, identities: 1, mails: 1 })
  })

  it('P78 eight callbacks of one address: one exchange, eight good answers, one sign-in', async () => {
    const browser = product.browser()
    const started = await browser.submit('/sso/acme/demo', { login_hint: 'octavio' })
    let answer = await browser.get(started.location())
    while (!answer.location().includes('/callback/')) answer = await browser.get(answer.location())
    const callback = answer.location()
    exchanges = 0
    const answers = await Promise.all(Array.from({ length: 8 }, () => browser.get(callback)))
    expect(new Set(answers.map((one) => `${one.status} ${one.location()}`))).toEqual(
      new Set([`303 ${answers[0]?.location() ?? ''}`]),
    )
    expect(exchanges).toBe(1)
    const attemptId = attemptIdOf(answers[0] ?? answer)
    expect((await decide(browser, attemptId, 'create')).json()).toMatchObject({ outcome: { how: 'created' } })
    expect(await peopleCalled('octavio')).toEqual({ users: 1, identities: 1, mails: 1 })
  })

  it('P78 eight callbacks of a known person leave one session that holds', async () => {
    const browser = product.browser()
    const started = await browser.submit('/sso/acme/demo', { login_hint: 'mark' })
    let answer = await browser.get(started.location())
    while (!answer.location().includes('/callback/')) answer = await browser.get(answer.location())
    const callback = answer.location()
    const answers = await Promise.all(Array.from({ length: 8 }, () => browser.get(callback)))
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(8)
    expect(answers.filter((one) => one.location().endsWith('/account'))).toHaveLength(1)
    expect((await browser.get('/v1/session')).json()).toMatchObject({ user: { name: 'Mark Member' } })
  })
})

describe('one attempt, many decisions', () => {
  it('P80 two tabs decide differently: the first wins, the second is told the outcome', async () => {
    const { browser, attemptId } = await undecided('tabby')
    const answers = await Promise.all([
      decide(browser, attemptId, 'create', 'tab-1'),
      decide(browser, attemptId, 'cancel', 'tab-2'),
    ])
    const [first, second] = answers[0].status === 409 ? [answers[1], answers[0]] : answers
    const { outcome } = first.json()
    expect(first.status).toBe(200)
    expect([second.status, second.json()]).toMatchObject([
      409,
      { code: 'already_decided', outcome: outcome as object },
    ])
    expect(await outcomeOf(browser, attemptId)).toEqual(outcome)
  })

  it('P80 in pages: the tab that comes late is led to the outcome', async () => {
    const { browser, attemptId } = await undecided('paige')
    const first = await browser.submit(`/attempts/${attemptId}/decision`, {
      decision: 'cancel',
      idempotency_key: 'tab-1',
    })
    expect([first.status, first.location()]).toEqual([303, `${product.origin}/attempts/${attemptId}`])
    const late = await browser.submit(`/attempts/${attemptId}/decision`, {
      decision: 'create',
      idempotency_key: 'tab-2',
    })
    expect({ status: late.status, headline: headline(late), next: nextSteps(late) }).toEqual({
      status: 409,
      headline: 'This was decided before',
      next: [`/attempts/${attemptId}`],
    })
    const outcome = await browser.get(`/attempts/${attemptId}`)
    expect({ status: outcome.status, next: nextSteps(outcome) }).toEqual({
      status: 200,
      next: ['/sso/acme?return_to=%2Faccount'],
    })
  })

  it('S43 a double post is one post: the same key gets the same outcome, also with other words after it', async () => {
    const { browser, attemptId } = await undecided('dora')
    const twice = await Promise.all([
      decide(browser, attemptId, 'create', 'one-key'),
      decide(browser, attemptId, 'create', 'one-key'),
    ])
    expect(twice.map(({ status }) => status)).toEqual([200, 200])
    expect(twice[0].json()).toEqual(twice[1].json())
    const otherBody = await decide(browser, attemptId, 'cancel', 'one-key')
    expect([otherBody.status, otherBody.json()]).toMatchObject([
      409,
      { code: 'already_decided', ...twice[0].json() },
    ])
    expect(await peopleCalled('dora')).toEqual({ users: 1, identities: 1, mails: 1 })
  })

  it('S42 what was decided otherwise makes no user, whatever is asked or signalled after it', async () => {
    const { browser, attemptId } = await undecided('otto')
    const decided = await decide(browser, attemptId, 'cancel')
    const late = await decide(browser, attemptId, 'create')
    expect([late.status, late.json()]).toMatchObject([409, { code: 'already_decided', ...decided.json() }])
    const settled = await product.settle({ attemptId })
    expect(settled).toEqual({ outcome: { result: 'cancelled' }, mails: [] })
    const { rows } = await product.testDatabase.pool.query(
      `select user_id from identities where subject = 'otto' union select user_id from user_emails where canonical = 'otto@people.example'`,
    )
    expect(rows).toEqual([])
  })

  it('S30 nothing can be decided before the provider has answered: there is nobody yet', async () => {
    const browser = product.browser()
    const started = await browser.postJson('/v1/attempts', { organization: 'acme', provider: 'demo' })
    const attemptId = String(started.json()['id'])
    for (const choice of ['create', 'link', 'merge'] as const) {
      const early = await decide(browser, attemptId, choice, choice)
      expect([early.status, early.json()]).toMatchObject([400, { code: 'invalid_state' }])
    }
    const page = await browser.get(`/attempts/${attemptId}`)
    expect([page.status, page.text.includes('href="/sso/acme?return_to=%2Faccount"')]).toEqual([200, true])
    expect(await browser.get(`/v1/attempts/${attemptId}`).then((answer) => answer.json())).toMatchObject({
      stage: 'awaiting_provider',
      identity: null,
      offers: [],
    })
  })

  it('may be redeemed again for 10 min, each time for a session that replaces the former', async () => {
    const { browser, attemptId } = await undecided('rena')
    await decide(browser, attemptId, 'create')
    const post = () => browser.postJson(`/v1/attempts/${attemptId}/session`, {})
    expect((await post()).status).toBe(201)
    const former = browser.cookies.get('__Host-session') ?? ''
    expect((await post()).status).toBe(201)
    expect(browser.cookies.get('__Host-session')).not.toBe(former)
    const old = product.browser()
    old.cookies.set('__Host-session', former)
    expect((await old.get('/v1/session')).status).toBe(401)

    await product.testDatabase.advanceClock(10 * 60_000)
    const late = await post()
    expect([late.status, late.json()]).toMatchObject([410, { code: 'attempt_expired' }])
    expect(late.json()['detail']).toContain('It was carried out and stands')
    expect((await browser.get('/v1/session')).status).toBe(200)
  })
})

describe('a decision that cannot be carried out at once', () => {
  it('P45, S40 a failure after the user was inserted leaves no orphan, and the decision is carried out once the cause is gone', async () => {
    const { pool } = product.testDatabase
    await pool.query(
      `create function planted_fault() returns trigger language plpgsql as $$ begin raise exception 'planted'; end $$`,
    )
    await pool.query(`create constraint trigger planted after insert on identities deferrable initially deferred
      for each row execute function planted_fault()`)
    const { browser, attemptId } = await undecided('orphea')
    const before = await rowCounts(pool)
    const waiting = await decide(browser, attemptId, 'create', 'k')
    expect([waiting.status, waiting.json()]).toEqual([202, { outcome: null }])
    expect(await rowsWritten(pool, before)).toEqual({ decisions: 1, audit_events: 1 })
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      stage: 'finishing',
      offers: [],
      outcome: null,
    })
    const page = await browser.get(`/attempts/${attemptId}`)
    expect([page.status, page.text.includes(`data-live="/attempts/${attemptId}/events"`)]).toEqual([
      200,
      true,
    ])

    // Its time passes meanwhile: it was decided in time, so it is carried out.
    await product.testDatabase.advanceClock(61 * 60_000)
    expect((await browser.get(`/attempts/${attemptId}`)).status).toBe(200)
    await pool.query('drop trigger planted on identities')
    await eventually(() => outcomeOf(browser, attemptId))
    expect((await decide(browser, attemptId, 'create', 'k')).json()).toMatchObject({
      outcome: { result: 'signed_in', how: 'created' },
    })
    expect(await peopleCalled('orphea')).toEqual({ users: 1, identities: 1, mails: 1 })
  })

  it('P63 a choice that nobody makes expires: the page says so, starting again works, nothing is stored', async () => {
    const { pool } = product.testDatabase
    const { browser, attemptId } = await undecided('tardy')
    const before = await rowCounts(pool)
    await product.testDatabase.advanceClock(60 * 60_000)

    const page = await browser.get(`/attempts/${attemptId}`)
    expect({ status: page.status, headline: headline(page), next: nextSteps(page) }).toEqual({
      status: 410,
      headline: 'This sign-in has expired',
      next: ['/sso/acme?return_to=%2Faccount'],
    })
    const late = await decide(browser, attemptId, 'create')
    expect([late.status, late.json()]).toMatchObject([410, { code: 'attempt_expired' }])
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      stage: 'ended',
      offers: [],
      outcome: { result: 'expired' },
    })
    expect(await rowsWritten(pool, before)).toEqual({})

    expect(await product.settle({ attemptId })).toMatchObject({ outcome: { result: 'expired' } })
    expect(await rowsWritten(pool, before)).toEqual({ audit_events: 1 })
    const stale = await browser.submit(`/attempts/${attemptId}/decision`, {
      decision: 'create',
      idempotency_key: 'k',
    })
    expect({ status: stale.status, next: nextSteps(stale) }).toEqual({
      status: 410,
      next: ['/sso/acme?return_to=%2Faccount'],
    })
    expect((await browser.postJson(`/v1/attempts/${attemptId}/session`, {})).json()).toMatchObject({
      code: 'invalid_state',
    })

    expect((await browser.get('/sso/acme?return_to=%2Faccount')).status).toBe(200)
    const again = attemptIdOf(await signInAtProvider(browser, 'tardy'))
    await decide(browser, again, 'create')
    expect(await eventually(() => outcomeOf(browser, again))).toMatchObject({ how: 'created' })
  })
})
