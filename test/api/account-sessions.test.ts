import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { authPipelineWorkflowId } from '../../domain/workflow-ids.js'
import { auditOf, newUser, passwordSession, signIn } from '../support/account.js'
import { attemptIdOf, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.stop())

const hour = 3_600_000
interface Part {
  readonly items: readonly { readonly event: string }[]
  readonly next: string | null
}

describe('sessions', () => {
  it('are listed without any secret, the present one marked, and end one by one', async () => {
    const userId = await newUser(product, 'lists')
    const here = await passwordSession(product, userId)
    const there = await passwordSession(product, userId)
    const answer = await here.browser.get('/v1/me/sessions')
    const items = answer.json()['items'] as { id: string; current: boolean; organization: string }[]
    expect(items.map(({ id, current }) => [id, current]).sort()).toEqual(
      [
        [here.sessionId, true],
        [there.sessionId, false],
      ].sort(),
    )
    expect(answer.text).not.toContain(here.browser.cookies.get('__Host-session') ?? 'none')

    expect((await here.browser.delete(`/v1/me/sessions/${there.sessionId}`)).status).toBe(204)
    expect((await there.browser.get('/v1/session')).status).toBe(401)
    expect((await here.browser.delete(`/v1/me/sessions/${there.sessionId}`)).status).toBe(404)
    expect(await auditOf(product, userId)).toEqual(['session.ended'])
  })

  it('are listed in parts, however many there are', async () => {
    const userId = await newUser(product, 'often')
    const { browser, sessionId } = await passwordSession(product, userId)
    await product.testDatabase.pool.query(
      `insert into sessions (token_hash, user_id, organization_id, methods, expires_at)
       select sha256(n::text::bytea), user_id, organization_id, methods, expires_at
       from sessions, generate_series(1, 60) n where id = $1`,
      [sessionId],
    )
    const seen: string[] = []
    for (let after = ''; after !== 'null';) {
      const part = (
        await browser.get(`/v1/me/sessions?limit=25${after === '' ? '' : `&after=${after}`}`)
      ).json()
      const ids = (part['items'] as { id: string }[]).map(({ id }) => id)
      expect(ids.length).toBeLessThanOrEqual(25)
      seen.push(...ids)
      after = String(part['next'])
    }
    expect([seen.length, new Set(seen).size, seen.at(-1)]).toEqual([61, 61, sessionId])
    const first = await browser.get('/account/sessions')
    const older = /href="(\/account\/sessions\?after=[^"]+)"/.exec(first.text)?.[1] ?? 'none'
    const last = await browser.get(older)
    const rows = [first, last].map(({ text }) => text.match(/class="row-head"/g)?.length)
    expect(rows).toEqual([50, 11])
    expect(last.text).toContain('href="/account/sessions"')
    expect((await browser.get('/account/sessions?after=none')).status).toBe(404)
  })

  it('of somebody else are as unknown as those that never were', async () => {
    const mine = await passwordSession(product, await newUser(product, 'mine'))
    const theirs = await passwordSession(product, await newUser(product, 'theirs'))
    expect((await mine.browser.delete(`/v1/me/sessions/${theirs.sessionId}`)).status).toBe(404)
    expect((await theirs.browser.get('/v1/session')).status).toBe(200)
  })

  it('end everywhere else by one button, and what was undecided in them', async () => {
    const userId = await newUser(product, 'everywhere')
    const [here, one, two] = await Promise.all([
      passwordSession(product, userId),
      passwordSession(product, userId),
      passwordSession(product, userId),
    ])
    const undecided = attemptIdOf(await signInAtProvider(one.browser, 'left-behind'))
    const page = await here.browser.submit('/account/sessions/end-others', {})
    expect([page.status, page.location()]).toEqual([303, `${product.origin}/account/sessions`])
    const after = await Promise.all([here, one, two].map(({ browser }) => browser.get('/v1/session')))
    expect(after.map(({ status }) => status)).toEqual([200, 401, 401])
    expect((await here.browser.get('/account/sessions')).text).not.toContain('everywhere else')
    // Its run does not wait for its deadline.
    const organization = await product.database.organizations.find('acme')
    const run = product.temporal.workflow.getHandle(authPipelineWorkflowId(organization?.id ?? '', undecided))
    expect(await run.result()).toEqual({ outcome: { result: 'cancelled' } })
  })

  it('are over after 24 h without use and after 14 days of use, and then in no list', async () => {
    const userId = await newUser(product, 'ages')
    const idle = await passwordSession(product, userId)
    const used = await passwordSession(product, userId)
    for (let hours = 0; hours < 14 * 24 - 12; hours += 12) {
      await product.testDatabase.advanceClock(12 * hour)
      expect((await used.browser.get('/v1/session')).status).toBe(200)
    }
    expect((await idle.browser.get('/v1/session')).status).toBe(401)
    const { items } = (await used.browser.get('/v1/me/sessions')).json()
    expect(items).toHaveLength(1)
    await product.testDatabase.advanceClock(12 * hour)
    expect((await used.browser.get('/v1/session')).status).toBe(401)
  })
})

describe('the security events', () => {
  it('tell the person what happened, page by page, and nothing of where others are', async () => {
    const { browser, userId } = await signIn(product, 'olivia')
    for (let time = 0; time < 3; time++) await signIn(product, 'olivia')
    await product.database.audit.record({
      event: 'email.dropped',
      actor: { kind: 'user', id: await newUser(product, 'winner') },
      organizationId: null,
      attemptId: null,
      target: { kind: 'user', id: userId },
      clientNetwork: '203.0.113.7',
      data: {},
    })
    const events = async (query: string): Promise<Part> =>
      (await browser.get(`/v1/me/events?${query}`)).json() as unknown as Part
    const first = await events('limit=1')
    expect(first.items).toEqual([
      expect.objectContaining({ event: 'email.dropped', client_network: null, organization: null }),
    ])
    expect((await events('limit=2')).items.at(-1)).toMatchObject({ organization: 'acme' })
    const names: string[] = []
    for (let { next } = first; next !== null;) {
      const part = await events(`limit=2&after=${next}`)
      names.push(...part.items.map(({ event }) => event))
      next = part.next
    }
    expect(names).toHaveLength(8)
    expect(new Set(names)).toEqual(new Set(['user.signed_in', 'session.started']))
    const page = await browser.get('/account/events')
    expect(page.text).toContain('Acme Corporation')
    expect(page.text).toContain('An address was taken off')
    expect(page.text).not.toContain('203.0.113.7')
  })

  it.each(['limit=0', 'limit=201', 'limit=x', 'after=x', 'limit=1&limit=2'])('refuses ?%s', async (query) => {
    const { browser } = await passwordSession(
      product,
      await newUser(product, `asks-${query}`.replace(/[=&]/g, '-')),
    )
    expect((await browser.get(`/v1/me/events?${query}`)).status).toBe(400)
  })
})
