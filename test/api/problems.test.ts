import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createRoutes } from '../../api/routes.js'
import { problemText } from '../../views/problem-text.js'
import { linkIdentity, newUser, signIn } from '../support/account.js'
import { attemptIdOf, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
/** What the database does when a session is looked for. */
let sessionFault: (() => Promise<never>) | null = null
beforeAll(async () => {
  product = await startProduct(({ database }) => ({
    supportContact: 'https://help.example/sign-in',
    database: {
      ...database,
      sessions: { ...database.sessions, find: (hash) => sessionFault?.() ?? database.sessions.find(hash) },
    },
  }))
})
afterAll(() => product.stop())

describe('a problem document', () => {
  it.each([
    ['/v1/session', 401, 'not_authenticated'],
    ['/v1/attempts/nonsense', 403, 'attempt_not_yours'],
    ['/v1/nothing', 404, 'not_found'],
    ['/v1/attempts', 405, 'method_not_allowed'],
  ] as const)('has the shape of RFC 9457: GET %s', async (path, status, code) => {
    const answer = await product.browser().get(path)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    const { request_id: requestId, ...problem } = answer.json()
    expect(problem).toEqual({
      type: `urn:auth-pipeline:problem:${code}`,
      status,
      code,
      ...problemText('en', code),
    })
    expect(requestId).toBe(answer.headers.get('x-request-id'))
  })

  it('says what is wrong with a body, field by field', async () => {
    const answer = await product.browser().postJson('/v1/attempts', { organization: 7, login_hint: ['x'] })
    expect([answer.status, answer.json()['code']]).toEqual([400, 'bad_request'])
    const errors = answer.json()['errors'] as { field: string; message: string }[]
    expect(errors.map(({ field }) => field).sort()).toEqual(['login_hint', 'organization', 'provider'])
    for (const { message } of errors) expect(message).not.toBe('')
  })

  it('holds the outcome where something was decided before', async () => {
    const browser = product.browser()
    const attemptId = attemptIdOf(await signInAtProvider(browser, 'decided'))
    await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'cancel' })
    const late = await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create' })
    expect([late.status, late.json()]).toMatchObject([
      409,
      { code: 'already_decided', outcome: { result: 'cancelled' } },
    ])
  })

  it('is given outside /v1 to whom prefers JSON, and a page to everybody else', async () => {
    const typeFor = async (accept: string) =>
      (await product.browser().get('/nothing', { accept })).headers.get('content-type')
    expect(await typeFor('application/json')).toMatch(/^application\/problem\+json/)
    expect(await typeFor('application/problem+json, application/json;q=0.9')).toMatch(
      /^application\/problem\+json/,
    )
    for (const accept of ['text/html', '*/*', 'text/html,application/json', 'image/png'])
      expect(await typeFor(accept)).toMatch(/^text\/html/)
  })
})

describe('the address of a form, opened as a page', () => {
  const notForms = ['/webhooks/', '/backchannel-logout/', '/v1/']

  it('leads to the page with the form, for every form', async () => {
    const routes = createRoutes(product.apiDependencies)
    const pages = routes.filter(({ method }) => method === 'GET').map(({ path }) => path)
    const forms = routes.filter(
      ({ method, path }) =>
        method === 'POST' && !pages.includes(path) && !notForms.some((start) => path.startsWith(start)),
    )
    expect(forms.length).toBeGreaterThan(20)
    const browser = product.browser()
    await signInAtProvider(browser, 'olivia')
    const attempt = attemptIdOf(await signInAtProvider(product.browser(), 'reloads'))
    const parts: Record<string, string> = { organization: 'acme', provider: 'demo', attempt }
    for (const { path } of forms) {
      const address = path.replace(/:(\w+)/g, (_, name: string) => parts[name] ?? attempt)
      const answer = await browser.get(address)
      expect([address, answer.status]).toEqual([address, 303])
      const page = pages.find((one) =>
        new RegExp(`^${one.replace(/:\w+/g, '[^/]+')}$`).test(new URL(answer.location()).pathname),
      )
      expect([address, page]).not.toEqual([address, undefined])
    }
    const sso = '/organizations/acme/sso'
    for (const [from, to] of [
      ['/account/identities/x/unlink', '/account/sign-in'],
      [`/attempts/${attempt}/decision`, `/attempts/${attempt}`],
      [`${sso}/settings`, sso],
      [`${sso}/demo/setup`, `${sso}/demo`],
    ] as const)
      expect(new URL((await browser.get(from)).location()).pathname).toBe(to)
  })
})

describe('where support can be reached', () => {
  const link = 'href="https://help.example/sign-in"'

  it('each page that sends a person there leads there, and no problem document does', async () => {
    const browser = product.browser()
    const attempt = `/attempts/${attemptIdOf(await signInAtProvider(browser, 'leads-somewhere'))}`
    for (const page of [
      await browser.get('/nothing'),
      await browser.get(`${attempt}/proofs`),
      await browser.submit('/password', { email: 'nobody@people.example' }),
    ])
      expect(page.text.split(link)).toHaveLength(2)
    expect((await browser.get('/v1/nothing')).text).not.toContain('help.example')
  })

  it('the page of a person who may not sign in does, and so does a mail that came back', async () => {
    const userId = await newUser(product, 'reaches-nobody', false)
    await linkIdentity(product, userId, 'reaches-nobody')
    const { browser } = await signIn(product, 'reaches-nobody')
    await product.testDatabase.pool.query(
      `insert into mail_messages (kind, user_email_id, organization_id, dedupe_key, workflow_id, locale, state)
       select 'confirmation', e.id, o.id, 'came-back', 'mail/came-back', 'en', 'bounced' from user_emails e, organizations o
       where e.user_id = $1 and o.slug = 'acme'`,
      [userId],
    )
    expect((await browser.get('/account')).text).toContain(link)
    await product.testDatabase.pool.query(`update users set status = 'suspended' where id = $1`, [userId])
    const refused = product.browser()
    const ended = await refused.follow(await signInAtProvider(refused, 'reaches-nobody'))
    expect([ended.status, ended.text.includes(link)]).toEqual([403, true])
  })
})

describe('what nobody foresaw', () => {
  const cookie = { cookie: '__Host-session=x' }
  afterAll(() => {
    sessionFault = null
  })

  it('is told without a word about its inside', async () => {
    sessionFault = () => Promise.reject(new Error('select secret from inside'))
    for (const accept of ['text/html', 'application/json']) {
      const answer = await product.browser().get('/', { accept, ...cookie })
      expect(answer.status).toBe(500)
      expect(answer.text).not.toMatch(/secret|select|inside|Error:|\.ts/)
      expect(answer.text).toContain(answer.headers.get('x-request-id'))
    }
  })

  it('is told as an outage, with the seconds to wait, where the database is away', async () => {
    sessionFault = () =>
      Promise.reject(
        Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }),
      )
    const answer = await product.browser().get('/v1/session', cookie)
    expect([answer.status, answer.headers.get('retry-after'), answer.json()]).toMatchObject([
      503,
      '2',
      { code: 'unavailable', retry_after: 2 },
    ])
    expect(answer.text).not.toContain('5432')
  })
})
