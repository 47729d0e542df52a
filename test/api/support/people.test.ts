import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { endSessions } from '../../../support/end-sessions.js'
import { sealAudit } from '../../../worker/sealer.js'
import { newUser } from '../../support/account.js'
import type { Browser } from '../../support/browser.js'
import { startConsole } from '../../support/console.js'
import type { TestConsole } from '../../support/console.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../../support/product.js'
import type { Product } from '../../support/product.js'
import { hasParkedMail, standsBeforeQuestion } from '../../support/unknown-people.js'

let product: Product
let support: TestConsole
let sam: Browser
let pia: Browser
beforeAll(async () => {
  product = await startProduct()
  support = await startConsole(product)
  sam = await support.signedIn('sam')
  pia = await support.signedIn('pia')
})
afterAll(async () => {
  await support.stop()
  await product.stop()
})

const post = (browser: Browser, path: string, body: object) => browser.postJson(`/v1/support${path}`, body)

describe('a person', () => {
  it('is erased while a run holds the mail: the run ends, and nothing is sent any more', async () => {
    const { id, mailId } = await hasParkedMail(product, 'mail.open')
    const { rows } = await product.testDatabase.pool.query<{ workflow_id: string; user_id: string }>(
      `select m.workflow_id, e.user_id from mail_messages m join user_emails e on e.id = m.user_email_id where m.id = $1`,
      [mailId],
    )
    const { workflow_id: workflowId = '', user_id: userId = '' } = rows[0] ?? {}
    expect((await post(pia, `/people/${userId}/erase`, { reason: 'asked' })).status).toBe(200)
    const run = product.temporal.workflow.getHandle(workflowId)
    expect(await run.result()).toMatchObject({ outcome: { result: 'signed_in' }, mail: 'cancelled' })
    expect((await post(sam, `/mails/${mailId}/retry`, { reason: 'too late' })).status).toBe(404)
    expect((await sam.get(`/v1/support/attempts/${id}`)).json()['identity']).toBeNull()
    expect(product.inbox.messages().filter(({ to }) => to === 'mail.open@people.example')).toEqual([])
  })

  it('is erased with the invitations of its addresses, and with what it typed where it was asked', async () => {
    const owner = product.browser()
    await owner.follow(await signInAtProvider(owner, 'olivia'))
    const userId = await newUser(product, 'invited.before')
    await owner.postJson('/v1/organizations/acme/invitations', {
      email: 'invited.before@people.example',
      role: 'member',
    })
    const { id, browser } = await standsBeforeQuestion(product, 'noaddress')
    await browser.postJson(`/v1/attempts/${id}/proofs`, {
      kind: 'email',
      email: 'invited.before@people.example',
    })
    await browser.postJson(`/v1/attempts/${id}/decision`, { decision: 'cancel' }, { 'idempotency-key': 'k' })
    await eventually(async () => (await product.database.attempts.find(id))?.outcome)
    expect((await post(pia, `/people/${userId}/erase`, { reason: 'asked' })).status).toBe(200)
    const { rows } = await product.testDatabase.pool.query(
      `select (select count(*)::int from invitations where canonical_email = 'invited.before@people.example') as invitations,
         (select count(*)::int from mail_messages where kind = 'invitation' and attempt_id is null
          and reference_id not in (select id from invitations)) as mails, a.email, a.address_index
       from attempts a where a.id = $1`,
      [id],
    )
    expect(rows).toEqual([{ invitations: 0, mails: 0, email: null, address_index: null }])
  })

  it('is erased: rows and claims go, the audit names nobody any more, and its seals hold', async () => {
    const { id, browser } = await standsBeforeQuestion(product, 'forget.me')
    await browser.postJson(`/v1/attempts/${id}/decision`, { decision: 'create' }, { 'idempotency-key': 'k' })
    const userId = await eventually(async () => (await product.database.attempts.find(id))?.outcomeUserId)
    await sealAudit(product.database)
    expect((await post(sam, `/people/${userId}/erase`, { reason: 'asked' })).status).toBe(403)
    expect((await post(sam, `/people/${userId}/end-sessions`, { reason: 'lost phone' })).status).toBe(200)
    expect((await pia.get(`/people/${userId}`)).text).not.toContain('forget.me')
    expect((await post(pia, `/people/${userId}/erase`, { reason: 'asked in writing' })).json()).toEqual({
      id: userId,
      erased: true,
    })
    expect((await pia.get(`/people/${userId}`)).status).toBe(404)
    const { pool } = product.testDatabase
    const { rows } = await pool.query(
      `select claims, client_network, outcome_user_id from attempts where id = $1
       union all select null, client_network, null from audit_events where attempt_id = $1 and client_network is not null`,
      [id],
    )
    expect(rows).toEqual([{ claims: null, client_network: null, outcome_user_id: null }])
    await sealAudit(product.database)
    expect(await product.database.auditSeals.verify()).toMatchObject({ faults: [], unsealed: [] })
  })

  it('is erased also where one of its sign-ins still waited for a second factor when it ended', async () => {
    const userId = await newUser(product, 'half.way')
    const { id } = await standsBeforeQuestion(product, 'half.way')
    await product.testDatabase.pool.query('update attempts set awaits_second_factor = true where id = $1', [
      id,
    ])
    await product.database.attempts.end(id, { result: 'expired' })
    expect((await post(pia, `/people/${userId}/erase`, { reason: 'asked' })).status).toBe(200)
  })
})

describe('all sessions of a person, ended by support', () => {
  const decides = async (name: string) => {
    const { id, browser } = await standsBeforeQuestion(product, name)
    await browser.postJson(`/v1/attempts/${id}/decision`, { decision: 'create' }, { 'idempotency-key': 'k' })
    const userId = await eventually(async () => (await product.database.attempts.find(id))?.outcomeUserId)
    return { id, browser, userId, redeem: () => browser.postJson(`/v1/attempts/${id}/session`, {}) }
  }
  const end = async (userId: string, reason: string) =>
    (await post(sam, `/people/${userId}/end-sessions`, { reason })).json()
  const told = async (reason: string) => {
    const { rows } = await product.testDatabase.pool.query<object>(
      `select e.event, o.slug as organization, e.data - 'reason' as data from audit_events e
       left join organizations o on o.id = e.organization_id where data->>'reason' = $1 order by e.id`,
      [reason],
    )
    return rows
  }

  it('leave no outcome that may still become one', async () => {
    const { userId, redeem, browser } = await decides('unredeemed.staff')
    const elsewhere = { userId, scope: ['globex'], actor: 'alva', reason: 'elsewhere' }
    expect((await endSessions(support.dependencies, elsewhere)).outcomes).toEqual([])
    expect(await end(userId, 'stolen laptop')).toEqual({ id: userId, sessions: 0 })
    const refused = await redeem()
    expect([refused.status, refused.json()['code']]).toEqual([410, 'attempt_expired'])
    expect((await browser.get('/v1/session')).status).toBe(401)
    expect(await told('stolen laptop')).toEqual([
      { event: 'session.ended', organization: 'acme', data: { sessions: 0, not_redeemed: 1 } },
    ])
  })

  it('take the sign-ins with them that were begun there, and their runs', async () => {
    const { userId, redeem, browser } = await decides('begun.there')
    expect((await redeem()).status).toBe(201)
    const openId = attemptIdOf(await signInAtProvider(browser, 'begun.there.too'))
    expect(await end(userId, 'lost tablet')).toEqual({ id: userId, sessions: 1 })
    const attempt = await product.database.attempts.find(openId)
    expect(attempt?.outcome).toMatchObject({ result: 'cancelled' })
    const run = product.temporal.workflow.getHandle(`auth/${attempt?.provider.organization.id}/${openId}`)
    expect(await run.result()).toMatchObject({ outcome: { result: 'cancelled' } })
    expect(await told('lost tablet')).toEqual([
      { event: 'session.ended', organization: 'acme', data: { sessions: 1 } },
      { event: 'attempt.ended', organization: 'acme', data: { result: 'cancelled' } },
    ])
  })

  it('are those that still count, and those of the organizations alone that whoever acts looks after', async () => {
    const userId = await newUser(product, 'two.places')
    const tokens = ['acme', 'acme', 'globex'].map((slug) => ({ slug, tokenHash: randomBytes(32) }))
    for (const { slug, tokenHash } of tokens) {
      const organizationId = (await product.database.organizations.find(slug))?.id ?? ''
      const methods = ['password'] as const
      await product.database.userSessions.openWithPassword({ userId, organizationId, methods, tokenHash })
    }
    await product.testDatabase.pool.query(
      `update sessions set expires_at = app.now() - interval '1 min' where token_hash = $1`,
      [tokens[0]?.tokenHash],
    )
    const act = { userId, scope: ['acme'], actor: 'alva', reason: 'narrowed' }
    expect((await endSessions(support.dependencies, act)).sessions).toHaveLength(1)
    expect((await endSessions(support.dependencies, act)).sessions).toEqual([])
    expect(await told('narrowed')).toEqual([
      { event: 'session.ended', organization: 'acme', data: { sessions: 1 } },
    ])
    expect((await product.database.people.find(userId, null))?.openSessions).toBe(1)
  })
})

it('what was said in a sign-in is destroyed 30 days after its end, and not before', async () => {
  const { id } = await standsBeforeQuestion(product, 'long.ago')
  const open = await standsBeforeQuestion(product, 'still.here')
  await product.database.attempts.end(id, { result: 'cancelled' })
  const day = 24 * 3_600_000
  const claimsAfter = async (ms: number) => {
    await product.testDatabase.advanceClock(ms)
    await product.database.people.forgetClaims(1_000)
    return (await product.database.attempts.find(id))?.claims ?? null
  }
  expect(await claimsAfter(30 * day - 3_600_000)).not.toBeNull()
  expect(await claimsAfter(3_600_000)).toBeNull()
  // What is not over yet is not touched, however old it is.
  expect((await product.database.attempts.find(open.id))?.claims).not.toBeNull()
})
