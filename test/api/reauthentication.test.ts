import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { authenticatorCode, linkIdentity, newUser, signIn } from '../support/account.js'
import type { Answer, Browser } from '../support/browser.js'
import { headline } from '../support/pages.js'
import { attemptIdOf, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.stop())

const codeOf = (answer: Answer): unknown => answer.json()['code']

describe('proving the account once more at a provider', () => {
  const begin = async (browser: Browser, identityId: string, loginHint: string): Promise<Answer> => {
    const started = await browser.submit(`/account/reauthentication/${identityId}`, {
      return_to: '/account/sign-in',
      login_hint: loginHint,
    })
    expect(started.location()).toMatch(/max_age=|prompt=login/)
    let answer = await browser.get(started.location())
    while (!answer.location().includes('/callback/')) answer = await browser.get(answer.location())
    return browser.get(answer.location())
  }

  it('is what another provider issues, where the account has one: then changes are open', async () => {
    const userId = await newUser(product, 'both')
    const home = await linkIdentity(product, userId, 'both')
    const away = await linkIdentity(product, userId, 'both-globex', 'globex')
    const { browser, sessionId } = await signIn(product, 'both')
    const page = await browser.get('/account/reauthentication')
    expect(page.text).toContain(`/account/reauthentication/${away}`)
    // A browser holds the redirect of a form against it, too.
    expect(page.headers.get('content-security-policy')).toMatch(/form-action 'self' https?:/)
    expect(page.text).not.toContain(`/account/reauthentication/${home}`)

    expect((await begin(browser, home, 'both')).location()).toBe(`${product.origin}/account/sign-in`)
    expect(codeOf(await browser.delete(`/v1/me/identities/${home}`))).toBe('reauthentication_required')
    expect((await begin(browser, away, 'both-globex')).location()).toBe(`${product.origin}/account/sign-in`)
    expect((await browser.get('/v1/session')).json()['organization']).toBe('acme')
    expect(await product.database.userSessions.standing(sessionId)).toMatchObject({ otherProofFresh: true })
    expect((await browser.delete(`/v1/me/identities/${away}`)).status).toBe(204)
  })

  it('is refused to anybody else’s identity, known or not, and at one that is not the account’s', async () => {
    const userId = await newUser(product, 'mine-only')
    const identityId = await linkIdentity(product, userId, 'mine-only')
    const { browser, sessionId } = await signIn(product, 'mine-only')
    // Not by the clock: the provider tells of its sign-ins by a clock of its own.
    await product.testDatabase.pool.query(
      `update sessions set authenticated_at = app.now() - interval '15 min' where id = $1`,
      [sessionId],
    )
    for (const stranger of ['mark', 'nobody-we-know']) {
      const answer = await begin(browser, identityId, stranger)
      expect([answer.status, headline(answer)]).toEqual([403, 'This belongs to another account'])
    }
    expect(await product.database.userSessions.standing(sessionId)).toMatchObject({ fresh: false })
    const foreign = await linkIdentity(product, await newUser(product, 'not-mine'), 'not-mine')
    expect((await browser.submit(`/account/reauthentication/${foreign}`, {})).status).toBe(404)
    expect((await begin(browser, identityId, 'mine-only')).status).toBe(303)
    expect(await product.database.userSessions.standing(sessionId)).toMatchObject({ fresh: true })
  })

  it('waits for the second factor of an account that has one: before that nothing may be changed', async () => {
    const userId = await newUser(product, 'two-steps')
    const identityId = await linkIdentity(product, userId, 'two-steps')
    const { browser, sessionId } = await signIn(product, 'two-steps')
    const { secret } = (await browser.postJson('/v1/me/totp', {})).json() as { secret: string }
    const confirmed = await browser.sendJson('PUT', '/v1/me/totp', {
      otp: await authenticatorCode(product, secret),
    })
    const { recovery_codes: codes } = confirmed.json() as { recovery_codes: string[] }
    await product.testDatabase.pool.query(
      `update sessions set authenticated_at = app.now() - interval '15 min' where id = $1`,
      [sessionId],
    )
    const attemptId = attemptIdOf(await begin(browser, identityId, 'two-steps'))
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      second_factor_required: true,
      outcome: null,
    })
    const page = await browser.get(`/attempts/${attemptId}`)
    expect(page.text).toContain('name="otp"')
    expect(page.text).toContain('/account/reauthentication?return_to=')
    const stranger = await signIn(product, 'mark')
    const give = (from: Browser, otp: string | undefined) =>
      from.submit(`/attempts/${attemptId}/proofs`, { kind: 'second_factor', otp: otp ?? '' })
    expect((await give(browser, '000000')).status).toBe(422)
    expect((await give(stranger.browser, codes[0])).status).toBe(403)
    expect(codeOf(await browser.delete('/v1/me/totp'))).toBe('reauthentication_required')
    expect(await product.database.userSessions.standing(sessionId)).toMatchObject({ fresh: false })

    expect((await give(browser, codes[1])).location()).toBe(`${product.origin}/account/sign-in`)
    expect(await product.database.userSessions.standing(sessionId)).toMatchObject({ fresh: true })
    expect((await give(browser, codes[2])).status).toBe(400)
    expect((await browser.delete('/v1/me/totp')).status).toBe(204)
  })
})
