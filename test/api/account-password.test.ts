import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditOf, linkIdentity, newUser, passwordSession, signIn } from '../support/account.js'
import type { Answer, Browser } from '../support/browser.js'
import { headline, withoutReference } from '../support/pages.js'
import { startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.stop())

const good = 'four words that nobody knows'
const codeOf = (answer: Answer): unknown => answer.json()['code']
const logIn = (browser: Browser, email: string, password = good, organization = 'acme'): Promise<Answer> =>
  browser.postJson('/v1/session', { organization, email, password })
/** A member of acme with a password and an identity. */
const member = async (name: string): Promise<string> => {
  const userId = await newUser(product, name)
  await linkIdentity(product, userId, name)
  const { browser } = await signIn(product, name)
  expect((await browser.sendJson('PUT', '/v1/me/password', { password: good })).status).toBe(204)
  await product.testDatabase.pool.query('update sessions set ended_at = app.now() where user_id = $1', [
    userId,
  ])
  return userId
}
const forget = (): Promise<unknown> => product.testDatabase.pool.query('delete from rate_limits')

describe('a password', () => {
  it('is set, changed and removed; each time the other sessions end, and it is audited', async () => {
    const userId = await newUser(product, 'setter')
    await linkIdentity(product, userId, 'setter')
    const other = await passwordSession(product, userId)
    const { browser } = await signIn(product, 'setter')
    expect((await browser.sendJson('PUT', '/v1/me/password', { password: good })).status).toBe(204)
    expect((await other.browser.get('/v1/session')).status).toBe(401)
    expect((await browser.get('/v1/session')).status).toBe(200)
    expect((await browser.get('/v1/me')).json()['password']).toEqual({ changed_at: expect.any(String) })

    expect(codeOf(await browser.delete('/v1/me/password'))).toBe('reauthentication_required')
    const again = await browser.postJson('/v1/session/reauthentication', { password: good })
    expect(again.status).toBe(204)
    expect((await browser.delete('/v1/me/password')).status).toBe(204)
    expect((await browser.get('/v1/me')).json()['password']).toBeNull()
    expect((await browser.delete('/v1/me/password')).status).toBe(404)
    expect(await auditOf(product, userId)).toEqual(
      expect.arrayContaining(['password.set', 'session.ended', 'proof.shown', 'password.removed']),
    )
  })

  it.each([
    ['short', 'only eleven'],
    ['long', 'x1y2z'.repeat(60)],
    ['of few letters', 'abababababababab'],
    ['one’s own address', 'guesser@people.example'],
  ])('that is %s is refused in plain words', async (_, password) => {
    const userId = (await product.database.addresses.holderOf('guesser@people.example'))?.userId
    const { browser } = await passwordSession(product, userId ?? (await newUser(product, 'guesser')))
    const refused = await browser.sendJson('PUT', '/v1/me/password', { password })
    expect([refused.status, codeOf(refused)]).toEqual([400, 'bad_request'])
    const page = await browser.submit('/account/password', { password })
    expect(page.status).toBe(400)
    expect(page.text).toContain('aria-invalid="true"')
    expect(page.text.replace(/<input [^>]*name="username"[^>]*>/, '')).not.toContain(password)
  })

  it('is not removed where it is the only way in', async () => {
    const userId = await newUser(product, 'only')
    await product.database.passwords.set(userId, 'a hash')
    const { browser } = await passwordSession(product, userId)
    expect(codeOf(await browser.delete('/v1/me/password'))).toBe('last_sign_in_method')
    const page = await browser.submit('/account/password/remove', {})
    expect([page.status, headline(page)]).toEqual([409, 'This is your only way to sign in'])
  })
})

describe('signing in with a password', () => {
  it('S90, S113 opens a session for a member, by page and by API', async () => {
    const userId = await member('opens')
    const program = product.browser()
    expect((await logIn(program, 'OPENS@people.example')).status).toBe(201)
    expect((await program.get('/v1/session')).json()).toMatchObject({
      user: { id: userId },
      organization: 'acme',
      methods: ['password'],
    })
    const person = product.browser()
    expect((await person.get('/sso/acme')).text).toContain('name="password"')
    const answer = await person.submit('/sso/acme', {
      email: 'opens@people.example',
      password: good,
      return_to: '/account/sessions',
    })
    expect([answer.status, answer.location()]).toEqual([303, `${product.origin}/account/sessions`])
    expect(await auditOf(product, userId)).toEqual(
      expect.arrayContaining(['user.signed_in', 'session.started']),
    )
  })

  it('P43 gives a member who waits for a seat one that is free', async () => {
    const userId = await member('waits')
    const restricted = async () =>
      (
        await product.testDatabase.pool.query<{ restricted: boolean }>(
          'select restricted from organization_members where user_id = $1',
          [userId],
        )
      ).rows
    await product.testDatabase.pool.query(
      'update organization_members set restricted = true where user_id = $1',
      [userId],
    )
    const limit = (seats: number | null) =>
      product.testDatabase.pool.query(`update organizations set seat_limit = $1 where slug = 'acme'`, [seats])
    await limit(1)
    expect((await logIn(product.browser(), 'waits@people.example')).status).toBe(201)
    expect(await restricted()).toEqual([{ restricted: true }])
    await limit(null)
    expect((await logIn(product.browser(), 'waits@people.example')).status).toBe(201)
    expect(await restricted()).toEqual([{ restricted: false }])
    const { rows: told } = await product.testDatabase.pool.query(
      `select data from audit_events where event = 'member.flagged' and target_id = $1`,
      [userId],
    )
    expect(told).toEqual([{ data: { restricted: false } }])
  })

  it('S75, S113 goes on to ourselves only', async () => {
    await member('led-away')
    for (const returnTo of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
    ]) {
      const form = { email: 'led-away@people.example', password: good, return_to: returnTo }
      const answer = await product.browser().submit('/sso/acme', form)
      expect([returnTo, answer.status, answer.location()]).toEqual([
        returnTo,
        303,
        `${product.origin}/account`,
      ])
    }
  })

  it('T50 gives a new session each time: the browser’s former one is over', async () => {
    await member('renews')
    const browser = product.browser()
    await logIn(browser, 'renews@people.example')
    const former = browser.cookies.get('__Host-session') ?? ''
    await logIn(browser, 'renews@people.example')
    expect(browser.cookies.get('__Host-session')).not.toBe(former)
    const thief = product.browser()
    thief.cookies.set('__Host-session', former)
    expect((await thief.get('/v1/session')).status).toBe(401)
  })

  it('P75 says the same of a wrong password, an account without one, and an address that nobody has', async () => {
    await member('known')
    await newUser(product, 'without')
    const answers: string[] = []
    for (const name of ['known', 'without', 'nobody-at-all']) {
      await forget()
      const page = await product
        .browser()
        .submit('/sso/acme', { email: `${name}@people.example`, password: 'not the right one' })
      expect([page.status, page.headers.getSetCookie()]).toEqual([422, []])
      answers.push(withoutReference(page).replaceAll(name, 'NAME'))
    }
    expect(new Set(answers).size).toBe(1)
    await forget()
  })

  it('S90 does not let in who is no member, or is suspended', async () => {
    const userId = await member('outsider')
    expect(codeOf(await logIn(product.browser(), 'outsider@people.example', good, 'globex'))).toBe(
      'not_a_member',
    )
    expect(codeOf(await logIn(product.browser(), 'outsider@people.example', good, 'nowhere'))).toBe(
      'provider_unknown',
    )
    await product.testDatabase.pool.query(`update users set status = 'suspended' where id = $1`, [userId])
    expect(codeOf(await logIn(product.browser(), 'outsider@people.example'))).toBe('user_suspended')
    await product.testDatabase.pool.query(`update users set status = 'inactive' where id = $1`, [userId])
    expect(codeOf(await logIn(product.browser(), 'outsider@people.example'))).toBe('proof_invalid')
  })

  it('is closed where the organization requires its provider, but for its only owner', async () => {
    await member('bound')
    const ownerId = await member('sole-owner')
    const [boundBefore, ownerBefore] = [product.browser(), product.browser()]
    await logIn(boundBefore, 'bound@people.example')
    await logIn(ownerBefore, 'sole-owner@people.example')
    const reached = () =>
      Promise.all([boundBefore, ownerBefore].map(async (one) => (await one.get('/v1/session')).status))
    await product.testDatabase.pool.query(
      `update organization_members set role = case when user_id = $1 then 'owner' else 'member' end
       where organization_id = (select id from organizations where slug = 'acme')`,
      [ownerId],
    )
    const providers = `update providers set require_link = $1 where organization_id = (select id from organizations where slug = 'acme')`
    await product.testDatabase.pool.query(providers, [true])
    const page = await product.browser().get('/sso/acme')
    const asked = await product.browser().get('/sso/acme?password=1')
    const refused = await logIn(product.browser(), 'bound@people.example')
    const owner = await logIn(product.browser(), 'sole-owner@people.example')
    // What is open shrinks with it, at once.
    expect(await reached()).toEqual([401, 200])
    await product.testDatabase.pool.query(
      `update organization_members m set role = 'owner' from users u where u.id = m.user_id and u.name = 'Olivia Owner'`,
    )
    expect(await reached()).toEqual([401, 401])
    await product.testDatabase.pool.query(providers, [false])
    expect(await reached()).toEqual([200, 200])
    expect([page, asked].map(({ text }) => text.includes('name="password"'))).toEqual([false, true])
    expect(codeOf(refused)).toBe('provider_mismatch')
    expect(owner.status).toBe(201)
  })

  it('slows a network after ten wrong tries in a minute, and says for how long; a right one costs nothing', async () => {
    await member('slowed')
    await forget()
    const browser = product.browser()
    for (let time = 0; time < 12; time++)
      expect((await logIn(product.browser(), 'slowed@people.example')).status).toBe(201)
    for (let time = 0; time < 10; time++)
      expect(codeOf(await logIn(browser, 'slowed@people.example', 'wrong wrong wrong'))).toBe('proof_invalid')
    const refused = await logIn(browser, 'slowed@people.example')
    expect([refused.status, codeOf(refused)]).toEqual([429, 'too_many_attempts'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    await product.testDatabase.advanceClock(61_000)
    expect((await logIn(browser, 'slowed@people.example')).status).toBe(201)
    await forget()
  })

  it('lets colleagues behind one address in who come at the same moment, and bounds a burst of wrong ones', async () => {
    const colleagues = Array.from({ length: 14 }, (_, n) => `colleague-${n}`)
    for (const name of colleagues) await member(name)
    await forget()
    const answers = await Promise.all(
      colleagues.map((name) => logIn(product.browser(), `${name}@people.example`)),
    )
    expect(answers.map(({ status }) => status)).toEqual(colleagues.map(() => 201))
    const burst = await Promise.all(
      Array.from({ length: 70 }, (_, n) => logIn(product.browser(), `nobody-${n}@people.example`, 'wrong')),
    )
    expect(burst.filter((answer) => codeOf(answer) === 'proof_invalid').length).toBeLessThanOrEqual(50)
    const refused = await logIn(product.browser(), 'colleague-1@people.example')
    expect(codeOf(refused)).toBe('too_many_attempts')
    await forget()
  })

  it('stops after thirty wrong tries of one account in a day, by whichever of its addresses', async () => {
    const userId = await member('many-names')
    await product.testDatabase.pool.query(
      `insert into user_emails (user_id, address, canonical, verified_at) values ($1, $2, $2, app.now())`,
      [userId, 'other-name@people.example'],
    )
    await forget()
    for (let time = 0; time < 30; time++) {
      // Ten a minute are too many for the network.
      if (time % 10 === 0) await product.testDatabase.advanceClock(62_000)
      const email = time % 2 === 0 ? 'many-names@people.example' : 'other-name@people.example'
      expect(codeOf(await logIn(product.browser(), email, 'wrong wrong wrong'))).toBe('proof_invalid')
    }
    await product.testDatabase.advanceClock(62_000)
    for (const email of ['many-names@people.example', 'other-name@people.example']) {
      const refused = await logIn(product.browser(), email)
      expect([refused.status, codeOf(refused)]).toEqual([429, 'too_many_attempts'])
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3600)
    }
    await forget()
  })

  it('does not change whose browser it is: who is signed in as somebody else is told so', async () => {
    await member('switcher')
    const { browser } = await passwordSession(product, await newUser(product, 'already-here'))
    expect(codeOf(await logIn(browser, 'switcher@people.example'))).toBe('wrong_user')
  })
})

describe('proving the account once more', () => {
  it('P7 opens changes to a session that is old, by the password, and goes back to where they were refused', async () => {
    await member('stale')
    const browser = product.browser()
    await logIn(browser, 'stale@people.example')
    await product.testDatabase.advanceClock(15 * 60_000)
    const refused = await browser.submit('/account/totp/begin', {})
    const where = new URL(refused.location())
    expect([refused.status, where.pathname, where.searchParams.get('return_to')]).toEqual([
      303,
      '/account/reauthentication',
      '/account/totp',
    ])
    const page = await browser.get(where)
    expect([headline(page), page.text.includes('Demo Provider')]).toEqual(['Is it still you?', true])
    const wrong = await browser.submit('/account/reauthentication', {
      password: 'not the right one',
      return_to: '/account/sign-in',
    })
    expect(wrong.status).toBe(422)
    const right = await browser.submit('/account/reauthentication', {
      password: good,
      return_to: '/account/sign-in',
    })
    expect([right.status, right.location()]).toEqual([303, `${product.origin}/account/sign-in`])
    expect((await browser.submit('/account/totp/begin', {})).location()).toBe(
      `${product.origin}/account/totp`,
    )
    await product.testDatabase.advanceClock(15 * 60_000)
    expect(codeOf(await browser.postJson('/v1/me/totp', {}))).toBe('reauthentication_required')
  })

  it('leads nowhere else than to ourselves', async () => {
    await member('led')
    const browser = product.browser()
    await logIn(browser, 'led@people.example')
    const answer = await browser.submit('/account/reauthentication', {
      password: good,
      return_to: 'https://evil.example/',
    })
    expect(answer.location()).toBe(`${product.origin}/account`)
    const page = await browser.get('/account/reauthentication?return_to=https://evil.example/')
    expect(page.text).not.toContain('evil.example')
  })
})

describe('deleting the account', () => {
  it('takes it with all that is its own, signs out, and leaves the audit', async () => {
    const userId = await member('leaver')
    const browser = product.browser()
    await logIn(browser, 'leaver@people.example')
    expect(headline(await browser.get('/account/delete'))).toBe('Delete your account?')
    const answer = await browser.submit('/account/delete', {})
    expect(answer.status).toBe(303)
    expect(browser.cookies.has('__Host-session')).toBe(false)
    expect(await product.database.users.find(userId)).toBeNull()
    expect(await auditOf(product, userId)).toEqual(expect.arrayContaining(['user.deleted', 'session.ended']))
    expect(codeOf(await logIn(product.browser(), 'leaver@people.example'))).toBe('proof_invalid')
  })

  it('is refused to the only owner of an organization that has other members', async () => {
    const { browser } = await signIn(product, 'grace', 'globex')
    await product.testDatabase.pool.query(
      `insert into organization_members (organization_id, user_id, role) select id, $1, 'member' from organizations where slug = 'globex'`,
      [await newUser(product, 'colleague')],
    )
    const refused = await browser.delete('/v1/me')
    expect([refused.status, codeOf(refused)]).toEqual([400, 'bad_request'])
    expect((await browser.get('/account/delete')).text).toContain('Globex')
    expect((await browser.get('/v1/session')).status).toBe(200)
  })
})
