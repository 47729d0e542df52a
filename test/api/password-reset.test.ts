import { randomBytes } from 'node:crypto'
import { generate } from 'otplib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditOf, linkIdentity, newUser, passwordSession } from '../support/account.js'
import type { Answer } from '../support/browser.js'
import { headline } from '../support/pages.js'
import { eventually, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.stop())

const good = 'four words that nobody knows'
const codeOf = (answer: Answer): unknown => answer.json()['code']
const ask = (email: string): Promise<Answer> =>
  product.browser().postJson('/v1/password-resets', { email, organization: 'acme' })
const links = (address: string): string[] =>
  product.inbox
    .messages()
    .filter(({ to }) => to === address)
    .map(({ text }) => /http\S+(\/password\/\S+)/.exec(text ?? '')?.[1])
    .filter((path) => path !== undefined)
const linkTo = (address: string): Promise<string> => eventually(() => links(address).at(-1))
const requested = async (name: string): Promise<{ userId: string; link: string }> => {
  const userId = await newUser(product, name)
  await linkIdentity(product, userId, name)
  const asked = await ask(`${name}@people.example`)
  expect([asked.status, asked.json()]).toEqual([202, { state: 'accepted' }])
  return { userId, link: await linkTo(`${name}@people.example`) }
}
const logIn = (email: string, password: string): Promise<Answer> =>
  product.browser().postJson('/v1/session', { organization: 'acme', email, password })

describe('a forgotten password', () => {
  it('P21 is set by a mailed link: once, ending every session, and signing nobody in', async () => {
    const { userId, link } = await requested('forgets')
    const old = await passwordSession(product, userId)
    const browser = product.browser()
    for (let time = 0; time < 3; time++)
      expect([
        (await browser.get(link)).status,
        (await fetch(product.origin + link, { method: 'HEAD' })).status,
      ]).toEqual([200, 200])
    const short = await browser.submit(link, { password: 'short' })
    expect([short.status, short.text.includes('at least 12')]).toEqual([400, true])
    const done = await browser.submit(link, { password: good })
    expect([done.status, headline(done), done.headers.getSetCookie()]).toEqual([
      200,
      'Your password is set',
      [],
    ])
    expect((await old.browser.get('/v1/session')).status).toBe(401)
    const signedIn = await logIn('forgets@people.example', good)
    expect([signedIn.status, signedIn.json()]).toMatchObject([
      201,
      { user: { id: userId }, organization: 'acme' },
    ])
    expect((await browser.submit(link, { password: `${good} anew` })).status).toBe(400)
    expect(await auditOf(product, userId)).toEqual(expect.arrayContaining(['password.set', 'session.ended']))
    await eventually(() =>
      product.inbox
        .messages()
        .find(({ to, text }) => to === 'forgets@people.example' && !/\/password\//.test(text ?? '')),
    )
  })

  it.each([
    ['the name', 'guessed-by-its-name'],
    ['another address', 'guessed-by-another@people.example'],
  ])('is never %s of the account: no easier to guess than one that is set signed in', async (_, password) => {
    await product.testDatabase.pool.query('delete from rate_limits')
    const name = password.replace(/another@.*/, 'this')
    const userId = await newUser(product, name)
    const another = 'guessed-by-another@people.example'
    const email = { address: another, canonical: another, domain: 'people.example' }
    await product.database.addresses.add(userId, email)
    await ask(`${name}@people.example`)
    const link = await linkTo(`${name}@people.example`)
    const refused = await product.browser().submit(link, { password })
    expect([refused.status, refused.text.includes('easy to guess')]).toEqual([400, true])
  })

  it('answers the same for everybody, and mails only the holder of a confirmed address', async () => {
    await newUser(product, 'unconfirmed', false)
    await newUser(product, 'confirmed')
    const answers: unknown[] = []
    for (const name of ['unconfirmed', 'nobody-here', 'confirmed']) {
      const answer = await product.browser().submit('/password', { email: `${name}@people.example` })
      answers.push([answer.status, answer.text])
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    await linkTo('confirmed@people.example')
    expect([links('unconfirmed@people.example'), links('nobody-here@people.example')]).toEqual([[], []])
  })

  it('A11 has the configured origin in its link, whatever a request says of hosts', async () => {
    await newUser(product, 'poisoned')
    const poison = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    }
    const asked = await product.browser().submit('/password', { email: 'poisoned@people.example' }, poison)
    expect(asked.status).toBe(200)
    await linkTo('poisoned@people.example')
    const mails = product.inbox.messages().filter(({ to }) => to === 'poisoned@people.example')
    for (const { text, html } of mails) {
      expect(`${text ?? ''}${html ?? ''}`).toContain(`${product.origin}/password/`)
      expect(`${text ?? ''}${html ?? ''}`).not.toContain('evil')
    }
  })

  it('P49 is asked for three times an hour by address, held or not, and says when again', async () => {
    await product.testDatabase.pool.query('delete from rate_limits')
    await newUser(product, 'eager')
    for (const name of ['eager', 'eager-nobody']) {
      for (let time = 0; time < 3; time++) expect((await ask(`${name}@people.example`)).status).toBe(202)
      const refused = await ask(`${name}@people.example`)
      expect([refused.status, codeOf(refused), Number(refused.headers.get('retry-after')) > 0]).toEqual([
        429,
        'rate_limited',
        true,
      ])
    }
    await product.testDatabase.pool.query('delete from rate_limits')
  })

  it('P64 lives ten minutes, and leads to a new one after that', async () => {
    const { link } = await requested('slow')
    await product.testDatabase.advanceClock(10 * 60_000)
    const late = await product.browser().submit(link, { password: good })
    expect([late.status, headline(late)]).toEqual([410, 'This link has expired'])
    expect(late.text).toContain('href="/password"')
  })

  it('T04 is void once the ways to sign in have changed', async () => {
    const { userId, link } = await requested('changes')
    await linkIdentity(product, userId, 'changes-globex', 'globex')
    expect((await product.browser().get(link)).status).toBe(400)
    expect((await product.browser().submit(link, { password: good })).status).toBe(400)
  })

  it('is used up by one of many at once', async () => {
    const { link } = await requested('parallel')
    const token = link.slice('/password/'.length)
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => product.browser().postJson('/v1/passwords', { token, password: good })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array<number>(7).fill(400)])
  })

  it('waits for the second factor of an account that has one', async () => {
    const userId = await newUser(product, 'factored')
    const { browser } = await passwordSession(product, userId)
    await browser.sendJson('PUT', '/v1/me/password', { password: good })
    const { secret } = (await browser.postJson('/v1/me/totp', {})).json() as { secret: string }
    const now = async (): Promise<number> =>
      Number(
        (
          await product.testDatabase.pool.query<{ now: string }>(
            'select extract(epoch from app.now())::bigint as now',
          )
        ).rows[0]?.now,
      )
    await browser.sendJson('PUT', '/v1/me/totp', { otp: await generate({ secret, epoch: await now() }) })
    await ask('factored@people.example')
    const link = await linkTo('factored@people.example')
    await product.testDatabase.advanceClock(30_000)
    const asked = await product.browser().submit(link, { password: `${good} anew` })
    expect([asked.status, asked.text.includes('name="otp"')]).toEqual([403, true])
    expect((await product.browser().submit(link, { password: `${good} anew`, otp: '000000' })).status).toBe(
      422,
    )
    const otp = await generate({ secret, epoch: await now() })
    expect((await product.browser().submit(link, { password: `${good} anew`, otp })).status).toBe(200)
  })

  it('S62 verifies the address that the link went to, and clears the account where it is the first one', async () => {
    const userId = await newUser(product, 'unproved', false)
    await linkIdentity(product, userId, 'unproved-trojan', 'globex')
    const [email] = await product.database.users.listEmails(userId)
    const organization = await product.database.organizations.find('acme')
    const link = await product.database.mailedLinks.issue({
      purpose: 'set_password',
      userEmailId: email?.id ?? '',
      nonce: randomBytes(32),
      minutes: 60,
    })
    await product.database.mail.enqueue({
      kind: 'set_password',
      userEmailId: email?.id ?? '',
      organizationId: organization?.id ?? '',
      attemptId: null,
      referenceId: link.id,
      locale: 'en',
      dedupeKey: 'set',
    })
    const path = await linkTo('unproved@people.example')
    expect((await product.browser().submit(path, { password: good })).status).toBe(200)
    expect(await product.database.users.listEmails(userId)).toMatchObject([
      { verified: true, isPrimary: true },
    ])
    expect(await product.database.signInMethods.list(userId)).toMatchObject({
      identities: [],
      password: { usable: true },
    })
    expect((await logIn('unproved@people.example', good)).status).toBe(201)
  })

  it.each(['x', 'k.00.x', `test1.${'0'.repeat(32)}.${'A'.repeat(43)}`])(
    'T32 is no other token: %s',
    async (token) => {
      expect((await product.browser().get(`/password/${token}`)).status).toBe(400)
      expect(codeOf(await product.browser().postJson('/v1/passwords', { token, password: good }))).toBe(
        'link_invalid',
      )
    },
  )
})
