import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createSupportRoutes } from '../../../api/support/routes.js'
import type { Answer, Browser } from '../../support/browser.js'
import { createBrowser } from '../../support/browser.js'
import { startConsole } from '../../support/console.js'
import type { TestConsole } from '../../support/console.js'
import { attemptIdOf, signInAtProvider, startProduct } from '../../support/product.js'
import type { Product } from '../../support/product.js'

let product: Product
let support: TestConsole
const staff: Partial<Record<'sam' | 'sofia' | 'pia' | 'alva', Browser>> = {}
let mine = ''
let foreign = ''
beforeAll(async () => {
  product = await startProduct()
  support = await startConsole(product)
  for (const persona of ['sam', 'sofia', 'pia', 'alva'] as const)
    staff[persona] = await support.signedIn(persona)
  mine = attemptIdOf(await signInAtProvider(product.browser(), 'of-acme', 'acme'))
  foreign = attemptIdOf(await signInAtProvider(product.browser(), 'of-globex', 'globex'))
})
afterAll(async () => {
  await support.stop()
  await product.stop()
})

/** What each persona's role lets through, by the route's own demand. */
const mayCall: Readonly<Record<string, readonly string[]>> = {
  view: ['sam', 'sofia', 'pia', 'alva'],
  operate: ['sam', 'alva'],
  erase: ['pia', 'alva'],
  admin: ['alva'],
}
const nowhere = '00000000-0000-7000-8000-000000000000'

const call = (browser: Browser, method: string, path: string): Promise<Answer> =>
  method === 'GET'
    ? browser.get(path, { accept: 'application/json' })
    : path.startsWith('/v1/') || path === '/codec/decode'
      ? browser.postJson(path, {}, path === '/codec/decode' ? { origin: 'http://127.0.0.1:8233' } : {})
      : browser.submit(path, {}, { accept: 'application/json' })

// The table of routes itself says which there are: one that is added is asked too.
const routes = createSupportRoutes({ database: {} } as never)
  .filter(({ role, path }) => role !== 'anyone' && path !== '/sign-out')
  .map(({ method, path, role }) => ({ method, role, path: path.replace(/:\w+/, nowhere) }))

describe('A16 T58 each route with each role', () => {
  it.each(routes)('$method $path takes $role', async ({ method, path, role }) => {
    const browser = createBrowser(support.origin)
    expect((await call(browser, method, path)).status).toBe(401)
    for (const persona of ['sam', 'sofia', 'pia', 'alva'] as const) {
      const answer = await call(staff[persona] ?? browser, method, path)
      const isForbidden = answer.status === 403 && path !== '/codec/decode'
      const mayNot = mayCall[role]?.includes(persona) !== true
      expect({ persona, forbidden: isForbidden || (path === '/codec/decode' && mayNot) }).toEqual({
        persona,
        forbidden: mayNot,
      })
      expect(answer.status).toBeLessThan(500)
    }
  })

  it('notes every refusal with the person and the route', async () => {
    const { rows } = await product.testDatabase.pool.query<{ refused: number; nameless: number }>(
      `select count(*)::int as refused, (count(*) filter (where actor_id is null))::int as nameless
       from audit_events where event = 'staff.acted' and data->>'refused' = 'forbidden'`,
    )
    expect(rows[0]?.refused).toBeGreaterThan(20)
    expect(rows[0]?.nameless).toBe(0)
  })
})

describe('A16 T59 an object of an organization that is not theirs', () => {
  it.each([
    '/attempts/ID',
    '/attempts/ID/download',
    '/v1/support/attempts/ID',
    '/v1/support/attempts/ID/timeline',
  ])('%s is not there', async (path) => {
    const { sofia, sam } = staff as { sofia: Browser; sam: Browser }
    expect((await call(sofia, 'GET', path.replace('ID', mine))).status).toBe(200)
    const refused = await call(sofia, 'GET', path.replace('ID', foreign))
    const absent = await call(sofia, 'GET', path.replace('ID', nowhere))
    expect([refused.status, absent.status]).toEqual([404, 404])
    expect((await call(sam, 'GET', path.replace('ID', foreign))).status).toBe(200)
  })

  it('is in no list, no count and no search, and the look is noted', async () => {
    const { sofia } = staff as { sofia: Browser }
    const listed = await call(sofia, 'GET', '/v1/support/attempts')
    expect(listed.text).toContain(mine)
    expect(listed.text).not.toContain(foreign)
    const searched = await call(sofia, 'GET', '/v1/support/attempts?q=of-globex%40people.example')
    expect(searched.json()).toEqual({ items: [], next: null })
    expect((await call(sofia, 'GET', '/v1/support/attempts?organization=globex')).json()).toEqual({
      items: [],
      next: null,
    })
    const { rows } = await product.testDatabase.pool.query(
      `select from audit_events where data->>'refused' = 'not_found' and target_id = $1`,
      [foreign],
    )
    expect(rows.length).toBeGreaterThan(0)
  })
})

describe('T52 acts that another site began', () => {
  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' },
  ])('%o are refused', async (headers) => {
    const { sam } = staff as { sam: Browser }
    const answer = await sam.submit(`/attempts/${mine}/cancel`, { reason: 'x' }, headers)
    expect(answer.status).toBe(403)
    expect((await product.database.attempts.find(mine))?.outcome).toBeNull()
  })
})
