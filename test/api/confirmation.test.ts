import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Logger } from '../../clients/log.js'
import { wakeRuns } from '../../support/wake-runs.js'
import type { Browser } from '../support/browser.js'
import { headline, nextSteps } from '../support/pages.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { rowCounts, rowsWritten } from '../support/row-counts.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.stop())

/** A new person, signed in, and the path of the link that came by mail. */
const newcomer = async (
  subject: string,
  headers: Record<string, string> = {},
): Promise<{ browser: Browser; link: string }> => {
  const browser = product.browser()
  const started = await browser.submit('/sso/acme/demo', { login_hint: subject }, headers)
  let answer = await browser.get(started.location())
  while (!answer.location().includes('/callback/')) answer = await browser.get(answer.location())
  const attemptId = attemptIdOf(await browser.get(answer.location(), headers))
  await browser.submit(
    `/attempts/${attemptId}/decision`,
    { decision: 'create', idempotency_key: 'k' },
    headers,
  )
  // Not before all is written that follows from the send.
  await eventually(async () =>
    (await browser.get(`/v1/attempts/${attemptId}`)).json()['mail'] === 'accepted' ? true : null,
  )
  const message = product.inbox.messages().find(({ to }) => to === `${subject}@people.example`)
  const link = /https?:\/\/\S+\/confirm\/\S+/.exec(message?.text ?? '')?.[0] ?? ''
  expect(new URL(link).origin).toBe(product.origin)
  return { browser, link: new URL(link).pathname }
}
const isVerified = async (subject: string): Promise<boolean> => {
  const { rows } = await product.testDatabase.pool.query<{ verified: boolean }>(
    'select verified_at is not null as verified from user_emails where canonical = $1',
    [`${subject}@people.example`],
  )
  return rows[0]?.verified === true
}

describe('S61 the confirmation link', () => {
  it('S61 confirms for its owner, who is thanked; a second time says so', async () => {
    const { browser, link } = await newcomer('owner')
    const page = await browser.get(link)
    expect({ status: page.status, next: nextSteps(page) }).toEqual({ status: 200, next: [link] })
    expect(await isVerified('owner')).toBe(false)
    const thanks = await browser.submit(link, {})
    expect({ status: thanks.status, next: nextSteps(thanks) }).toEqual({ status: 200, next: ['/account'] })
    expect(await isVerified('owner')).toBe(true)
    const again = await browser.submit(link, {})
    expect({ status: again.status, headline: headline(again), next: nextSteps(again) }).toEqual({
      status: 409,
      headline: 'Already confirmed',
      next: ['/account'],
    })
  })

  it('S61 does nothing for somebody else', async () => {
    const { link } = await newcomer('rightful')
    const stranger = product.browser()
    await signInAtProvider(stranger, 'mark')
    for (const refused of [await stranger.get(link), await stranger.submit(link, {})]) {
      expect({ status: refused.status, headline: headline(refused) }).toEqual({
        status: 403,
        headline: 'This belongs to another account',
      })
      expect(nextSteps(refused)).toEqual(['/account', '/session/end'])
      expect(refused.text).not.toContain('rightful')
    }
    expect(await isVerified('rightful')).toBe(false)
  })

  it('S61 with a changed hash is no link, and says the same as any other text', async () => {
    const { browser, link } = await newcomer('exact')
    const answers = await Promise.all(
      [
        link.replace(/.{3}$/, (end) => (end === 'AAA' ? 'BBB' : 'AAA')),
        link.slice(0, -1),
        '/confirm/nothing',
        '/confirm/%00',
        '/confirm/..%2f..',
      ].map((path) => browser.submit(path, {})),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400))
    expect(new Set(answers.map(headline))).toEqual(new Set(['This link does not work']))
    expect(await isVerified('exact')).toBe(false)
  })

  it('S61 sends who is not signed in to sign in, and back; confirming itself signs nobody in', async () => {
    const { link } = await newcomer('anon')
    const browser = product.browser()
    const page = await browser.get(link)
    expect({ status: page.status, next: nextSteps(page) }).toEqual({ status: 200, next: [link] })
    expect(page.text).not.toContain('anon')
    expect((await fetch(`${product.origin}${link}`, { method: 'HEAD' })).status).toBe(200)
    const json = { accept: 'application/json' }
    for (const told of [
      await browser.submit(link, {}, json),
      await browser.postJson('/v1/email-confirmations', { token: link.slice('/confirm/'.length) }),
    ])
      expect([told.status, told.json()['code']]).toEqual([401, 'not_authenticated'])
    const pressed = await browser.submit(link, {})
    expect([pressed.status, pressed.location()]).toEqual([303, `${product.origin}/confirm/sign-in`])
    expect((await browser.get('/v1/session')).status).toBe(401)
    const signIn = await browser.follow(pressed)
    expect(signIn.url).toBe(`${product.origin}/sso/acme?return_to=%2Fconfirm`)
    expect(signIn.text).not.toContain(link.slice('/confirm/'.length))

    const started = await browser.submit('/sso/acme/demo', { login_hint: 'anon', return_to: '/confirm' })
    const back = await browser.follow(started)
    expect([back.url, back.status]).toEqual([`${product.origin}/confirm`, 200])
    expect(await isVerified('anon')).toBe(false)
    expect((await browser.submit('/confirm', {})).status).toBe(200)
    expect(await isVerified('anon')).toBe(true)
    const reloaded = await browser.get('/confirm')
    expect([reloaded.status, headline(reloaded)]).toEqual([409, 'Already confirmed'])
  })

  it('A7 is not used up by scanners: GET and HEAD change nothing, and set no session', async () => {
    const { browser, link } = await newcomer('scanned')
    const before = await rowCounts(product.testDatabase.pool)
    for (let time = 0; time < 20; time++) {
      const agent = { 'user-agent': 'Mozilla/5.0 (compatible; LinkScanner/1.0)' }
      const answer = await fetch(new URL(link, product.origin), {
        method: time % 2 === 0 ? 'GET' : 'HEAD',
        headers: agent,
      })
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []])
    }
    expect(await rowsWritten(product.testDatabase.pool, before)).toEqual({})
    expect((await browser.submit(link, {})).status).toBe(200)
  })

  it('A8 posted 100 times at once changes one thing, with one audit row', async () => {
    const { browser, link } = await newcomer('hundred')
    const token = link.slice('/confirm/'.length)
    const before = await rowCounts(product.testDatabase.pool)
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => browser.postJson('/v1/email-confirmations', { token })),
    )
    const statuses = answers.map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array<number>(99).fill(409)])
    expect(
      new Set(answers.filter(({ status }) => status === 409).map((answer) => answer.json()['code'])),
    ).toEqual(new Set(['already_confirmed']))
    expect(await rowsWritten(product.testDatabase.pool, before)).toEqual({ audit_events: 1 })
  })

  it('expires after 48 h, and offers the next step', async () => {
    const { browser, link } = await newcomer('late')
    await product.testDatabase.advanceClock(48 * 3_600_000)
    // The session is idle for longer than it may be: the owner signs in again.
    expect((await signInAtProvider(browser, 'late')).status).toBe(303)
    const refused = await browser.submit(link, {})
    expect({ status: refused.status, headline: headline(refused) }).toEqual({
      status: 410,
      headline: 'This link has expired',
    })
    const [again = ''] = nextSteps(refused)
    expect(again).toMatch(/^\/account\/emails\/[\w-]+\/confirmation$/)
    expect(
      (await browser.postJson('/v1/email-confirmations', { token: link.slice('/confirm/'.length) })).json(),
    ).toMatchObject({ code: 'link_expired' })
    expect((await browser.submit(again, {})).location()).toBe(`${product.origin}/account`)
    expect(await isVerified('late')).toBe(false)
  })
})

describe('the link’s origin', () => {
  it('P60 is the configured one, whatever a request says of hosts', async () => {
    const poison = {
      forwarded: 'host=evil.example;proto=https',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-server': 'evil.example',
      'x-original-host': 'evil.example',
      referer: `${product.origin}/`,
    }
    const { browser, link } = await newcomer('poisoned', poison)
    const message = product.inbox.messages().find(({ to }) => to === 'poisoned@people.example')
    expect(`${message?.text ?? ''}${message?.html ?? ''}${message?.subject ?? ''}`).not.toContain('evil')
    expect((await browser.submit(link, {}, poison)).status).toBe(200)
  })
})

it('waits a second at most for a Temporal that never answers, however many runs are to be told', async () => {
  const pipelines = { nudgeMail: () => new Promise<boolean>(() => undefined) }
  const logged: object[] = []
  const log = { warn: (line: object) => logged.push(line) } as unknown as Logger
  const began = performance.now()
  await wakeRuns(
    { pipelines, log },
    Array.from({ length: 20 }, (_, index) => `mail/${index}`),
  )
  expect(performance.now() - began).toBeLessThan(10_000)
  expect(logged).toEqual([expect.objectContaining({ untold: 20 })])
})
