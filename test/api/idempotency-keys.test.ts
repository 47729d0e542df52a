import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ApiDependencies } from '../../api/dependencies.js'
import { createRoutes } from '../../api/routes.js'
import { giveUpMail } from '../../support/give-up-mail.js'
import { erasePerson } from '../../support/erase-person.js'
import { newUser, passwordSession, signIn } from '../support/account.js'
import type { Answer, Browser } from '../support/browser.js'
import { startConsole } from '../support/console.js'
import type { TestConsole } from '../support/console.js'
import { copiesTo, readMail } from '../support/mail-parts.js'
import { eventually, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { namedActs } from '../support/named-acts.js'
import { hasParkedMail } from '../support/unknown-people.js'

let product: Product
let support: TestConsole
let sam: Browser
beforeAll(async () => {
  product = await startProduct()
  support = await startConsole(product)
  sam = await support.signedIn('sam')
})
afterAll(async () => {
  await support.stop()
  await product.stop()
})

const named = (key: string) => ({ 'idempotency-key': key })
const seen = (answers: readonly Answer[]) => answers.map(({ status, text }) => [status, text])
const mailsOfKind = async (kind: string, userId: string): Promise<number> => {
  const { rows } = await product.testDatabase.pool.query<{ count: number }>(
    `select count(*)::int as count from mail_messages m join user_emails e on e.id = m.user_email_id
     where m.kind = $1 and e.user_id = $2`,
    [kind, userId],
  )
  return rows[0]?.count ?? 0
}
/** A member with a fresh session, who may change the own account. */
const member = async (name: string) => passwordSession(product, await newUser(product, name))

// First, as long as no other mail is on its way: the provider refuses the one that comes next.
describe('an act of support that names itself', () => {
  const post = (path: string, body: object, key: string) =>
    sam.postJson(`/v1/support${path}`, body, named(key))

  it('sends a mail once more in one round, also after that has gone out', async () => {
    const { mailId } = await hasParkedMail(product, 'retried-once')
    const press = (reason = 'mended') => post(`/mails/${mailId}/retry`, { reason }, 'k')
    const first = await press()
    await eventually(async () => ((await readMail(product, mailId)).state === 'accepted' ? true : null))
    const second = await press()
    expect(seen([second])).toEqual(seen([first]))
    expect([first.status, (await readMail(product, mailId)).round]).toEqual([200, 2])
    expect((await press('another')).json()).toMatchObject({ code: 'already_decided', outcome: first.json() })
    expect((await post(`/mails/${mailId}/retry`, { reason: 'mended' }, 'k2')).status).toBe(200)
    await eventually(() => copiesTo(product, 'retried-once@people.example').at(1))
    expect((await readMail(product, mailId)).round).toBe(3)
  })

  it('gives a mail up once, and ends sessions once', async () => {
    const { mailId } = await hasParkedMail(product, 'given-up-once')
    const giveUp = () => post(`/mails/${mailId}/give-up`, { reason: 'nobody there' }, 'k')
    const answers = [await giveUp(), await giveUp()]
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    await expect(
      giveUpMail(support.dependencies, { mailId, actor: 'sam', reason: 'again' }),
    ).rejects.toMatchObject({ code: 'refused' })

    const { userId } = await member('ended-once')
    const end = () => post(`/people/${userId}/end-sessions`, { reason: 'lost phone' }, 'k')
    const [first, second] = [await end(), await end()]
    expect([first.json()['sessions'], second.text]).toEqual([1, first.text])
  })
})

describe('a request that names itself', () => {
  it('adds an address once, at once and later, and with another body is told what was answered', async () => {
    const { browser, userId } = await member('adds')
    const add = (email: string, key = 'k') => browser.postJson('/v1/me/emails', { email }, named(key))
    const together = await Promise.all([1, 2, 3].map(() => add('adds-2@people.example')))
    const later = await add('adds-2@people.example')
    expect(later.status).toBe(201)
    expect(new Set([...together, later].map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(await mailsOfKind('confirmation', userId)).toBe(1)

    const other = await add('adds-3@people.example')
    expect(other.json()).toMatchObject({
      status: 409,
      code: 'already_decided',
      outcome: later.json(),
      errors: [{ field: 'Idempotency-Key' }],
    })
    expect((await add('adds-3@people.example', 'k2')).status).toBe(201)
    expect((await add('adds-2@people.example', 'k3')).json()).toMatchObject({ code: 'email_taken' })
  })

  it('is known only to whoever sent it, and on its own path', async () => {
    const [one, two] = [await member('own-key-1'), await member('own-key-2')]
    const add = (browser: Browser, email: string) =>
      browser.postJson('/v1/me/emails', { email }, named('same'))
    const first = await add(one.browser, 'own-key-one@people.example')
    const second = await add(two.browser, 'own-key-two@people.example')
    expect([first.status, second.status]).toEqual([201, 201])
    expect(second.json()['address']).toBe('own-key-two@people.example')
    const path = `/v1/me/emails/${String(first.json()['id'])}/confirmation`
    expect((await one.browser.postJson(path, {}, named('same'))).status).toBe(202)
  })

  it('mails a confirmation once', async () => {
    const { browser, userId } = await member('resends')
    const added = await browser.postJson('/v1/me/emails', { email: 'resends-2@people.example' })
    const path = `/v1/me/emails/${String(added.json()['id'])}/confirmation`
    const answers = [1, 2, 3, 4, 5].map(() => browser.postJson(path, {}, named('k')))
    expect(new Set(seen(await Promise.all(answers)).map((answer) => answer.join(' ')))).toEqual(
      new Set(['202 {"mail":"queued"}']),
    )
    expect(await mailsOfKind('confirmation', userId)).toBe(2)
  })

  it('is tried anew where it was refused', async () => {
    const { browser } = await member('refused-first')
    const add = (email: string) => browser.postJson('/v1/me/emails', { email }, named('k'))
    expect((await add('nobody')).json()).toMatchObject({ code: 'email_invalid' })
    expect((await add('refused-2@people.example')).status).toBe(201)
  })

  it('has a name of 1 to 200 printable characters', async () => {
    const { browser } = await member('long-key')
    const answer = await browser.postJson(
      '/v1/me/emails',
      { email: 'long@people.example' },
      named('k'.repeat(201)),
    )
    expect(answer.json()).toMatchObject({ code: 'bad_request', errors: [{ field: 'Idempotency-Key' }] })
  })

  it('sets a password once, and keeps neither password nor token', async () => {
    await newUser(product, 'sets')
    await product
      .browser()
      .postJson('/v1/password-resets', { email: 'sets@people.example', organization: 'acme' })
    const link = await eventually(() =>
      copiesTo(product, 'sets@people.example')
        .map(({ text }) => /\/password\/(\S+)/.exec(text ?? '')?.[1])
        .find((token) => token !== undefined),
    )
    const password = randomBytes(16).toString('hex')
    const set = (fields: object) =>
      product.browser().postJson('/v1/passwords', { token: link, password, ...fields }, named('k'))
    const answers = [await set({}), ...(await Promise.all([set({}), set({})]))]
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204])
    expect((await set({ password: `${password} other` })).json()).toMatchObject({ code: 'already_decided' })
    expect((await set({ token: `${link}x` })).json()).toMatchObject({ code: 'link_invalid' })
    const { rows } = await product.testDatabase.pool.query<{ all: string }>(
      'select string_agg(k::text, chr(10)) as all from idempotency_keys k',
    )
    expect(rows[0]?.all).toContain('/v1/passwords')
    expect(rows[0]?.all).not.toContain(password)
    expect(rows[0]?.all).not.toContain(link)
    expect(rows[0]?.all).not.toContain('people.example')
  })

  it('invites once', async () => {
    const { browser } = await signIn(product, 'olivia')
    const invite = () =>
      browser.postJson(
        '/v1/organizations/acme/invitations',
        { email: 'invited-once@people.example' },
        named('k'),
      )
    const [first, second] = [await invite(), await invite()]
    expect([first.status, second.text]).toEqual([201, first.text])
    const { rows } = await product.testDatabase.pool.query(
      `select from mail_messages where kind = 'invitation'`,
    )
    expect(rows).toHaveLength(1)
  })

  it('is forgotten with the person whose answer it kept', async () => {
    const { browser, userId } = await member('erased')
    await browser.postJson('/v1/me/emails', { email: 'erased-2@people.example' }, named('k'))
    const kept = async () => {
      const scope = `user/${userId} POST /v1/me/emails`
      return (await product.database.idempotencyKeys.find({ scope, key: 'k' })) !== null
    }
    expect(await kept()).toBe(true)
    await erasePerson(support.dependencies, { userId, actor: 'sam', reason: 'asked for' })
    expect(await kept()).toBe(false)
  })

  it('is forgotten with the person whom the answer names, whoever asked', async () => {
    const { browser } = await signIn(product, 'olivia')
    const { userId } = await member('named-there')
    const invite = (email: string) =>
      browser.postJson('/v1/organizations/acme/invitations', { email }, named(email.toLowerCase()))
    expect((await invite('Named-There@people.example')).status).toBe(201)
    expect((await invite('stays-there@people.example')).status).toBe(201)
    await erasePerson(support.dependencies, { userId, actor: 'sam', reason: 'asked for' })
    const { rows } = await product.testDatabase.pool.query<{ key: string }>(
      `select key from idempotency_keys where key like '%-there@people.example'`,
    )
    expect(rows.map(({ key }) => key)).toEqual(['stays-there@people.example'])
  })

  it('accepts an invitation once', async () => {
    const { browser, userId } = await member('accepts')
    const { rows } = await product.testDatabase.pool.query<{ id: string }>(
      `insert into invitations (organization_id, canonical_email, role, expires_at)
       select id, 'accepts@people.example', 'member', app.now() + interval '1 day' from organizations where slug = 'globex' returning id`,
    )
    const accept = () => browser.postJson(`/v1/me/invitations/${rows[0]?.id}`, {}, named('k'))
    const answers = [...(await Promise.all([accept(), accept()])), await accept()]
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(answers[0]?.json()).toMatchObject({ organization: 'globex' })
    const { rows: joined } = await product.testDatabase.pool.query(
      `select from audit_events where event = 'member.accepted' and actor_id = $1`,
      [userId],
    )
    expect(joined).toHaveLength(1)
  })

  it('reminds members once, and says the same to who asks again', async () => {
    const { browser } = await signIn(product, 'olivia')
    const remind = () =>
      browser.postJson('/v1/organizations/acme/providers/demo/reminders', {}, named('reminds'))
    const [first, second] = [await remind(), await remind()]
    expect([first.status, second.status, second.text]).toEqual([202, 202, first.text])
    expect(Number(first.json()['members'])).toBeGreaterThan(0)
  })
})

describe('every act of /v1 that takes a key', () => {
  const routes = createRoutes({
    sendGridWebhookKey: null,
    publicOrigin: 'https://sign-in.example',
  } as ApiDependencies).filter(({ contract }) => ['secret', true].includes(contract?.idempotent as string))
  const nameOf = (route: (typeof routes)[number]): string => `${route.method} ${route.path}`

  it('is in this table', () => {
    expect(Object.keys(namedActs(product)).sort()).toEqual(routes.map(nameOf).sort())
  })

  it.each(routes.map((route) => [nameOf(route), route] as const))('%s counts once', async (name, route) => {
    const { method } = route
    if (method === 'GET') throw new Error('changes nothing')
    const sent = await namedActs(product)[name]?.()
    if (sent === undefined) throw new Error('not in the table')
    const send = (body: object | undefined) =>
      method === 'DELETE'
        ? sent.browser.delete(sent.path, named('once'))
        : sent.browser.sendJson(method, sent.path, body ?? {}, named('once'))
    const rows = async <Row extends Record<string, unknown>>(statement: string, values: unknown[] = []) =>
      (await product.testDatabase.pool.query<Row>(statement, values)).rows
    const done = () =>
      rows(
        `select (select count(*) from audit_events where actor_kind = 'user') as told, (select count(*) from mail_messages) as mails,
           (select count(*) from sessions where ended_at is null) as sessions`,
      )
    const first = await send(sent.body)
    expect(route.contract?.answers).toHaveProperty(String(first.status))
    // Mails to members are written a few at a time, also those that the acts before have asked for.
    await eventually(async () =>
      (await rows('select from bulk_campaigns where finished_at is null')).length === 0 ? true : null,
    )
    const after = await done()
    const again = await send(sent.body)
    const isSecret = route.contract?.idempotent === 'secret'
    const code = again.status < 400 ? null : again.json()['code']
    expect([again.status, code]).toEqual(isSecret ? [409, 'already_decided'] : [first.status, null])
    expect(isSecret || again.text === first.text).toBe(true)
    const secrets = isSecret ? Object.values(first.json()).flat().map(String) : []
    expect(secrets.filter((secret) => again.text.includes(secret))).toEqual([])
    const kept = await rows<{ answer: Buffer | null }>(
      `select answer from idempotency_keys where key = 'once' and scope like '% ' || $1`,
      [`${method} ${sent.path}`],
    )
    expect(isSecret && kept.some(({ answer }) => answer !== null)).toBe(false)
    const others = sent.otherBody === undefined ? [] : [await send(sent.otherBody)]
    expect(others.map((answer) => answer.json()['code'])).toEqual(others.map(() => 'already_decided'))
    expect(await done()).toEqual(after)
  })
})
