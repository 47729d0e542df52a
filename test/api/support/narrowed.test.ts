import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newUser, passwordSession, signIn } from '../../support/account.js'
import type { Browser } from '../../support/browser.js'
import { startConsole } from '../../support/console.js'
import type { TestConsole } from '../../support/console.js'
import { startProduct } from '../../support/product.js'
import type { Product } from '../../support/product.js'
import { hasParkedMail } from '../../support/unknown-people.js'

let product: Product
let support: TestConsole
let sam: Browser
/** An administrator, whose provider narrows her to acme. */
let alva: Browser
beforeAll(async () => {
  product = await startProduct()
  support = await startConsole(product)
  sam = await support.signedIn('sam')
  alva = await support.signedIn('alva')
  await product.testDatabase.pool.query(
    `update staff_sessions s set organizations = '{acme}' from staff p where p.id = s.staff_id and p.subject = 'alva'`,
  )
})
afterAll(async () => {
  await support.stop()
  await product.stop()
})

const post = (browser: Browser, path: string, body: object = {}) =>
  browser.postJson(`/v1/support${path}`, { reason: 'asked', ...body })
/** A member of acme and of globex, with a session in each. */
const memberOfBoth = async (name: string): Promise<string> => {
  const userId = await newUser(product, name)
  await product.testDatabase.pool.query(
    `insert into organization_members (organization_id, user_id, role) select id, $1, 'member' from organizations where slug = 'globex'`,
    [userId],
  )
  const { sessionId } = await passwordSession(product, userId)
  await passwordSession(product, userId)
  await product.testDatabase.pool.query(
    `update sessions set organization_id = (select id from organizations where slug = 'globex') where id = $1`,
    [sessionId],
  )
  return userId
}

it('T59 a member of other organizations is shown without them, and not erased by who sees one of them', async () => {
  const userId = await memberOfBoth('of-both')
  const page = await alva.get(`/people/${userId}`)
  expect(page.text).toContain('acme')
  expect(page.text).not.toContain('globex')
  expect(page.text).not.toContain(`/people/${userId}/erase`)
  expect((await post(alva, `/people/${userId}/erase`)).json()).toMatchObject({
    status: 409,
    reason: 'member_elsewhere',
  })
  expect(await product.database.users.find(userId)).not.toBeNull()
  const { userId: ofAcme } = await signIn(product, 'mark')
  expect((await post(alva, `/people/${ofAcme}/erase`)).status).toBe(200)
  const { userId: ofGlobex } = await signIn(product, 'grace', 'globex')
  expect((await post(alva, `/people/${ofGlobex}/erase`)).status).toBe(404)
})

it('T59 only sessions in the organizations that staff look after end', async () => {
  const userId = await memberOfBoth('signed-in-twice')
  expect((await post(alva, `/people/${userId}/end-sessions`)).json()).toEqual({ id: userId, sessions: 1 })
  expect((await post(alva, `/people/${userId}/end-sessions`)).json()).toEqual({ id: userId, sessions: 0 })
  expect((await post(sam, `/people/${userId}/end-sessions`)).json()).toEqual({ id: userId, sessions: 1 })
})

it.each(['/transport/pause', '/transport/resume', '/decoding/grant'])(
  'T58 %s is for nobody who is narrowed to some organizations',
  async (path) => {
    expect((await post(alva, path)).status).toBe(403)
    expect((await alva.get(path.startsWith('/transport') ? '/mails' : '/audit')).text).not.toContain(
      `action="${path}"`,
    )
    expect((await product.database.mailBoard.health(null)).pausedUntil).toBeNull()
  },
)

it('T59 retries and counts of other organizations are not theirs', async () => {
  const { mailId } = await hasParkedMail(product, 'of-acme')
  await product.testDatabase.pool.query(
    `update mail_messages set state = 'queued', organization_id = (select id from organizations where slug = 'globex') where id = $1`,
    [mailId],
  )
  const { mailBoard } = product.database
  const underWay = async (scope: string[] | null) => (await mailBoard.health(scope)).underWay
  expect((await underWay(null)) - (await underWay(['acme']))).toBe(1)
  expect(await underWay(['globex'])).toBe(1)

  const ofAcme = await hasParkedMail(product, 'also-of-acme')
  for (const [id, state] of [
    [mailId, 'parked'],
    [ofAcme.mailId, 'bounced'],
  ] as const)
    await product.testDatabase.pool.query('update mail_messages set state = $2 where id = $1', [id, state])
  const asked = await post(sam, '/mails/retry', { filter: { organization: 'globex' } })
  const retry = `/retries/${String(asked.json()['id'])}`
  expect((await sam.get(retry)).status).toBe(200)
  expect((await alva.get(retry)).status).toBe(404)
  expect((await alva.postJson(`/v1/support${retry}/agree`, {})).status).toBe(404)
  const own = await post(alva, '/mails/retry', { filter: { state: 'bounced' } })
  expect((await alva.get(`/retries/${String(own.json()['id'])}`)).status).toBe(200)
})
