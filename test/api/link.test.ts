import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generate } from 'otplib'
import type pg from 'pg'
import { createTotp } from '../../clients/totp.js'
import type { Browser } from '../support/browser.js'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import { checkInvariants } from '../support/invariants.js'
import { headline, nextSteps } from '../support/pages.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { rowCounts, rowsWritten } from '../support/row-counts.js'

let product: Product
let second: ConnectedProvider
beforeAll(async () => {
  product = await startProduct()
  second = await connectLyingProvider(product)
})
afterAll(async () => {
  await closeLyingProviders()
  await product.stop()
})

const rows = async <Row extends pg.QueryResultRow>(
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> => (await product.testDatabase.pool.query<Row>(statement, values)).rows
/** Somebody new at acme who has an account by now, and is signed in. */
const member = async (
  name: string,
  browser = product.browser(),
): Promise<{ browser: Browser; userId: string }> => {
  const attemptId = attemptIdOf(await signInAtProvider(browser, name))
  await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create' })
  await browser.postJson(`/v1/attempts/${attemptId}/session`, {})
  const { user } = (await browser.get('/v1/session')).json() as { user: { id: string } }
  return { browser, userId: user.id }
}
const decide = (browser: Browser, attemptId: string, body: Record<string, unknown>) =>
  browser.postJson(`/v1/attempts/${attemptId}/decision`, body)
const identities = (userId: string): Promise<{ provider_id: string; subject: string }[]> =>
  rows('select provider_id, subject from identities where user_id = $1 order by created_at', [userId])
const events = (attemptId: string): Promise<{ event: string }[]> =>
  rows('select event from audit_events where attempt_id = $1 order by id', [attemptId])

describe('a new identity of somebody who is signed in', () => {
  it('P1, S11, S17, S72, P9 is connected after one confirmation: identity, member, audit, a new session, and nothing else', async () => {
    const { browser, userId } = await member('lina')
    const elsewhere = product.browser()
    await signInAtProvider(elsewhere, 'lina')
    const own = () =>
      rows(
        'select u.name, u.locale, e.address, e.verified_at from users u join user_emails e on e.user_id = u.id where u.id = $1',
        [userId],
      )
    const ownBefore = await own()

    const attemptId = attemptIdOf(await second.signIn(browser, 'lina-work'))
    const attempt = (await browser.get(`/v1/attempts/${attemptId}`)).json()
    expect(attempt).toMatchObject({
      offers: expect.arrayContaining(['link', 'create', 'cancel']),
      session_user: { id: userId },
      replaces: [],
    })
    const page = await browser.get(`/attempts/${attemptId}`)
    expect(page.text).toContain('value="link"')
    const former = browser.cookies.get('__Host-session') ?? ''
    const key = /name="idempotency_key" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const version = /name="version" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const decided = await browser.submit(`/attempts/${attemptId}/decision`, {
      decision: 'link',
      idempotency_key: key,
      version,
    })
    expect(decided.location()).toBe(`${product.origin}/account`)

    expect(await identities(userId)).toMatchObject([
      { subject: 'lina' },
      { provider_id: second.id, subject: 'lina-work' },
    ])
    expect(await own()).toEqual(ownBefore)
    const told = (await events(attemptId)).map(({ event }) => event)
    expect(told.filter((event) => event === 'identity.linked')).toHaveLength(1)
    expect(told).toEqual(
      expect.arrayContaining(['session.ended', 'attempt.ended', 'user.signed_in', 'session.started']),
    )
    expect(told).not.toContain('member.added')
    // A new id for this browser, and no other session of the account.
    expect(browser.cookies.get('__Host-session')).not.toBe(former)
    expect((await elsewhere.get('/v1/session')).status).toBe(401)
    const old = product.browser()
    old.cookies.set('__Host-session', former)
    expect((await old.get('/v1/session')).status).toBe(401)
    // From now on the other identity leads here too.
    const again = product.browser()
    expect((await second.signIn(again, 'lina-work')).location()).toBe(`${product.origin}/account`)
    expect((await again.get('/v1/session')).json()).toMatchObject({ user: { id: userId } })
  })

  it('P13 tells the account by mail, once, at its verified address', async () => {
    const { browser, userId } = await member('ella')
    await rows('update user_emails set verified_at = app.now() where user_id = $1', [userId])
    const attemptId = attemptIdOf(await second.signIn(browser, 'ella-work'))
    await decide(browser, attemptId, { decision: 'link' })
    const notice = await eventually(() =>
      product.inbox
        .messages()
        .find(({ to, subject }) => to === 'ella@people.example' && subject.startsWith('A new way into')),
    )
    expect(notice.text).not.toContain('ella-work@')
    expect(await rows(`select kind from mail_messages where attempt_id = $1`, [attemptId])).toEqual([
      { kind: 'identity_linked_notice' },
    ])
  })

  it('S12, S13 links the member that there is and keeps its other flags and its role', async () => {
    const { browser, userId } = await member('mia')
    await rows(
      `update organization_members set role = 'manager', sso_linked = false, sso_invalid = true, restricted = true where user_id = $1`,
      [userId],
    )
    const attemptId = attemptIdOf(await second.signIn(browser, 'mia-work'))
    expect((await decide(browser, attemptId, { decision: 'link' })).json()).toMatchObject({
      outcome: { result: 'signed_in', how: 'linked', user_id: userId },
    })
    expect(
      await rows(
        'select role, sso_linked, sso_invalid, restricted from organization_members where user_id = $1',
        [userId],
      ),
    ).toEqual([{ role: 'manager', sso_linked: true, sso_invalid: false, restricted: true }])
  })

  it('P2 cancelled: nothing is stored', async () => {
    const { browser, userId } = await member('nele')
    const attemptId = attemptIdOf(await second.signIn(browser, 'nele-work'))
    expect((await decide(browser, attemptId, { decision: 'cancel' })).json()).toEqual({
      outcome: { result: 'cancelled' },
    })
    expect(await identities(userId)).toHaveLength(1)
  })

  it('P10, S81, S83 another subject at the same provider is said, and replaces only with an explicit word, in the same row', async () => {
    const { browser, userId } = await member('olga')
    const [before] = await rows<{ id: string }>('select id from identities where user_id = $1', [userId])
    const attemptId = attemptIdOf(await signInAtProvider(browser, 'olga-renamed'))
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({ replaces: ['link'] })
    expect((await browser.get(`/attempts/${attemptId}`)).text).toContain('name="replace"')
    const silent = await decide(browser, attemptId, { decision: 'link' })
    expect([silent.status, silent.json()]).toMatchObject([
      409,
      { code: 'identity_conflict', errors: [{ field: 'replace' }] },
    ])
    const asked = await browser.submit(`/attempts/${attemptId}/decision`, {
      decision: 'link',
      idempotency_key: 'k',
    })
    expect([asked.status, asked.text.replace(/<wbr\/>/g, '')]).toEqual([
      409,
      expect.stringMatching(
        /href="#replace-link">[^<]*tick this box.*id="replace-link"[^>]*aria-invalid="true"/s,
      ),
    ])
    expect(asked.text).not.toContain('Contact support')

    expect((await decide(browser, attemptId, { decision: 'link', replace: true })).json()).toMatchObject({
      outcome: { how: 'linked' },
    })
    expect(await rows('select id, subject from identities where user_id = $1', [userId])).toEqual([
      { id: before?.id, subject: 'olga-renamed' },
    ])
    expect((await events(attemptId)).map(({ event }) => event)).toContain('identity.replaced')
    // The former subject is somebody unknown now.
    expect((await signInAtProvider(product.browser(), 'olga')).location()).toContain('/attempts/')
  })

  it('A18, S15, S87 one that somebody else owns by the time of the commit stays there: told, and nothing moves', async () => {
    const { browser, userId } = await member('paul')
    const attemptId = attemptIdOf(await second.signIn(browser, 'shared-work'))
    const other = await member('quinn')
    const theirs = attemptIdOf(await second.signIn(other.browser, 'shared-work'))
    expect((await decide(other.browser, theirs, { decision: 'link' })).json()).toMatchObject({
      outcome: { how: 'linked' },
    })

    const late = await decide(browser, attemptId, { decision: 'link' })
    expect(late.json()).toEqual({ outcome: { result: 'rejected', code: 'identity_conflict' } })
    const page = await browser.get(`/attempts/${attemptId}`)
    expect([page.status, headline(page)]).toEqual([409, 'This sign-in cannot be connected'])
    expect(page.text).not.toMatch(/quinn/i)
    expect(await identities(userId)).toHaveLength(1)
    expect(await identities(other.userId)).toHaveLength(2)
  })

  it('P7 after 15 min the person signs in once more, at a provider of the account, and the link goes on', async () => {
    const { browser, userId } = await member('rosa')
    await rows(
      `update sessions set authenticated_at = authenticated_at - interval '15 min' where user_id = $1`,
      [userId],
    )
    const attemptId = attemptIdOf(await second.signIn(browser, 'rosa-work'))
    const early = await decide(browser, attemptId, { decision: 'link' })
    expect([early.status, early.json()]).toMatchObject([403, { code: 'reauthentication_required' }])
    const page = await browser.get(`/attempts/${attemptId}`)
    expect(page.text).toContain('sign in once more')
    const provider = /name="provider" value="([^"]+)"/.exec(page.text)?.[1] ?? ''

    const sent = await browser.submit(`/attempts/${attemptId}/proofs`, {
      kind: 'provider',
      provider,
      login_hint: 'rosa',
    })
    expect(new URL(sent.location()).searchParams.get('prompt')).toBe('login')
    let answer = await browser.get(sent.location())
    while (!answer.location().startsWith(`${product.origin}/attempts/`))
      answer = await browser.get(answer.location())
    expect(answer.location()).toBe(`${product.origin}/attempts/${attemptId}`)
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      stage: 'awaiting_decision',
      proofs: [{ kind: 'provider' }],
    })
    expect((await decide(browser, attemptId, { decision: 'link' })).json()).toMatchObject({
      outcome: { how: 'linked', user_id: userId },
    })
    expect((await events(attemptId)).map(({ event }) => event)).toContain('proof.used')
  })

  it('S92 who signs in once more and has a second factor is asked for its code before the link is accepted', async () => {
    const { browser, userId } = await member('runa')
    const secret = createTotp().newSecret()
    await rows('insert into user_totp (user_id, secret, confirmed_at) values ($1, $2, app.now())', [
      userId,
      product.dependencies.keyring.seal('totp', userId, secret),
    ])
    await rows(
      `update sessions set authenticated_at = authenticated_at - interval '15 min' where user_id = $1`,
      [userId],
    )
    const attemptId = attemptIdOf(await second.signIn(browser, 'runa-work'))
    const begun = await browser.postJson(`/v1/attempts/${attemptId}/proofs`, {
      kind: 'provider',
      provider: 'demo',
      login_hint: 'runa',
    })
    let answer = await browser.get(String(begun.json()['authorization_url']))
    while (!answer.location().startsWith(`${product.origin}/attempts/`))
      answer = await browser.get(answer.location())

    expect((await decide(browser, attemptId, { decision: 'link' })).json()).toMatchObject({
      code: 'second_factor_required',
    })
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      stage: 'awaiting_decision',
      second_factor_required: true,
    })
    expect((await browser.get(`/attempts/${attemptId}`)).text).toContain('name="otp"')
    const passed = await browser.submit(`/attempts/${attemptId}/proofs`, {
      kind: 'second_factor',
      otp: await generate({ secret }),
    })
    expect(passed.location()).toBe(`${product.origin}/attempts/${attemptId}`)
    expect((await decide(browser, attemptId, { decision: 'link' })).json()).toMatchObject({
      outcome: { how: 'linked', user_id: userId },
    })
  })
})

describe('R is pinned', () => {
  it('signing out ends what was begun in the session', async () => {
    const { browser } = await member('sara')
    const attemptId = attemptIdOf(await second.signIn(browser, 'sara-work'))
    await browser.submit('/session/end', {})
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      stage: 'ended',
      outcome: { result: 'cancelled' },
    })
    const ended = `select target_kind, target_id, data from audit_events where attempt_id = $1 and event = 'attempt.ended'`
    expect(await rows(ended, [attemptId])).toEqual([
      {
        target_kind: 'attempt',
        target_id: attemptId,
        data: { result: 'cancelled', reason: 'session_ended' },
      },
    ])
    const late = await decide(browser, attemptId, { decision: 'link' })
    expect([late.status, late.json()]).toMatchObject([401, { code: 'not_authenticated' }])
    const page = await browser.submit(`/attempts/${attemptId}/decision`, {
      decision: 'link',
      idempotency_key: 'late',
    })
    expect([page.status, nextSteps(page)]).toEqual([401, ['/sso/acme?return_to=%2Faccount']])
    // Its run has heard of it, too.
    await eventually(async () => {
      const { pool } = product.testDatabase
      const found = await checkInvariants({ pool, temporal: product.temporal, requests: [] })
      return found.some(({ what }) => what.includes(attemptId)) ? null : true
    })
  })

  it('T47 another account in the same browser does not confirm what the first one began', async () => {
    const first = await member('tina')
    const attemptId = attemptIdOf(await second.signIn(first.browser, 'tina-work'))
    const other = await member('ulla')
    first.browser.cookies.set('__Host-session', other.browser.cookies.get('__Host-session') ?? '')
    // Mails of the two are told of when the workers go on.
    await product.stopWorkers()
    const before = await rowCounts(product.testDatabase.pool)
    const swapped = await decide(first.browser, attemptId, { decision: 'link' })
    expect([swapped.status, swapped.json()]).toMatchObject([403, { code: 'wrong_user' }])
    expect(await rowsWritten(product.testDatabase.pool, before)).toEqual({ audit_events: 1 })
    await product.startWorkers()
    expect((await first.browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      outcome: { result: 'rejected', code: 'wrong_user' },
    })
  })

  it('several tabs of one session go on after one of them has linked', async () => {
    const { browser, userId } = await member('vera')
    const third = await connectLyingProvider(product)
    const [one, two] = [
      attemptIdOf(await second.signIn(browser, 'vera-work')),
      attemptIdOf(await third.signIn(browser, 'vera-club')),
    ]
    await decide(browser, one, { decision: 'link' })
    await browser.postJson(`/v1/attempts/${one}/session`, {})
    const next = await decide(browser, two, { decision: 'link' })
    expect([next.status, next.json()]).toMatchObject([200, { outcome: { how: 'linked' } }])
    expect(await identities(userId)).toHaveLength(3)
  })
})
