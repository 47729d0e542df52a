import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ParameterizedContext } from 'koa'
import { guardOrigin } from '../../api/middleware/origin.js'
import { createPasswordHasher } from '../../clients/password-hash.js'
import { signIn } from '../support/account.js'
import type { Browser } from '../support/browser.js'
import { attemptIdOf, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { rawRequest } from '../support/raw-request.js'
import { rowCounts, rowsWritten } from '../support/row-counts.js'

const ours = 'https://sign-in.example'

/** What cross-site posts look like (A15): each is a way in which a page of somebody else, or a frame, may send one. */
const crossSite: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  [
    'a form of another site',
    { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
  ],
  ['a form of another site in an old browser', { origin: 'https://evil.example' }],
  ['a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'iframe' }],
  ['a sandboxed frame in an old browser', { origin: 'null' }],
  ['a sibling host', { origin: 'https://blog.sign-in.example', 'sec-fetch-site': 'same-site' }],
  ['our host with another scheme', { origin: 'http://sign-in.example', 'sec-fetch-site': 'cross-site' }],
  ['our host with another port', { origin: 'https://sign-in.example:8443', 'sec-fetch-site': 'same-site' }],
  ['a host that begins like ours', { origin: 'https://sign-in.example.evil.example' }],
  [
    'a script that sends JSON as text',
    { origin: 'https://evil.example', 'content-type': 'text/plain', 'sec-fetch-mode': 'no-cors' },
  ],
  ['a request without origin that tells its site', { 'sec-fetch-site': 'cross-site' }],
  ['a very old browser', { referer: 'https://evil.example/page' }],
  [
    'a very old browser on a host that begins like ours',
    { referer: 'https://sign-in.example.evil.example/' },
  ],
  ['a referer that is none', { referer: 'sign-in.example' }],
  [
    'a lie about the site beside a foreign origin',
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  ],
]

describe('the origin guard', () => {
  const passes = async (
    method: string,
    headers: Readonly<Record<string, string>>,
    host = 'sign-in.example',
  ): Promise<string> => {
    const context = { method, host, state: {}, get: (name: string) => headers[name] ?? '' } as unknown
    const passed: string[] = []
    try {
      await guardOrigin(ours)(context as ParameterizedContext, async () => void passed.push('passed'))
    } catch (error) {
      return (error as { code: string }).code
    }
    return passed.join() || 'stopped'
  }

  it.each(crossSite)('A15 refuses acts, and not reads, from %s', async (_name, headers) => {
    expect(await passes('POST', headers)).toBe('cross_origin')
    expect(await passes('DELETE', headers)).toBe('cross_origin')
    expect(await passes('GET', headers)).toBe('passed')
  })

  it.each<[string, Record<string, string>]>([
    ['our own form', { origin: ours, 'sec-fetch-site': 'same-origin' }],
    ['our own form, whose page sends no referrer', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
    ['our own form in an old browser', { origin: ours }],
    ['our own form in a very old browser', { referer: `${ours}/sso/acme` }],
    ['the person, who sends a page once more', { 'sec-fetch-site': 'none' }],
    ['a program', {}],
  ])('lets acts through from %s', async (_name, headers) => {
    expect(await passes('POST', headers)).toBe('passed')
  })

  it.each(['evil.example', 'sign-in.example.evil.example', 'sign-in.example:8443', 'SIGN-IN.example.', ''])(
    'A11 refuses requests for another host, reads too: %j',
    async (host) => {
      expect(await passes('GET', {}, host)).toBe('misdirected_request')
    },
  )
})

/** A page of a registered application, on the same site as the product. */
const shopOrigin = 'http://127.0.0.1:3999'
const globexOrigin = 'http://127.0.0.1:3998'

describe('the product', () => {
  let product: Product
  let browser: Browser
  let attemptId: string
  beforeAll(async () => {
    product = await startProduct()
    browser = product.browser()
    attemptId = attemptIdOf(await signInAtProvider(browser, 'nora'))
  })
  afterAll(() => product.stop())

  const headersOf = (headers: Readonly<Record<string, string>>) => ({
    host: new URL(product.origin).host,
    cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; '),
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  })

  it.each(crossSite)('A15 refuses every act that is begun by %s', async (_name, headers) => {
    const acts = [
      ['/sso/acme/demo', ''],
      [`/attempts/${attemptId}/decision`, 'decision=create&idempotency_key=k'],
      [`/attempts/${attemptId}/session`, ''],
      ['/session/end', ''],
      ['/confirm/x', ''],
      ['/v1/attempts', '{"organization":"acme","provider":"demo"}'],
      [`/v1/attempts/${attemptId}/decision`, '{"decision":"create"}'],
      ['/v1/email-confirmations', '{"token":"x"}'],
    ] as const
    const before = await rowCounts(product.testDatabase.pool)
    for (const [path, body] of acts) {
      const type = path.startsWith('/v1/') ? { 'content-type': 'application/json' } : {}
      const refused = await rawRequest(product.origin, {
        method: 'POST',
        path,
        headers: headersOf({ ...type, ...headers }),
        body,
      })
      expect([path, refused.status, refused.headers['set-cookie']]).toEqual([path, 403, undefined])
      expect(refused.text).toContain(
        path.startsWith('/v1/') ? '"cross_origin"' : 'Please begin on our own page',
      )
    }
    expect(
      (
        await rawRequest(product.origin, {
          method: 'DELETE',
          path: '/v1/session',
          headers: headersOf(headers),
        })
      ).status,
    ).toBe(403)
    expect(await rowsWritten(product.testDatabase.pool, before)).toEqual({})
  })

  it('A11 answers for no other host, whatever is asked, and says so without naming it', async () => {
    for (const host of ['evil.example', `evil.example:${new URL(product.origin).port}`, 'localhost']) {
      for (const path of ['/', '/sso/acme', '/v1/session', '/account']) {
        const refused = await rawRequest(product.origin, { path, headers: { host } })
        expect([host, path, refused.status]).toEqual([host, path, 421])
        expect(refused.text).not.toContain('evil')
      }
    }
    const page = await rawRequest(product.origin, { path: '/account', headers: { host: 'evil.example' } })
    expect(page.text).toContain(`href="${product.origin}"`)
    const start = await rawRequest(product.origin, {
      method: 'POST',
      path: '/sso/acme/demo',
      headers: { ...headersOf({}), host: 'evil.example' },
    })
    expect(start.status).toBe(421)
    expect(
      (await rawRequest(product.origin, { path: '/livez', headers: { host: '10.0.0.7:8080' } })).status,
    ).toBe(200)
  })

  it('A11 takes no word of X-Forwarded-Host or -Proto, with no proxy in front', async () => {
    const headers = headersOf({
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    })
    const started = await rawRequest(product.origin, { method: 'POST', path: '/sso/acme/demo', headers })
    const redirect = new URL(started.headers.location ?? '')
    expect(new URL(redirect.searchParams.get('redirect_uri') ?? '').origin).toBe(product.origin)
  })

  it('A15 pages cannot be framed, cached, sniffed or made to run foreign code', async () => {
    for (const path of [
      '/',
      '/sso/acme',
      '/sso/acme/demo',
      `/attempts/${attemptId}`,
      '/nothing',
      '/v1/session',
    ]) {
      const { headers } = await browser.get(path)
      expect([
        path,
        headers.get('x-frame-options'),
        headers.get('cache-control'),
        headers.get('x-content-type-options'),
      ]).toEqual([path, 'DENY', 'no-store', 'nosniff'])
      const policy = headers.get('content-security-policy') ?? ''
      for (const rule of [
        "default-src 'none'",
        "script-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ])
        expect(policy).toContain(rule)
      expect(policy).not.toContain('unsafe')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    }
  })

  it('T57 keeps its secrets in cookies that no script, sub-domain or plain connection reads', async () => {
    const cookie = (await product.browser().submit('/sso/acme/demo', {})).headers.getSetCookie()[0] ?? ''
    expect(cookie).toMatch(/^__Host-attempt-[0-9a-f-]{36}=[\w-]{43};/)
    for (const attribute of ['path=/', 'secure', 'httponly', 'samesite=lax'])
      expect(cookie.toLowerCase()).toContain(attribute)
    expect(cookie.toLowerCase()).not.toContain('domain')
  })

  describe('to pages of registered applications', () => {
    beforeAll(async () => {
      const { applications, organizations } = product.database
      const named = [
        ['acme', 'shop', shopOrigin],
        ['acme', 'desk', 'http://127.0.0.1:3997'],
        ['globex', 'shop', globexOrigin],
      ] as const
      for (const [slug, name, origin] of named) {
        const organizationId = (await organizations.find(slug))?.id ?? ''
        await applications.save({ organizationId, name, displayName: name, origin, returnPaths: ['/in'] })
      }
    })
    const from = (origin: string) => ({ origin, 'sec-fetch-site': 'same-site', accept: 'application/json' })
    const shop = from(shopOrigin)
    const start = { organization: 'acme', provider: 'demo', decision_page: `${shopOrigin}/in` }
    const preflight = (path: string, origin: string, method = 'POST') =>
      rawRequest(product.origin, {
        method: 'OPTIONS',
        path,
        headers: { host: new URL(product.origin).host, origin, 'access-control-request-method': method },
      })
    /** From the application's page through the provider; the page comes back with what the callback answered. */
    const begun = async (at: Browser, hint: string, body: object = start) => {
      const started = await at.postJson('/v1/attempts', { ...body, login_hint: hint }, shop)
      expect(started.status).toBe(201)
      let answer = await at.get(String(started.json()['authorization_url']))
      while (!answer.location().includes('/callback/')) answer = await at.get(answer.location())
      const back = await at.get(answer.location())
      return { id: String(started.json()['id']), back }
    }
    const codeOf = (answer: { json(): Record<string, unknown> }) => answer.json()['code']

    it('answers preflights for their routes alone, with the origin that asked and never with a star', async () => {
      const asked = await preflight('/v1/attempts', shopOrigin)
      expect([asked.status, asked.headers]).toMatchObject([
        204,
        {
          'access-control-allow-origin': shopOrigin,
          'access-control-allow-credentials': 'true',
          'access-control-allow-methods': 'GET,POST,DELETE',
          'access-control-allow-headers': 'content-type,idempotency-key',
          vary: 'Origin',
        },
      ])
      expect(asked.headers['set-cookie']).toBeUndefined()
      expect((await preflight('/v1/session', shopOrigin, 'DELETE')).status).toBe(204)
      for (const [path, origin, method] of [
        ['/v1/me', shopOrigin, 'GET'],
        ['/v1/me/password', shopOrigin, 'PUT'],
        ['/v1/organizations/acme/members', shopOrigin, 'GET'],
        ['/v1/session', shopOrigin, 'POST'],
        ['/v1/session/reauthentication', shopOrigin, 'POST'],
        ['/session/end', shopOrigin, 'POST'],
        ['/account', shopOrigin, 'GET'],
        ['/sso/acme/demo', shopOrigin, 'POST'],
        [`/attempts/${attemptId}/decision`, shopOrigin, 'POST'],
        ['/v1/attempts', 'https://evil.example', 'POST'],
        ['/v1/attempts', 'null', 'POST'],
        ['/v1/attempts', `${shopOrigin}.evil.example`, 'POST'],
        ['/v1/attempts', `${shopOrigin}/`, 'POST'],
        ['/v1/attempts', product.origin, 'POST'],
      ] as const) {
        const refused = await preflight(path, origin, method)
        const told = Object.keys(refused.headers).filter((name) => name.startsWith('access-control'))
        expect([path, origin, method, told]).toEqual([path, origin, method, []])
        expect(refused.headers.vary).toContain('Origin')
      }
    })

    it('lets them begin, ask, redeem and take a token, and brings the person back to ask', async () => {
      const at = product.browser()
      const { id, back } = await begun(at, 'shopper')
      expect(back.headers.get('location')).toBe(`${shopOrigin}/in?attempt=${id}`)
      const shown = await at.get(`/v1/attempts/${id}`, shop)
      expect(shown.json()).toMatchObject({ stage: 'awaiting_decision', session_user: null })
      expect(shown.headers.get('access-control-allow-origin')).toBe(shopOrigin)
      expect(shown.headers.get('access-control-allow-credentials')).toBe('true')
      const decided = await at.postJson(`/v1/attempts/${id}/decision`, { decision: 'create' }, shop)
      expect(decided.json()).toMatchObject({ outcome: { result: 'signed_in', how: 'created' } })
      expect((await at.postJson(`/v1/attempts/${id}/session`, {}, shop)).status).toBe(201)
      expect((await at.get('/v1/session', shop)).json()).toMatchObject({ organization: 'acme' })
      const token = (name: string) => at.postJson('/v1/session/token', { application: name }, shop)
      expect([(await token('shop')).status, (await token('desk')).status]).toEqual([201, 404])
      expect((await at.delete('/v1/session', shop)).status).toBe(204)
      expect((await at.get('/v1/session', shop)).status).toBe(401)
    })

    it('lets them begin nothing elsewhere, and from no other site', async () => {
      const at = product.browser()
      const before = await rowCounts(product.testDatabase.pool)
      const elsewhere = await at.postJson('/v1/attempts', { organization: 'globex', provider: 'demo' }, shop)
      const nowhere = await at.postJson('/v1/attempts', { organization: 'nowhere', provider: 'demo' }, shop)
      expect([elsewhere.status, codeOf(elsewhere)]).toEqual([nowhere.status, codeOf(nowhere)])
      const far = { ...shop, 'sec-fetch-site': 'cross-site' }
      const refused = await at.postJson('/v1/attempts', start, far)
      expect([refused.status, codeOf(refused)]).toEqual([403, 'cross_origin'])
      expect(refused.headers.get('access-control-allow-origin')).toBe(shopOrigin)
      for (const page of [
        `${globexOrigin}/in`,
        `${shopOrigin}/other`,
        '/in',
        `${shopOrigin}@evil.example/in`,
      ]) {
        const wrong = await at.postJson('/v1/attempts', { ...start, decision_page: page }, shop)
        expect([wrong.status, codeOf(wrong)]).toEqual([400, 'bad_request'])
      }
      expect(await rowsWritten(product.testDatabase.pool, before)).toEqual({})
    })

    it('tells them nothing of a session elsewhere, and lets them neither use, end nor replace it', async () => {
      const { browser: at } = await signIn(product, 'grace', 'globex')
      const session = at.cookies.get('__Host-session')
      const stranger = product.browser()
      for (const path of ['/v1/session', '/v1/attempts/none']) {
        const [seen, neutral] = [await at.get(path, shop), await stranger.get(path, shop)]
        expect([path, seen.status, codeOf(seen)]).toEqual([path, neutral.status, codeOf(neutral)])
      }
      expect((await at.delete('/v1/session', shop)).status).toBe(401)
      expect((await at.postJson('/v1/session/token', { application: 'shop' }, shop)).status).toBe(401)
      const started = await at.postJson('/v1/attempts', start, shop)
      expect((await at.get(`/v1/attempts/${String(started.json()['id'])}`, shop)).json()).toMatchObject({
        stage: 'awaiting_provider',
        session_user: null,
      })
      const { id, back } = await begun(at, 'somebody-else')
      expect(back.headers.get('location')).toBe(`/attempts/${id}`)
      const unknown = await at.get(`/v1/attempts/${attemptId}`, shop)
      for (const answer of [
        await at.get(`/v1/attempts/${id}`, shop),
        await at.get(`/attempts/${id}/events`, shop),
        await at.postJson(`/v1/attempts/${id}/decision`, { decision: 'link' }, shop),
        await at.postJson(`/v1/attempts/${id}/decision`, { decision: 'create' }, shop),
        await at.postJson(`/v1/attempts/${id}/session`, {}, shop),
      ])
        expect([answer.status, codeOf(answer)]).toEqual([unknown.status, codeOf(unknown)])
      expect(at.cookies.get('__Host-session')).toBe(session)
      expect((await at.get('/v1/session')).json()).toMatchObject({ organization: 'globex' })
    })

    it('puts no session in the place of one elsewhere before the person says so on our page', async () => {
      const { browser: at, userId } = await signIn(product, 'olivia')
      const globex = await product.database.organizations.find('globex')
      await product.testDatabase.pool.query('update sessions set organization_id = $1 where user_id = $2', [
        globex?.id,
        userId,
      ])
      const session = at.cookies.get('__Host-session')
      const { id, back } = await begun(at, 'olivia', { ...start, return_to: `${shopOrigin}/in` })
      expect([back.headers.get('location'), at.cookies.get('__Host-session')]).toEqual([
        `/attempts/${id}`,
        session,
      ])
      expect((await at.get('/v1/session')).json()).toMatchObject({ organization: 'globex' })
      const said = await at.submit(`/attempts/${id}/session`, {})
      expect(said.headers.get('location')).toBe(`${shopOrigin}/in`)
      expect((await at.get('/v1/session', shop)).json()).toMatchObject({ organization: 'acme' })
    })

    it('lets them connect no identity to an account by the session alone, and does by what its person types', async () => {
      const { browser: at, userId } = await signIn(product, 'mark')
      const { id } = await begun(at, 'an-intruder')
      const link = () => at.postJson(`/v1/attempts/${id}/decision`, { decision: 'link', replace: true }, shop)
      const prove = (proof: object) => at.postJson(`/v1/attempts/${id}/proofs`, proof, shop)
      // The account has no other way in: on our own page its fresh session would do.
      expect(codeOf(await link())).toBe('reauthentication_required')
      await product.database.passwords.set(userId, await createPasswordHasher().hash('a right password'))
      expect(codeOf(await prove({ kind: 'provider', provider: 'demo' }))).toBe('cross_origin')
      const { rows } = await product.testDatabase.pool.query<{ address: string }>(
        'select address from user_emails where user_id = $1',
        [userId],
      )
      const email = rows[0]?.address
      expect((await prove({ kind: 'password', email, password: 'a right password' })).status).toBe(201)
      expect((await link()).json()).toMatchObject({ outcome: { result: 'signed_in', how: 'linked' } })
    })

    it('shows them no attempt of another organization', async () => {
      const at = product.browser()
      const { id } = await begun(at, 'not-of-globex')
      const strange = await at.get(`/v1/attempts/${id}`, from(globexOrigin))
      expect([strange.status, codeOf(strange)]).toEqual([403, 'attempt_not_yours'])
      expect((await at.get(`/v1/attempts/${id}`, shop)).status).toBe(200)
    })

    it('ends nobody else’s attempts to make room for theirs', async () => {
      const at = product.browser()
      for (let n = 0; n < 10; n++)
        expect((await at.submit('/sso/globex/demo', { login_hint: `tab-${n}` })).status).toBe(303)
      const refused = await at.postJson('/v1/attempts', start, shop)
      expect(codeOf(refused)).toBe('too_many_attempts')
    })
  })
})
