import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditOf, linkIdentity, newUser, passwordSession, signIn } from '../support/account.js'
import type { SignedIn } from '../support/account.js'
import type { Answer } from '../support/browser.js'
import { eventually, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.stop())

interface Email {
  readonly id: string
  readonly address: string
  readonly primary: boolean
  readonly verified: boolean
}
const emailsOf = async ({ browser }: SignedIn): Promise<Email[]> =>
  (await browser.get('/v1/me/emails')).json()['items'] as Email[]
const add = ({ browser }: SignedIn, email: string): Promise<Answer> =>
  browser.postJson('/v1/me/emails', { email })
const makePrimary = ({ browser }: SignedIn, { id }: Email): Promise<Answer> =>
  browser.sendJson('PATCH', `/v1/me/emails/${id}`, { primary: true })
const idOf = (emails: readonly Email[], address: string): Email => {
  const email = emails.find((candidate) => candidate.address === address)
  if (email === undefined) throw new Error(`no address ${address}`)
  return email
}
const holder = async (name: string): Promise<SignedIn> => {
  const userId = await newUser(product, name)
  await linkIdentity(product, userId, name)
  return passwordSession(product, userId)
}
/** Confirms the newest link that came to an address. */
const confirm = async ({ browser }: SignedIn, address: string): Promise<void> => {
  const link = await eventually(() => {
    const message = product.inbox.messages().findLast(({ to }) => to === address)
    return /http\S+\/confirm\/\S+/.exec(message?.text ?? '')?.[0]
  })
  expect((await browser.submit(new URL(link).pathname, {})).status).toBe(200)
}

describe('the addresses of an account', () => {
  it('S64 are listed, with one primary among them', async () => {
    const person = await holder('several')
    await add(person, 'several-2@people.example')
    await add(person, 'several-3@people.example')
    const emails = await emailsOf(person)
    expect(emails.map(({ address, primary, verified }) => [address, primary, verified])).toEqual([
      ['several@people.example', true, true],
      ['several-2@people.example', false, false],
      ['several-3@people.example', false, false],
    ])
  })

  it('S65 a new one is added unverified and gets a link; what is none is refused', async () => {
    const person = await holder('adds')
    const added = await add(person, 'Adds.Too@People.example')
    expect([added.status, added.json()]).toEqual([
      201,
      expect.objectContaining({ address: 'Adds.Too@People.example', primary: false, verified: false }),
    ])
    await confirm(person, 'Adds.Too@People.example')
    expect(idOf(await emailsOf(person), 'Adds.Too@People.example').verified).toBe(true)
    for (const text of [
      '',
      'nobody',
      ' spaces@x.example',
      'line@x.example\n',
      'a@x.example,b@x.example',
      'Name <a@x.example>',
    ]) {
      const refused = await add(person, text)
      expect([text, refused.status, refused.json()['code']]).toEqual([text, 422, 'email_invalid'])
    }
    expect(await auditOf(product, person.userId)).toEqual(['email.added', 'email.confirmed'])
  })

  it('is read one by one, like everything of an account, by its owner', async () => {
    const person = await holder('reads')
    const other = await holder('others')
    await person.browser.sendJson('PUT', '/v1/me/password', { password: 'five words that nobody knows' })
    for (const list of ['emails', 'identities', 'sessions']) {
      const items = (await person.browser.get(`/v1/me/${list}`)).json()['items'] as { id: string }[]
      expect(items.length).toBeGreaterThan(0)
      for (const item of items) {
        const path = `/v1/me/${list}/${item.id}`
        expect((await person.browser.get(path)).json()).toEqual(item)
        expect((await other.browser.get(path)).json()['code']).toBe('not_found')
        expect((await product.browser().get(path)).json()['code']).toBe('not_authenticated')
      }
    }
    expect((await person.browser.get('/v1/me/emails/nothing')).status).toBe(404)
    expect((await person.browser.get('/v1/me/password')).json()).toEqual({
      set: true,
      changed_at: expect.any(String),
    })
    expect((await other.browser.get('/v1/me/password')).json()).toEqual({ set: false, changed_at: null })
    expect((await person.browser.get('/v1/me/totp')).json()).toEqual({
      enabled: false,
      since: null,
      recovery_codes_left: 0,
    })
    for (const path of ['/v1/me/password', '/v1/me/totp'])
      expect((await product.browser().get(path)).status).toBe(401)
  })

  it('S66 one that differs in case only is the same: 409', async () => {
    const person = await holder('cased')
    const again = await add(person, 'CASED@People.Example')
    expect([again.status, again.json()['code']]).toEqual([409, 'already_confirmed'])
    await add(person, 'cased.too@people.example')
    const unconfirmed = await add(person, 'Cased.Too@people.example')
    expect([unconfirmed.status, unconfirmed.json()['code']]).toEqual([409, 'email_taken'])
    const page = await person.browser.submit('/account/emails', { email: 'CASED@people.example' })
    expect([page.status, page.text.includes('on your account already')]).toEqual([409, true])
    expect(await emailsOf(person)).toHaveLength(2)
  })

  it('S67 P59 a confirmed one becomes primary, an unconfirmed one does not', async () => {
    const person = await holder('moves')
    await add(person, 'moved@people.example')
    const early = await makePrimary(person, idOf(await emailsOf(person), 'moved@people.example'))
    expect([early.status, early.json()['code']]).toEqual([400, 'bad_request'])
    expect(idOf(await emailsOf(person), 'moves@people.example').primary).toBe(true)
    await confirm(person, 'moved@people.example')
    expect((await makePrimary(person, idOf(await emailsOf(person), 'moved@people.example'))).status).toBe(204)
    expect((await emailsOf(person)).map(({ address, primary }) => [address, primary])).toEqual([
      ['moved@people.example', true],
      ['moves@people.example', false],
    ])
    expect((await makePrimary(person, idOf(await emailsOf(person), 'moved@people.example'))).status).toBe(204)
    expect(await auditOf(product, person.userId)).toEqual([
      'email.added',
      'email.confirmed',
      'email.made_primary',
    ])
    // The former address hears twice: that one was added, and that it is no longer the primary one.
    const told = await eventually(() => {
      const mails = product.inbox.messages().filter(({ to }) => to === 'moves@people.example')
      return mails.length === 2 ? mails : null
    })
    expect(told.map(({ text }) => /\/confirm\//.test(text ?? ''))).toEqual([false, false])
  })

  it('S68 a secondary one is removed with its links; the primary one and those of others are not', async () => {
    const person = await holder('removes')
    const other = await holder('keeps')
    await add(person, 'removed@people.example')
    const emails = await emailsOf(person)
    const link = await eventually(() => {
      const message = product.inbox.messages().find(({ to }) => to === 'removed@people.example')
      return /http\S+(\/confirm\/\S+)/.exec(message?.text ?? '')?.[1]
    })
    const remove = ({ id }: Email): Promise<Answer> => person.browser.delete(`/v1/me/emails/${id}`)
    expect((await remove(idOf(emails, 'removed@people.example'))).status).toBe(204)
    expect((await person.browser.submit(link, {})).status).toBe(400)
    expect((await remove(idOf(emails, 'removes@people.example'))).json()['code']).toBe('bad_request')
    expect((await remove(idOf(await emailsOf(other), 'keeps@people.example'))).status).toBe(404)
    expect(await emailsOf(person)).toHaveLength(1)
    expect(await emailsOf(other)).toHaveLength(1)
  })

  it('change only where the account was proved a moment ago', async () => {
    const person = await holder('stale')
    await add(person, 'stale-2@people.example')
    await product.testDatabase.advanceClock(15 * 60_000)
    const [first, second] = await emailsOf(person)
    const answers = [
      await add(person, 'stale-3@people.example'),
      await person.browser.delete(`/v1/me/emails/${second?.id ?? ''}`),
      await makePrimary(person, first as Email),
    ]
    expect(answers.map((answer) => answer.json()['code'])).toEqual(
      Array<string>(3).fill('reauthentication_required'),
    )
    expect(await emailsOf(person)).toHaveLength(2)
    // The form leads to where that is done: an error page would leave nowhere to go.
    const form = await person.browser.submit('/account/emails', { email: 'stale-3@people.example' })
    expect([form.status, form.location()]).toEqual([
      303,
      `${product.origin}/account/reauthentication?return_to=%2Faccount`,
    ])
  })

  it('T16 know one writer of “verified”: no body sets it', async () => {
    const person = await holder('assigns')
    const added = await person.browser.postJson('/v1/me/emails', {
      email: 'assigned@people.example',
      verified: true,
      verified_at: '2020-01-01T00:00:00Z',
      primary: true,
      is_primary: true,
      user_id: person.userId,
    })
    const errors = added.json()['errors'] as { field: string }[]
    expect([added.status, errors.map(({ field }) => field)]).toEqual([
      400,
      ['verified', 'verified_at', 'primary', 'is_primary', 'user_id'],
    ])
    const id = String((await add(person, 'assigned@people.example')).json()['id'])
    const patched = await person.browser.sendJson('PATCH', `/v1/me/emails/${id}`, {
      primary: true,
      verified: true,
    })
    expect(patched.status).toBe(400)
    expect(idOf(await emailsOf(person), 'assigned@people.example')).toMatchObject({
      primary: false,
      verified: false,
    })
  })
})

describe('the account page', () => {
  it('works by its forms alone, and shows what was typed where it was wrong', async () => {
    const { browser } = await signIn(product, 'mark')
    const wrong = await browser.submit('/account/emails', { email: 'mark at acme' })
    expect(wrong.status).toBe(422)
    expect(wrong.text).toContain('value="mark at acme"')
    const right = await browser.submit('/account/emails', { email: 'mark@people.example' })
    expect([right.status, right.location()]).toEqual([303, `${product.origin}/account`])
    const page = await browser.get('/account')
    const id = /\/account\/emails\/([0-9a-f-]{36})\/remove/.exec(page.text)?.[1] ?? ''
    expect((await browser.submit(`/account/emails/${id}/remove`, {})).status).toBe(303)
    expect((await browser.submit(`/account/emails/${id}/remove`, {})).status).toBe(303)
    expect((await browser.get('/account')).text).not.toContain('mark@people.example')
  })
})
