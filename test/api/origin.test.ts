import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ParameterizedContext } from 'koa'
import { guardOrigin } from '../../api/middleware/origin.js'
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
    const context = { method, host, get: (name: string) => headers[name] ?? '' } as unknown
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
})
