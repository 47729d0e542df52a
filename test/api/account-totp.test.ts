import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditOf, authenticatorCode, newUser, passwordSession } from '../support/account.js'
import type { Answer, Browser } from '../support/browser.js'
import { headline, nextSteps } from '../support/pages.js'
import { startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.stop())

const good = 'four words that nobody knows'
const codeOf = (answer: Answer): unknown => answer.json()['code']
const codeFor = (secret: string): Promise<string> => authenticatorCode(product, secret)
interface Enrolled {
  readonly browser: Browser
  readonly userId: string
  readonly secret: string
  readonly recoveryCodes: readonly string[]
}
/** Somebody with a password and a second factor. */
const enrolled = async (name: string): Promise<Enrolled> => {
  const userId = await newUser(product, name)
  const { browser } = await passwordSession(product, userId)
  await browser.sendJson('PUT', '/v1/me/password', { password: good })
  const begun = (await browser.postJson('/v1/me/totp', {})).json() as { secret: string; uri: string }
  const otp = await codeFor(begun.secret)
  const confirmed = await browser.sendJson('PUT', '/v1/me/totp', { otp })
  expect(confirmed.status).toBe(200)
  const { recovery_codes: recoveryCodes } = confirmed.json() as { recovery_codes: string[] }
  return { browser, userId, secret: begun.secret, recoveryCodes }
}
const logIn = (email: string, otp?: string): Promise<Answer> =>
  product.browser().postJson('/v1/session', {
    organization: 'acme',
    email,
    password: good,
    ...(otp === undefined ? {} : { otp }),
  })

describe('a second factor', () => {
  it('asks nothing before a first code confirms it, and then gives ten recovery codes, this once', async () => {
    const userId = await newUser(product, 'enrols')
    const { browser } = await passwordSession(product, userId)
    expect((await browser.get('/account/totp')).status).toBe(404)
    expect((await browser.submit('/account/totp/begin', {})).location()).toBe(
      `${product.origin}/account/totp`,
    )
    const page = await browser.get('/account/totp')
    const secret = /<code>([A-Z2-7 ]+)<\/code>/.exec(page.text)?.[1]?.replaceAll(' ', '') ?? ''
    expect(page.text).toContain('otpauth://totp/Example%20Sign-in:')
    expect((await browser.get('/v1/me')).json()['totp']).toBeNull()

    const wrong = await browser.submit('/account/totp', { otp: '000000' })
    expect([wrong.status, wrong.text.includes('aria-invalid="true"')]).toEqual([422, true])
    const codes = await browser.submit('/account/totp', { otp: await codeFor(secret) })
    expect([codes.status, headline(codes)]).toEqual([200, 'Your recovery codes'])
    expect(codes.text.match(/<code>/g)).toHaveLength(10)
    expect((await browser.get('/v1/me')).json()['totp']).toMatchObject({ recovery_codes_left: 10 })
    expect((await browser.get('/account/totp')).status).toBe(404)
    expect(codeOf(await browser.postJson('/v1/me/totp', {}))).toBe('already_confirmed')
    expect(await auditOf(product, userId)).toEqual(['totp.enabled'])
  })

  it('is asked for at a sign-in, each code once', async () => {
    const { secret } = await enrolled('coded')
    await product.testDatabase.advanceClock(30_000)
    expect(codeOf(await logIn('coded@people.example'))).toBe('second_factor_required')
    expect(codeOf(await logIn('coded@people.example', '000000'))).toBe('proof_invalid')
    const otp = await codeFor(secret)
    expect((await logIn('coded@people.example', otp)).status).toBe(201)
    expect(codeOf(await logIn('coded@people.example', otp))).toBe('proof_invalid')
  })

  it('accepts a recovery code once, in any spelling', async () => {
    const { browser, recoveryCodes } = await enrolled('recovers')
    const code = (recoveryCodes[0] ?? '').toUpperCase().replaceAll('-', ' ')
    expect((await logIn('recovers@people.example', code)).status).toBe(201)
    expect(codeOf(await logIn('recovers@people.example', code))).toBe('proof_invalid')
    expect((await browser.get('/v1/me')).json()['totp']).toMatchObject({ recovery_codes_left: 9 })
    const renewed = (await browser.postJson('/v1/me/totp/recovery-codes', {})).json()[
      'recovery_codes'
    ] as string[]
    expect(codeOf(await logIn('recovers@people.example', recoveryCodes[1]))).toBe('proof_invalid')
    expect((await logIn('recovers@people.example', renewed[0])).status).toBe(201)
  })

  it('is asked for on a page of its own, which is worth nothing in another browser, later, or after a change', async () => {
    const { secret, browser: owner } = await enrolled('paged')
    await product.testDatabase.advanceClock(30_000)
    const begin = async (): Promise<Browser> => {
      const browser = product.browser()
      const answer = await browser.submit('/sso/acme', {
        email: 'paged@people.example',
        password: good,
        return_to: '/account/events',
      })
      expect(answer.location()).toBe(`${product.origin}/second-factor`)
      expect(browser.cookies.has('__Host-session')).toBe(false)
      return browser
    }
    const [person, late, changed] = [await begin(), await begin(), await begin()]
    expect(headline(await person.get('/second-factor'))).toBe('One more step')
    expect((await person.submit('/second-factor', { otp: '000000' })).status).toBe(422)
    expect((await product.browser().submit('/second-factor', { otp: await codeFor(secret) })).status).toBe(
      410,
    )
    const answer = await person.submit('/second-factor', { otp: await codeFor(secret) })
    expect([answer.status, answer.location()]).toEqual([303, `${product.origin}/account/events`])
    expect((await person.get('/v1/session')).json()['methods']).toEqual(['password', 'totp'])

    await owner.sendJson('PUT', '/v1/me/password', { password: `${good} anew` })
    await product.testDatabase.advanceClock(30_000)
    expect((await changed.submit('/second-factor', { otp: await codeFor(secret) })).status).toBe(410)
    await product.testDatabase.advanceClock(5 * 60_000)
    expect((await late.submit('/second-factor', { otp: await codeFor(secret) })).status).toBe(410)
  })

  it('is demanded of who signs in with a password where the organization says so, but not of its only owner', async () => {
    const { secret } = await enrolled('has-one')
    const { userId } = await enrolled('has-none')
    await product.database.totp.remove(userId)
    const demand = (on: boolean): Promise<unknown> =>
      product.testDatabase.pool.query(
        `update organizations set require_second_factor = $1 where slug = 'acme'`,
        [on],
      )
    const { rows: owners } = await product.testDatabase.pool.query<{ user_id: string }>(
      `select user_id from organization_members m join organizations o on o.id = m.organization_id
       where o.slug = 'acme' and role = 'owner'`,
    )
    const withoutCode = await passwordSession(product, userId)
    const reached = async () => (await withoutCode.browser.get('/v1/session')).status
    expect(await reached()).toBe(200)
    await demand(true)
    try {
      // What is open shrinks with it, at once; the page says what to do.
      expect(await reached()).toBe(401)
      const lost = await withoutCode.browser.get('/account')
      expect([lost.status, headline(lost), nextSteps(lost)]).toEqual([
        403,
        'One more step',
        ['/sso/acme?return_to=%2Faccount'],
      ])
      const refused = await product
        .browser()
        .submit('/sso/acme', { email: 'has-none@people.example', password: good })
      expect([refused.status, headline(refused)]).toEqual([403, 'One more step'])
      expect(codeOf(await logIn('has-none@people.example'))).toBe('second_factor_required')
      await product.testDatabase.advanceClock(30_000)
      const coded = product.browser()
      const code = await codeFor(secret)
      const withCode = { organization: 'acme', email: 'has-one@people.example', password: good, otp: code }
      expect((await coded.postJson('/v1/session', withCode)).status).toBe(201)
      expect((await coded.get('/v1/session')).status).toBe(200)

      await product.testDatabase.pool.query(
        `update organization_members set role = 'member' where user_id = any($1)`,
        [owners.map(({ user_id: id }) => id)],
      )
      await product.testDatabase.pool.query(
        `update organization_members set role = 'owner' where user_id = $1`,
        [userId],
      )
      expect((await logIn('has-none@people.example')).status).toBe(201)
      expect(await reached()).toBe(200)
    } finally {
      await demand(false)
    }
  })

  it('is switched off by its owner, with its recovery codes', async () => {
    const { browser, userId, recoveryCodes } = await enrolled('off')
    expect((await browser.submit('/account/totp/disable', {})).status).toBe(303)
    expect((await browser.get('/v1/me')).json()['totp']).toBeNull()
    expect((await logIn('off@people.example')).status).toBe(201)
    expect(await product.database.totp.countRecoveryCodes(userId)).toBe(0)
    expect(recoveryCodes).toHaveLength(10)
    expect(await auditOf(product, userId)).toEqual(expect.arrayContaining(['totp.enabled', 'totp.disabled']))
  })
})
