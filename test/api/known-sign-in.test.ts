import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import pg from 'pg'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import { attemptIdOf, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { headline } from '../support/pages.js'
import { rowCounts, rowsWritten } from '../support/row-counts.js'

let product: Product
/** What the process asked Temporal for, and what it asked Postgres since the code was exchanged. */
const started: string[] = []
const statements: string[] = []

beforeAll(async () => {
  product = await startProduct(({ oidc, pipelines }) => ({
    pipelines: {
      ...pipelines,
      start: (run) => {
        started.push(run.attemptId)
        return pipelines.start(run)
      },
    },
    oidc: {
      ...oidc,
      exchange: async (...call) => {
        const assertion = await oidc.exchange(...call)
        statements.length = 0
        return assertion
      },
    },
  }))
  // Counts on the wire's side of the pool: `begin` and `commit` are round trips too.
  const { query } = pg.Client.prototype
  jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...call: unknown[]) {
    statements.push(String((call[0] as { text?: string }).text ?? call[0]))
    return (query as (...call: unknown[]) => unknown).apply(this, call)
  })
})
beforeEach(() => {
  started.length = 0
})
afterAll(async () => {
  jest.restoreAllMocks()
  await closeLyingProviders()
  await product.stop()
})

const one = async <Row extends pg.QueryResultRow>(
  statement: string,
  values: unknown[] = [],
): Promise<Row> => {
  const { rows } = await product.testDatabase.pool.query<Row>(statement, values)
  if (rows[0] === undefined) throw new Error(`no row: ${statement}`)
  return rows[0]
}

describe('the sign-in of a known person', () => {
  it('costs no workflow and two statements after the code was exchanged', async () => {
    // They run in this process too, and the relay asks for mails every 50 ms.
    await product.stopWorkers()
    const answer = await signInAtProvider(product.browser(), 'mark')
    expect(answer.location()).toBe(`${product.origin}/account`)
    expect(statements.map((statement) => statement.trimStart().split(/\s/, 1)[0])).toEqual(['select', 'with'])
    await product.startWorkers()
    expect(started).toEqual([])
    expect((await product.temporal.workflow.count()).count).toBe(0)
  })

  it('S9, S74 refreshes the identity, links the member, signs in and goes where the person wanted to', async () => {
    const { pool } = product.testDatabase
    await pool.query(`update identities set name = 'Old Name', email = 'old@acme.example', email_verified = false,
      last_verified_at = '2020-01-01' where subject = 'olivia'`)
    await pool.query(`update organization_members set sso_linked = false, sso_invalid = true
      where user_id = (select user_id from identities where subject = 'olivia')`)
    const owner = `select u.name, u.status, u.locale, e.address, e.verified_at, m.role from identities i join users u on u.id = i.user_id
      join user_emails e on e.user_id = u.id join organization_members m on m.user_id = u.id where i.subject = 'olivia'`
    const ownBefore = await one(owner)
    const before = await rowCounts(pool)

    const browser = product.browser()
    const begun = await browser.submit('/sso/acme/demo', {
      login_hint: 'olivia',
      return_to: '/reports?year=2026#top',
    })
    let answer = await browser.get(begun.location())
    while (!answer.location().includes('/callback/')) answer = await browser.get(answer.location())
    answer = await browser.get(answer.location())

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/reports?year=2026#top'])
    expect((await browser.get('/v1/session')).json()).toMatchObject({
      organization: 'acme',
      user: { name: 'Olivia Owner' },
      methods: ['provider'],
    })
    expect(
      await one(
        `select name, email, email_verified, last_verified_at > now() - interval '1 min' as fresh from identities where subject = 'olivia'`,
      ),
    ).toEqual({
      name: 'Olivia Owner',
      email: 'olivia@acme.example',
      email_verified: true,
      fresh: true,
    })
    expect(
      await one(`select sso_linked, sso_invalid, restricted, role from organization_members
      where user_id = (select user_id from identities where subject = 'olivia')`),
    ).toEqual({ sso_linked: true, sso_invalid: false, restricted: false, role: 'owner' })
    expect(await one(owner)).toEqual(ownBefore)
    expect(await rowsWritten(pool, before)).toEqual({ attempts: 1, sessions: 1, audit_events: 5 })
    const events = await pool.query<{ event: string; data: unknown }>(
      'select event, data from audit_events order by id desc limit 5',
    )
    expect(events.rows.find(({ event }) => event === 'identity.refreshed')?.data).toEqual({
      changed: ['email', 'email_verified', 'name'],
    })
    expect(events.rows.map(({ event }) => event).sort()).toEqual([
      'attempt.ended',
      'attempt.started',
      'identity.refreshed',
      'session.started',
      'user.signed_in',
    ])
    expect(started).toEqual([])
  })

  it('P40 takes nothing from the profile but the profile', async () => {
    const liar = await connectLyingProvider(product)
    const browser = product.browser()
    const attemptId = attemptIdOf(await liar.signIn(browser, 'plain'))
    await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create' })
    const user = `select u.id, u.name, u.status, i.subject, i.issuer, e.canonical, e.verified_at, m.role, m.restricted from users u
      join identities i on i.user_id = u.id join user_emails e on e.user_id = u.id join organization_members m on m.user_id = u.id
      where i.provider_id = $1 and i.subject = 'plain'`
    const before = await one(user, [liar.id])

    liar.lie({
      claims: (honest) => ({
        ...honest,
        email: 'olivia@acme.example',
        name: 'Somebody Else',
        user_id: '00000000-0000-7000-8000-000000000000',
        id: 'another',
        status: 'suspended',
        role: 'owner',
        verified_at: '2026-01-01',
        organization: 'globex',
        issuer: 'https://other.example',
        constructor: { name: 'x' },
        ['__proto__']: { role: 'owner' },
      }),
    })
    expect((await liar.signIn(product.browser(), 'plain')).status).toBe(303)
    expect(await one(user, [liar.id])).toEqual(before)
    expect(await one('select name, email from identities where provider_id = $1', [liar.id])).toEqual({
      name: 'Somebody Else',
      email: 'olivia@acme.example',
    })
  })

  it('S10, S73 says to a member without a seat whom to ask, and keeps the restriction', async () => {
    await product.testDatabase.pool.query(`update organizations set seat_limit = 1 where slug = 'acme';
      update organization_members set restricted = true
      where user_id = (select user_id from identities where subject = 'mark')`)
    const browser = product.browser()
    const page = await browser.follow(await signInAtProvider(browser, 'mark'))
    expect([page.status, page.url]).toEqual([200, expect.stringContaining('/attempts/')])
    expect(page.text).toContain('Your access is limited for now')
    const told = { code: 'membership_restricted' }
    expect((await browser.get('/v1/session')).json()).toMatchObject(told)
    expect((await browser.get(`/v1${new URL(page.url).pathname}`)).json()).toMatchObject({
      outcome: { result: 'signed_in', how: 'existing', ...told },
    })
    const member = await one(`update organization_members set restricted = false
      where user_id = (select user_id from identities where subject = 'mark') returning sso_linked`)
    await product.testDatabase.pool.query(`update organizations set seat_limit = null where slug = 'acme'`)
    expect(member).toEqual({ sso_linked: true })
    expect((await browser.get('/v1/session')).json()).not.toHaveProperty('code')
  })

  it('S16 asks before the session becomes another user’s, and changes nothing until then', async () => {
    const browser = product.browser()
    await signInAtProvider(browser, 'mark')
    const back = await signInAtProvider(browser, 'olivia')
    const page = await browser.follow(back)
    expect([page.status, headline(page)]).toEqual([200, 'Change to another account?'])
    expect(page.text.replace(/<[^>]+>/g, '')).toContain(
      'You are signed in as Mark Member. This sign-in belongs to Olivia Owner.',
    )
    for (const address of ['mark@acme.example', 'olivia@acme.example'])
      expect(page.text.replaceAll('<wbr/>', '')).toContain(address)
    expect(page.text).not.toContain('data-auto-submit')
    expect((await browser.get('/v1/session')).json()).toMatchObject({ user: { name: 'Mark Member' } })

    const former = browser.cookies.get('__Host-session') ?? ''
    const attemptId = attemptIdOf(back)
    expect((await browser.submit(`/attempts/${attemptId}/session`, {})).location()).toBe(
      `${product.origin}/account`,
    )
    expect((await browser.get('/v1/session')).json()).toMatchObject({ user: { name: 'Olivia Owner' } })
    const old = product.browser()
    old.cookies.set('__Host-session', former)
    expect((await old.get('/v1/session')).status).toBe(401)
    expect(started).toEqual([])
  })

  it('S14, P4 signs in anew who is signed in already: a fresh session in the place of the former, no second identity', async () => {
    const browser = product.browser()
    await signInAtProvider(browser, 'mark')
    const former = browser.cookies.get('__Host-session') ?? ''
    expect((await signInAtProvider(browser, 'mark')).location()).toBe(`${product.origin}/account`)
    const old = product.browser()
    old.cookies.set('__Host-session', former)
    expect((await old.get('/v1/session')).status).toBe(401)
    expect((await browser.get('/v1/session')).json()).toMatchObject({ user: { name: 'Mark Member' } })
    expect(
      await one(`select count(*)::int as linked from audit_events where event = 'identity.linked'
        and actor_id = (select user_id::text from identities where subject = 'mark')`),
    ).toEqual({ linked: 0 })
  })

  it('S32 refuses a suspended person, and says nothing else', async () => {
    const { pool } = product.testDatabase
    await pool.query(`update users set status = 'suspended' where name = 'Grace Globex'`)
    const before = await rowCounts(pool)
    const browser = product.browser()
    const refused = await signInAtProvider(browser, 'grace', 'globex')
    expect(refused.status).toBe(403)
    expect(refused.text).toContain('This account is suspended')
    expect(await rowsWritten(pool, before)).toEqual({ attempts: 1, audit_events: 2 })
    expect((await browser.get('/v1/session')).status).toBe(401)
  })
})
