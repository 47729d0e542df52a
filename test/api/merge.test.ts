import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generate } from 'otplib'
import type pg from 'pg'
import { createTotp } from '../../clients/totp.js'
import type { Answer, Browser } from '../support/browser.js'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import { headline } from '../support/pages.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

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
const decide = (browser: Browser, attemptId: string, body: Record<string, unknown>): Promise<Answer> =>
  browser.postJson(`/v1/attempts/${attemptId}/decision`, body)
/** Somebody with an account whose identity is at the demo provider. @returns the user's id */
const signUp = async (name: string): Promise<string> => {
  const browser = product.browser()
  const attemptId = attemptIdOf(await signInAtProvider(browser, name))
  const { outcome } = (await decide(browser, attemptId, { decision: 'create' })).json() as {
    outcome: { user_id: string }
  }
  return outcome.user_id
}
/** Proves an account inside an attempt by its identity at the demo provider. @returns where the browser ends */
const proveAs = async (browser: Browser, attemptId: string, name: string): Promise<Answer> => {
  const begun = await browser.postJson(`/v1/attempts/${attemptId}/proofs`, {
    kind: 'provider',
    provider: 'demo',
    login_hint: name,
  })
  let answer = await browser.get(String(begun.json()['authorization_url']))
  while (!answer.location().includes('/callback/')) answer = await browser.get(answer.location())
  return browser.get(answer.location())
}
const subjects = (userId: string): Promise<{ subject: string }[]> =>
  rows('select subject from identities where user_id = $1 order by created_at', [userId])
const enableTotp = async (userId: string): Promise<() => Promise<string>> => {
  const secret = createTotp().newSecret()
  const sealed = product.dependencies.keyring.seal('totp', userId, secret)
  await rows(`insert into user_totp (user_id, secret, confirmed_at) values ($1, $2, app.now())`, [
    userId,
    sealed,
  ])
  return () => generate({ secret })
}

describe('an identity that belongs to an account which somebody else is not signed in to', () => {
  it('P24, S80, S77 is merged into the account that another identity proves, and signs in there from then on', async () => {
    const userId = await signUp('anna')
    const elsewhere = product.browser()
    await signInAtProvider(elsewhere, 'anna')
    const browser = product.browser()
    const attemptId = attemptIdOf(await second.signIn(browser, 'anna-work'))
    const early = await decide(browser, attemptId, { decision: 'merge' })
    expect(early.status).toBeGreaterThanOrEqual(400)

    const back = await proveAs(browser, attemptId, 'anna')
    expect(back.location()).toBe(`${product.origin}/attempts/${attemptId}`)
    // The child only proves: nobody is signed in by it.
    expect((await browser.get('/v1/session')).status).toBe(401)
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      offers: ['merge', 'create', 'cancel'],
      proofs: [{ kind: 'provider' }],
    })
    expect((await browser.get(`/attempts/${attemptId}`)).text).toContain('is yours')
    expect((await decide(browser, attemptId, { decision: 'merge' })).json()).toMatchObject({
      outcome: { result: 'signed_in', how: 'merged', user_id: userId },
    })
    expect(await subjects(userId)).toEqual([{ subject: 'anna' }, { subject: 'anna-work' }])
    expect((await elsewhere.get('/v1/session')).status).toBe(401)
    expect((await browser.postJson(`/v1/attempts/${attemptId}/session`, {})).status).toBe(201)
    expect((await browser.get('/v1/session')).json()).toMatchObject({ user: { id: userId } })
    expect((await second.signIn(product.browser(), 'anna-work')).location()).toBe(`${product.origin}/account`)
  })

  it('P72 a proof is dead once it was used, and with it the child that brought it', async () => {
    await signUp('bea')
    const browser = product.browser()
    const attemptId = attemptIdOf(await second.signIn(browser, 'bea-work'))
    await proveAs(browser, attemptId, 'bea')
    await decide(browser, attemptId, { decision: 'merge' })
    expect(
      await rows('select used_at is not null as used from proofs where attempt_id = $1', [attemptId]),
    ).toEqual([{ used: true }])
    const [child] = await rows<{ id: string; outcome: string }>(
      'select id, outcome from attempts where parent_id = $1',
      [attemptId],
    )
    expect(child?.outcome).toBe('proved')
    const redeemed = await browser.postJson(`/v1/attempts/${child?.id ?? ''}/session`, {})
    expect(redeemed.json()).toMatchObject({ code: 'invalid_state' })
    expect((await decide(browser, child?.id ?? '', { decision: 'create' })).status).toBe(409)
  })

  it('S26 cannot be merged without a proof', async () => {
    const browser = product.browser()
    const attemptId = attemptIdOf(await second.signIn(browser, 'cora-work'))
    const refused = await decide(browser, attemptId, { decision: 'merge' })
    expect(refused.status).toBeGreaterThanOrEqual(400)
    expect(await rows('select from identities where subject = $1', ['cora-work'])).toEqual([])
  })

  it('an identity that nobody has proves nothing', async () => {
    const browser = product.browser()
    const attemptId = attemptIdOf(await second.signIn(browser, 'dina-work'))
    const back = await proveAs(browser, attemptId, 'dina-unknown')
    expect([back.status, headline(back)]).toEqual([422, 'There is no account for this'])
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      stage: 'awaiting_decision',
      proofs: [],
    })
  })

  it('T38 a proof is for the browser of the attempt: the answer of the provider is worth nothing in another one', async () => {
    await signUp('edda')
    const browser = product.browser()
    const attemptId = attemptIdOf(await second.signIn(browser, 'edda-work'))
    const begun = await browser.postJson(`/v1/attempts/${attemptId}/proofs`, {
      kind: 'provider',
      provider: 'demo',
      login_hint: 'edda',
    })
    const other = product.browser()
    let answer = await other.get(String(begun.json()['authorization_url']))
    while (!answer.location().includes('/callback/')) answer = await other.get(answer.location())
    expect((await other.get(answer.location())).status).toBe(400)
    // Nor where the child's secret came along without the parent's.
    for (const [name, value] of browser.cookies) if (!name.includes(attemptId)) other.cookies.set(name, value)
    expect((await other.get(answer.location())).status).toBe(400)
    expect(await rows('select from proofs where attempt_id = $1', [attemptId])).toEqual([])
  })

  it('P10 T’s other identity at this provider is replaced only with an explicit word', async () => {
    const userId = await signUp('fay')
    const browser = product.browser()
    const attemptId = attemptIdOf(await signInAtProvider(browser, 'fay-new'))
    await proveAs(browser, attemptId, 'fay')
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({ replaces: ['merge'] })
    expect((await decide(browser, attemptId, { decision: 'merge' })).json()).toMatchObject({
      code: 'identity_conflict',
    })
    expect((await decide(browser, attemptId, { decision: 'merge', replace: true })).json()).toMatchObject({
      outcome: { how: 'merged' },
    })
    expect(await subjects(userId)).toEqual([{ subject: 'fay-new' }])
  })

  it('S41, P28 an account that is gone or changed by the time of the decision is no target: the choice comes back', async () => {
    const userId = await signUp('gila')
    const browser = product.browser()
    const attemptId = attemptIdOf(await second.signIn(browser, 'gila-work'))
    await proveAs(browser, attemptId, 'gila')
    const page = await browser.get(`/attempts/${attemptId}`)
    const version = /name="version" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    await rows('delete from users where id = $1', [userId])
    const stale = await browser.submit(`/attempts/${attemptId}/decision`, {
      decision: 'merge',
      idempotency_key: 'k',
      version,
    })
    expect([stale.status, stale.text.includes('Something has changed')]).toEqual([409, true])
    expect((await decide(browser, attemptId, { decision: 'create' })).json()).toMatchObject({
      outcome: { how: 'created' },
    })
  })

  it('P20 an account with a second factor waits for it before anything is written', async () => {
    const userId = await signUp('hana')
    const code = await enableTotp(userId)
    const browser = product.browser()
    const attemptId = attemptIdOf(await second.signIn(browser, 'hana-work'))
    await proveAs(browser, attemptId, 'hana')
    expect((await browser.get(`/attempts/${attemptId}`)).text).toContain('name="otp"')
    expect((await decide(browser, attemptId, { decision: 'merge' })).json()).toMatchObject({
      code: 'second_factor_required',
    })
    const wrong = await browser.submit(`/attempts/${attemptId}/proofs`, {
      kind: 'second_factor',
      otp: '000000',
    })
    expect([wrong.status, wrong.text.includes('name="otp"')]).toEqual([422, true])
    const right = await browser.submit(`/attempts/${attemptId}/proofs`, {
      kind: 'second_factor',
      otp: await code(),
    })
    expect(right.status).toBe(303)
    expect((await decide(browser, attemptId, { decision: 'merge' })).json()).toMatchObject({
      outcome: { how: 'merged', user_id: userId },
    })
  })
})

describe('a known identity of an account with a second factor', () => {
  it('S29, S92 is asked for the code before any session, which counts once', async () => {
    const userId = await signUp('jara')
    const code = await enableTotp(userId)
    const browser = product.browser()
    const back = await signInAtProvider(browser, 'jara')
    const attemptId = attemptIdOf(back)
    const page = await browser.follow(back)
    expect([page.status, headline(page)]).toEqual([200, 'One more step'])
    expect((await browser.get('/v1/session')).status).toBe(401)
    const once = await code()
    const passed = await browser.submit(`/attempts/${attemptId}/proofs`, { kind: 'second_factor', otp: once })
    expect(passed.location()).toBe(`${product.origin}/account`)
    expect((await browser.get('/v1/session')).json()).toMatchObject({
      user: { id: userId },
      methods: ['provider', 'totp'],
    })

    const thief = product.browser()
    const again = attemptIdOf(await signInAtProvider(thief, 'jara'))
    const reused = await thief.postJson(`/v1/attempts/${again}/proofs`, { kind: 'second_factor', otp: once })
    expect([reused.status, reused.json()]).toMatchObject([422, { code: 'proof_invalid' }])
    expect((await thief.get('/v1/session')).status).toBe(401)
    // No run was started for any of it.
    expect(await rows('select started_at from attempts where id = any($1)', [[attemptId, again]])).toEqual([
      { started_at: null },
      { started_at: null },
    ])
  })

  it('ends the attempt after ten wrong codes', async () => {
    await enableTotp(await signUp('kira'))
    const browser = product.browser()
    const attemptId = attemptIdOf(await signInAtProvider(browser, 'kira'))
    const codes: unknown[] = []
    for (let n = 0; n < 10; n++) {
      const answer = await browser.postJson(`/v1/attempts/${attemptId}/proofs`, {
        kind: 'second_factor',
        otp: '000000',
      })
      codes.push(answer.json()['code'])
    }
    expect(codes).toEqual([...Array<string>(9).fill('proof_invalid'), 'too_many_attempts'])
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      outcome: { result: 'rejected', code: 'too_many_attempts' },
    })
    expect(
      await rows(`select from audit_events where attempt_id = $1 and event = 'proof.failed'`, [attemptId]),
    ).toHaveLength(10)
  })

  it('checks ten wrong codes of one attempt, also where many come at once', async () => {
    await enableTotp(await signUp('kurt'))
    const browser = product.browser()
    const attemptId = attemptIdOf(await signInAtProvider(browser, 'kurt'))
    const post = () =>
      browser.postJson(`/v1/attempts/${attemptId}/proofs`, { kind: 'second_factor', otp: '000000' })
    const answers = await Promise.all(Array.from({ length: 40 }, post))
    const codes = answers.map((answer) => answer.json()['code'])
    expect(codes.filter((code) => code === 'proof_invalid')).toHaveLength(9)
    expect(
      await rows(`select from audit_events where attempt_id = $1 and event = 'proof.failed'`, [attemptId]),
    ).toHaveLength(10)
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      outcome: { result: 'rejected', code: 'too_many_attempts' },
    })
  })

  it('takes thirty wrong codes a day of one account, in whatever attempts, and a recovery code still lets its owner in', async () => {
    await rows('delete from rate_limits')
    const userId = await signUp('lobo')
    const code = await enableTotp(userId)
    const recovery = createTotp().newRecoveryCodes()
    await product.database.totp.replaceRecoveryCodes(
      userId,
      recovery.map((one) => product.dependencies.keyring.hashToken(one)),
    )
    const begin = async (): Promise<(otp: string) => Promise<Answer>> => {
      const browser = product.browser()
      const attemptId = attemptIdOf(await signInAtProvider(browser, 'lobo'))
      return (otp) => browser.postJson(`/v1/attempts/${attemptId}/proofs`, { kind: 'second_factor', otp })
    }
    // Nine wrong ones leave an attempt open, which changes nothing for the next one.
    for (const wrong of [9, 9, 9, 3]) {
      const post = await begin()
      for (let n = 0; n < wrong; n++) expect((await post('000000')).json()['code']).toBe('proof_invalid')
    }
    const post = await begin()
    const refused = await post(await code())
    expect([refused.status, refused.json()['code']]).toEqual([429, 'too_many_attempts'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3600)
    expect((await post(recovery[0] ?? '')).status).toBe(201)
    await rows('delete from rate_limits')
  })
})

describe('facts that change between acceptance and commit', () => {
  it('T15 the provider is disabled: rejected, and told on the page and by mail', async () => {
    const userId = await signUp('lara')
    await rows('update user_emails set verified_at = app.now() where user_id = $1', [userId])
    const browser = product.browser()
    const attemptId = attemptIdOf(await second.signIn(browser, 'lara-work'))
    await proveAs(browser, attemptId, 'lara')
    await product.stopWorkers()
    try {
      expect((await decide(browser, attemptId, { decision: 'merge' })).status).toBe(202)
      await rows(`update providers set status = 'disabled' where id = $1`, [second.id])
    } finally {
      await product.startWorkers()
    }
    await eventually(async () => {
      const { outcome } = (await browser.get(`/v1/attempts/${attemptId}`)).json()
      return outcome
    })
    await rows(`update providers set status = 'enabled' where id = $1`, [second.id])
    const page = await browser.get(`/attempts/${attemptId}`)
    expect([page.status, headline(page)]).toEqual([403, 'This way to sign in is switched off'])
    expect(await subjects(userId)).toEqual([{ subject: 'lara' }])
    expect(await rows('select kind from mail_messages where attempt_id = $1', [attemptId])).toEqual([
      { kind: 'attempt_rejected_notice' },
    ])
    expect(await rows('select used_at from proofs where attempt_id = $1', [attemptId])).toEqual([
      { used_at: null },
    ])
  })
})
