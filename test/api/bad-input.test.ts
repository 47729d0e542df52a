import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { ApiDependencies } from '../../api/dependencies.js'
import { createRoutes } from '../../api/routes.js'
import { isWritable } from '../../domain/writable-text.js'
import type { Answer, Browser } from '../support/browser.js'
import { malformedAddresses } from '../support/malformed-addresses.js'
import { headline, nextSteps, withoutReference } from '../support/pages.js'
import { attemptIdOf, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { rawRequest } from '../support/raw-request.js'
import { rowCounts, rowsWritten } from '../support/row-counts.js'
import type { RowCounts } from '../support/row-counts.js'

let product: Product
let before: RowCounts
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.stop())

const undecided = async (subject: string): Promise<{ browser: Browser; attemptId: string }> => {
  const browser = product.browser()
  return { browser, attemptId: attemptIdOf(await signInAtProvider(browser, subject)) }
}
const problemOf = (answer: Answer) => ({ status: answer.status, code: answer.json()['code'] })
const pageOf = (answer: Answer) => ({
  status: answer.status,
  headline: headline(answer),
  next: nextSteps(answer),
})
const nothingWritten = async (): Promise<void> =>
  expect(await rowsWritten(product.testDatabase.pool, before)).toEqual({})

describe('an unknown organization or provider', () => {
  beforeEach(async () => {
    before = await rowCounts(product.testDatabase.pool)
  })

  it.each([
    '/sso/nowhere',
    '/sso/nowhere/demo',
    '/sso/acme/nothing',
    '/sso/ACME',
    '/sso/acme/Demo',
    '/sso/%00',
    '/sso/acme/%00',
    '/sso/%E0%A4%A',
    '/sso?organization=nowhere',
  ])('is told as one page, whichever of them is unknown: %s', async (path) => {
    const browser = product.browser()
    const answer = await browser.follow(await browser.get(path))
    expect(pageOf(answer)).toEqual({
      status: 404,
      headline: 'We do not know this way to sign in',
      next: ['/'],
    })
    expect(withoutReference(answer)).toBe(withoutReference(await browser.get('/sso/nowhere')))
    await nothingWritten()
  })

  it.each(['/sso/nowhere/demo', '/sso/acme/nothing', '/sso/%00/demo'])(
    'starts nothing: POST %s',
    async (path) => {
      expect(pageOf(await product.browser().submit(path, {}))).toEqual({
        status: 404,
        headline: 'We do not know this way to sign in',
        next: ['/'],
      })
      await nothingWritten()
    },
  )

  it.each([
    ['nowhere', 'demo'],
    ['acme', 'nothing'],
    ['\uFFFD', 'demo'],
    ['acme', '__proto__'],
  ])('starts nothing: POST /v1/attempts %j %j', async (organization, provider) => {
    expect(problemOf(await product.browser().postJson('/v1/attempts', { organization, provider }))).toEqual({
      status: 404,
      code: 'provider_unknown',
    })
    await nothingWritten()
  })
})

describe('an attempt of another browser', () => {
  let attemptId: string
  beforeAll(async () => {
    attemptId = (await undecided('owner')).attemptId
  })
  beforeEach(async () => {
    before = await rowCounts(product.testDatabase.pool)
  })
  const acts: readonly (readonly [string, (browser: Browser, id: string) => Promise<Answer>])[] = [
    ['GET /attempts/{id}', (browser, id) => browser.get(`/attempts/${id}`)],
    ['GET /attempts/{id}/events', (browser, id) => browser.get(`/attempts/${id}/events`)],
    [
      'POST /attempts/{id}/decision',
      (browser, id) =>
        browser.submit(`/attempts/${id}/decision`, { decision: 'create', idempotency_key: 'k' }),
    ],
    ['POST /attempts/{id}/session', (browser, id) => browser.submit(`/attempts/${id}/session`, {})],
    ['GET /v1/attempts/{id}', (browser, id) => browser.get(`/v1/attempts/${id}`)],
    [
      'POST /v1/attempts/{id}/decision',
      (browser, id) => browser.postJson(`/v1/attempts/${id}/decision`, { decision: 'create' }),
    ],
    ['POST /v1/attempts/{id}/session', (browser, id) => browser.postJson(`/v1/attempts/${id}/session`, {})],
  ]

  it.each(acts)('is answered like one that does not exist: %s', async (name, act) => {
    const wrongSecret = product.browser()
    wrongSecret.cookies.set(`__Host-attempt-${attemptId}`, 'A'.repeat(43))
    const answers = [
      await act(product.browser(), attemptId),
      await act(wrongSecret, attemptId),
      await act((await undecided('stranger')).browser, attemptId),
      await act(product.browser(), '00000000-0000-7000-8000-000000000000'),
      await act(product.browser(), 'nonsense'),
      await act(product.browser(), '%00'),
    ]
    const tell: (answer: Answer) => object = name.includes('/v1/') ? problemOf : pageOf
    const told = answers.map(tell)
    const refused = name.includes('/v1/')
      ? { status: 403, code: 'attempt_not_yours' }
      : { status: 403, headline: 'This sign-in belongs to another browser', next: ['/'] }
    expect(told).toEqual(answers.map(() => refused))
    const { attempts, audit_events: events, ...rest } = await rowsWritten(product.testDatabase.pool, before)
    expect({ attempts, events, rest }).toEqual({ attempts: 1, events: 2, rest: {} }) // the stranger’s own
  })
})

describe('a decision that is none', () => {
  let browser: Browser
  let attemptId: string
  beforeAll(async () => {
    ;({ browser, attemptId } = await undecided('undecided'))
  })
  beforeEach(async () => {
    before = await rowCounts(product.testDatabase.pool)
  })

  it.each<[unknown]>([
    [''],
    [' '],
    [[]],
    [['create']],
    [['create', 'cancel']],
    ['__proto__'],
    ['constructor'],
    ['toString'],
    ['CREATE'],
    ['create '],
    [null],
    [1],
    [true],
    [{}],
    [undefined],
  ])('is refused, in JSON: %j', async (decision) => {
    const answer = await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision })
    expect([answer.status, answer.json()]).toMatchObject([
      400,
      { code: 'bad_request', errors: [{ field: 'decision', message: expect.any(String) }] },
    ])
    await nothingWritten()
  })

  it('is refused where nobody is signed in: link', async () => {
    const answer = await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'link' })
    expect(problemOf(answer)).toEqual({ status: 401, code: 'not_authenticated' })
    await nothingWritten()
  })

  it('is refused with a member that nobody knows, which is named', async () => {
    const body = { decision: 'create', force: true }
    const answer = await browser.postJson(`/v1/attempts/${attemptId}/decision`, body)
    expect([answer.status, answer.json()]).toMatchObject([
      400,
      {
        code: 'bad_request',
        errors: [{ field: 'force', message: expect.stringContaining('decision, email') }],
      },
    ])
    await nothingWritten()
  })

  it('takes null for what may be absent, and not for what must be there', async () => {
    const optional = { return_to: null, login_hint: null, invitation: null }
    const started = { organization: 'acme', provider: 'demo', ...optional }
    expect((await product.browser().postJson('/v1/attempts', started)).status).toBe(201)
    const none = await product.browser().postJson('/v1/attempts', { ...started, provider: null })
    expect(none.json()).toMatchObject({ code: 'bad_request', errors: [{ field: 'provider' }] })
    const proof = { kind: 'password', email: 'a@people.example', password: 'wrong', otp: null }
    expect(problemOf(await browser.postJson(`/v1/attempts/${attemptId}/proofs`, proof))).toEqual({
      status: 422,
      code: 'proof_invalid',
    })
  })

  it.each([
    '',
    'decision=',
    'decision[]=create',
    'decision=create&decision=cancel',
    'decision=__proto__',
    '__proto__[decision]=create',
    'decision=CREATE',
    'decision[toString]=create',
  ])('is refused, and asked for again, as a form: %s', async (fields) => {
    const answer = await rawRequest(product.origin, {
      method: 'POST',
      path: `/attempts/${attemptId}/decision`,
      headers: formHeaders(browser),
      body: `${fields}&idempotency_key=k`,
    })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain(`action="/attempts/${attemptId}/decision"`)
    await nothingWritten()
  })

  it.each([
    ['too long', 'x'.repeat(201)],
    ['not ASCII', 'caf\u00e9'],
  ])('is refused with a key that is %s', async (_name, key) => {
    const answer = await browser.postJson(
      `/v1/attempts/${attemptId}/decision`,
      { decision: 'create' },
      { 'idempotency-key': key },
    )
    expect([answer.status, answer.json()]).toMatchObject([
      400,
      { code: 'bad_request', errors: [{ field: 'Idempotency-Key' }] },
    ])
    await nothingWritten()
  })

  it('is refused before the provider has answered', async () => {
    const early = product.browser()
    const started = await early.postJson('/v1/attempts', { organization: 'acme', provider: 'demo' })
    const id = String(started.json()['id'])
    expect(problemOf(await early.postJson(`/v1/attempts/${id}/decision`, { decision: 'create' }))).toEqual({
      status: 400,
      code: 'invalid_state',
    })
    const page = await early.submit(`/attempts/${id}/decision`, { decision: 'create', idempotency_key: 'k' })
    expect(pageOf(page)).toEqual({
      status: 400,
      headline: 'This sign-in cannot go on',
      next: ['/sso/acme?return_to=%2Faccount'],
    })
    expect(problemOf(await early.postJson(`/v1/attempts/${id}/session`, {}))).toEqual({
      status: 400,
      code: 'invalid_state',
    })
  })
})

describe('a malformed address', () => {
  it('is asked for again, where the provider sent none, and writes nothing', async () => {
    const { browser, attemptId } = await undecided('noaddress')
    before = await rowCounts(product.testDatabase.pool)
    expect(malformedAddresses.length).toBeGreaterThanOrEqual(30)
    for (const email of malformedAddresses.filter(isWritable)) {
      const answer = await browser.postJson(`/v1/attempts/${attemptId}/decision`, {
        decision: 'create',
        email,
      })
      expect([email, answer.status, answer.json()]).toMatchObject([
        email,
        422,
        { code: 'email_invalid', errors: [{ field: 'email' }] },
      ])
    }
    const unreadable = malformedAddresses.filter((email) => !isWritable(email))
    for (const email of [...unreadable, ['a@people.example'], { a: 1 }, 7, 'x'.repeat(1001)]) {
      expect(
        problemOf(
          await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create', email }),
        ),
      ).toEqual({ status: 400, code: 'bad_request' })
    }
    const page = await browser.submit(
      `/attempts/${attemptId}/decision`,
      { decision: 'create', email: 'a@b@c <i>', idempotency_key: 'k' },
      { 'accept-language': 'de' },
    )
    expect(page.status).toBe(422)
    expect(page.text).toContain('value="a@b@c &lt;i>"')
    expect(page.text).toContain('href="#email"')
    expect(page.text).not.toContain('must be')
    await nothingWritten()
    // One that is well formed is not yet proved.
    const typed = await browser.postJson(`/v1/attempts/${attemptId}/decision`, {
      decision: 'create',
      email: 'noa@people.example',
    })
    expect(problemOf(typed)).toEqual({ status: 422, code: 'proof_invalid' })
    await nothingWritten()
  })
})

const formHeaders = (browser: Browser): Record<string, string> => ({
  host: new URL(product.origin).host,
  origin: product.origin,
  'content-type': 'application/x-www-form-urlencoded',
  cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; '),
})

describe('a body', () => {
  beforeEach(async () => {
    before = await rowCounts(product.testDatabase.pool)
  })
  const megabyte = 'x'.repeat(1024 * 1024)

  it.each([
    ['JSON', 'application/json', JSON.stringify({ organization: megabyte }), '/v1/attempts'],
    ['a form', 'application/x-www-form-urlencoded', `return_to=/${megabyte}`, '/sso/acme/demo'],
  ])('of 1 MB is too large, whether or not its length is told: %s', async (_name, type, body, path) => {
    const headers = { ...formHeaders(product.browser()), 'content-type': type }
    for (const length of [{ 'content-length': String(body.length) }, { 'transfer-encoding': 'chunked' }]) {
      const request = rawRequest(product.origin, {
        method: 'POST',
        path,
        headers: { ...headers, ...length },
        body,
      })
      // The connection may be closed while the rest of the body is still under way.
      expect([413, 'EPIPE', 'ECONNRESET']).toContain(
        await request.then(
          ({ status }) => status,
          (error: unknown) => (error as { code: string }).code,
        ),
      )
    }
    await nothingWritten()
  })

  it.each(['gzip', 'deflate', 'br'])(
    'that is not in the encoding it claims is refused: %s',
    async (encoding) => {
      const answer = await rawRequest(product.origin, {
        method: 'POST',
        path: '/v1/attempts',
        headers: {
          ...formHeaders(product.browser()),
          accept: 'application/json',
          'content-type': 'application/json',
          'content-encoding': encoding,
        },
        body: '{"organization":"acme","provider":"demo"}',
      })
      expect([answer.status, (JSON.parse(answer.text) as { code: string }).code]).toEqual([
        400,
        'bad_request',
      ])
      await nothingWritten()
    },
  )

  it.each([
    ['/v1/attempts', 'text/plain', '{"organization":"acme","provider":"demo"}'],
    ['/v1/attempts', 'application/x-www-form-urlencoded', 'organization=acme&provider=demo'],
    ['/v1/attempts', 'application/xml', '<a/>'],
    ['/sso/acme/demo', 'multipart/form-data; boundary=x', '--x--'],
    ['/sso/acme/demo', 'text/plain', 'return_to=/'],
    ['/sso/acme/demo', 'application/json', '{}'],
  ])('of another type than is read is refused: %s %s', async (path, type, body) => {
    const answer = await rawRequest(product.origin, {
      method: 'POST',
      path,
      headers: { ...formHeaders(product.browser()), 'content-type': type },
      body,
    })
    expect(answer.status).toBe(415)
    await nothingWritten()
  })

  it.each([
    '{',
    '[]',
    '"text"',
    'null',
    '1',
    '',
    '['.repeat(20_000),
    '{"__proto__":{"organization":"acme","provider":"demo"}}',
  ])('that is no JSON object is refused: %j', async (body) => {
    const headers = { ...formHeaders(product.browser()), 'content-type': 'application/json' }
    const answer = await rawRequest(product.origin, { method: 'POST', path: '/v1/attempts', headers, body })
    expect([answer.status, (JSON.parse(answer.text) as { code: string }).code]).toEqual([400, 'bad_request'])
    await nothingWritten()
  })

  it('may be absent where nothing is needed in it', async () => {
    const { 'content-type': _, ...headers } = formHeaders(product.browser())
    expect(
      (await rawRequest(product.origin, { method: 'POST', path: '/sso/acme/demo', headers })).status,
    ).toBe(303)
  })
})

describe('a query', () => {
  it.each([
    '/sso/acme?return_to=/a&return_to=/b',
    '/sso/acme/demo?login_hint=a&login_hint=b',
    '/sso?organization=acme&organization=globex',
  ])('with two of one kind is refused: %s', async (path) => {
    expect(pageOf(await product.browser().get(path))).toEqual({
      status: 400,
      headline: 'Something is missing',
      next: ['/'],
    })
  })
})

describe('the table of routes', () => {
  it('is true: who is not entitled gets nothing, and is shown a way on', async () => {
    const guarded = createRoutes({ sendGridWebhookKey: null } as ApiDependencies).filter(
      ({ access }) => access !== 'anyone',
    )
    before = await rowCounts(product.testDatabase.pool)
    for (const { method, path: pattern } of guarded) {
      const path = pattern.replace(/:\w+/, '00000000-0000-7000-8000-000000000000')
      const browser = product.browser()
      const answers = {
        GET: () => browser.get(path),
        DELETE: () => browser.delete(path),
        PUT: () => browser.sendJson('PUT', path, {}),
        PATCH: () => browser.sendJson('PATCH', path, {}),
        POST: () =>
          path.startsWith('/v1/')
            ? browser.postJson(path, { decision: 'create', token: 'x' })
            : browser.submit(path, {}),
      }
      const answer = await browser.follow(await answers[method]())
      const home = answer.url === `${product.origin}/` && answer.status === 200
      expect([method, pattern, home || answer.status >= 400]).toEqual([method, pattern, true])
      expect([pattern, path.startsWith('/v1/') || nextSteps(answer).length > 0]).toEqual([pattern, true])
    }
    await nothingWritten()
  })
})

describe('looking', () => {
  it('GET and HEAD change nothing, whatever is looked at', async () => {
    const { browser, attemptId } = await undecided('looker')
    const paths = createRoutes({ sendGridWebhookKey: null } as ApiDependencies)
      .filter(
        ({ method, path }) => method === 'GET' && !path.startsWith('/callback') && !path.endsWith('/events'),
      )
      .map(({ path }) =>
        path
          .replace(':attempt', attemptId)
          .replace(':organization', 'acme')
          .replace(':provider', 'demo')
          .replace(':token', 'x'),
      )
    // The first look at the key set in its 30 days draws the key, so that verifiers know it before a token is signed with it. That is
    // nobody's state, and as safe as filling a cache (RFC 9110, 9.2.1); all later looks write nothing.
    await browser.get('/.well-known/jwks.json')
    before = await rowCounts(product.testDatabase.pool)
    const headers = {
      cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; '),
      host: new URL(product.origin).host,
    }
    for (const path of [...paths, '/favicon.ico', '/nothing']) {
      for (const method of ['GET', 'HEAD']) {
        const { status } = await rawRequest(product.origin, { method, path, headers })
        expect([path, status < 500]).toEqual([path, true])
      }
    }
    const events = await rawRequest(product.origin, {
      method: 'HEAD',
      path: `/attempts/${attemptId}/events`,
      headers,
    })
    expect([events.status, events.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8'])
    await nothingWritten()
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      stage: 'awaiting_decision',
    })
  })

  it.each(['PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'])(
    'other methods are told so: %s',
    async (method) => {
      const headers = { host: new URL(product.origin).host }
      const answer = await rawRequest(product.origin, { method, path: '/account', headers })
      expect([answer.status, answer.text.includes('That does not work here')]).toEqual([405, true])
    },
  )
})
