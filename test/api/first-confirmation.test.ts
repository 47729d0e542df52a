import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditOf, linkIdentity, newUser, passwordSession, signIn } from '../support/account.js'
import type { SignedIn } from '../support/account.js'
import { headline } from '../support/pages.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.stop())

/** Somebody new with an unconfirmed address, and the path of the link that came there. */
const newcomer = async (subject: string): Promise<SignedIn & { link: string }> => {
  const browser = product.browser()
  const attemptId = attemptIdOf(await signInAtProvider(browser, subject))
  await browser.submit(`/attempts/${attemptId}/decision`, { decision: 'create', idempotency_key: 'k' })
  const link = await linkTo(`${subject}@people.example`)
  const { rows } = await product.testDatabase.pool.query<{ id: string; user_id: string }>(
    'select id, user_id from sessions where attempt_id = $1',
    [attemptId],
  )
  return { browser, userId: rows[0]?.user_id ?? '', sessionId: rows[0]?.id ?? '', link }
}
const linkTo = (address: string): Promise<string> =>
  eventually(() => {
    const message = product.inbox.messages().findLast(({ to }) => to === address)
    return /http\S+?(\/confirm\/\S+)/.exec(message?.text ?? '')?.[1]
  })

describe('a first confirmed address', () => {
  it('T01 T02 T03 T04 leaves only what the confirming session used, and says what is gone', async () => {
    const owner = await newcomer('first')
    await product.database.passwords.set(owner.userId, 'a hash')
    await linkIdentity(product, owner.userId, 'trojan', 'globex')
    const trojan = await signIn(product, 'trojan', 'globex')
    await product.database.totp.begin(owner.userId, Buffer.from('sealed'))
    await product.database.totp.confirm(owner.userId, 1)
    const old = await passwordSession(product, owner.userId)
    await owner.browser.postJson('/v1/me/emails', { email: 'never@people.example' })
    await product.database.userSessions.noteProof(owner.sessionId, 'other')
    await owner.browser.postJson('/v1/me/emails', { email: 'trojan@people.example' })
    const trojanLink = await linkTo('trojan@people.example')

    const thanks = await owner.browser.submit(owner.link, {})
    expect([thanks.status, headline(thanks)]).toEqual([200, 'Thank you, your address is confirmed'])
    for (const gone of ['The password', 'The second step', 'Demo Provider', 'trojan@', 'of 2 other browsers'])
      expect(thanks.text.replaceAll('<wbr/>', '')).toContain(gone)

    for (const { browser } of [trojan, old]) expect((await browser.get('/v1/session')).status).toBe(401)
    expect((await owner.browser.get('/v1/session')).status).toBe(200)
    expect(await product.database.signInMethods.list(owner.userId)).toMatchObject({
      password: null,
      totp: null,
      identities: [{ subject: 'first' }],
    })
    const stranger = await signInAtProvider(product.browser(), 'trojan', 'globex')
    expect(new URL(stranger.location()).pathname).toMatch(/^\/attempts\//)
    expect((await owner.browser.submit(trojanLink, {})).status).toBe(400)
    expect(await auditOf(product, owner.userId)).toEqual(
      expect.arrayContaining([
        'email.confirmed',
        'password.removed',
        'totp.disabled',
        'identity.unlinked',
        'email.removed',
        'session.ended',
      ]),
    )
  })

  it('tells programs the same', async () => {
    const owner = await newcomer('program')
    await product.database.passwords.set(owner.userId, 'a hash')
    const token = owner.link.slice('/confirm/'.length)
    const answer = await owner.browser.postJson('/v1/email-confirmations', { token })
    expect(answer.json()).toMatchObject({
      state: 'confirmed',
      removed: { password: true, totp: false, identities: [], addresses: [], sessions: 0 },
      invitations: [],
    })
  })

  it('keeps what the session did use: a password, when it confirms', async () => {
    const owner = await newcomer('used')
    await product.database.passwords.set(owner.userId, 'a hash')
    const byPassword = await passwordSession(product, owner.userId)
    expect((await byPassword.browser.submit(owner.link, {})).status).toBe(200)
    expect(await product.database.signInMethods.list(owner.userId)).toMatchObject({
      password: { usable: true },
      identities: [],
    })
    expect((await owner.browser.get('/v1/session')).status).toBe(401)
  })

  it('a second one removes nothing', async () => {
    const userId = await newUser(product, 'second')
    await linkIdentity(product, userId, 'second')
    await product.database.passwords.set(userId, 'a hash')
    const other = await passwordSession(product, userId)
    const owner = await passwordSession(product, userId)
    await owner.browser.postJson('/v1/me/emails', { email: 'second-2@people.example' })
    const answer = await owner.browser.postJson('/v1/email-confirmations', {
      token: (await linkTo('second-2@people.example')).slice('/confirm/'.length),
    })
    expect(answer.json()['removed']).toBeNull()
    expect(await product.database.signInMethods.list(userId)).toMatchObject({
      password: { usable: true },
      identities: [{ subject: 'second' }],
    })
    expect((await other.browser.get('/v1/session')).status).toBe(200)
  })

  it('A1 gives nothing to who registered it before: the copy goes, and cookie, password and link open the victim’s account to nobody', async () => {
    const attacker = await newcomer('attacker')
    await product.testDatabase.pool.query(
      `update user_emails set address = $2, canonical = $2 where user_id = $1`,
      [attacker.userId, 'victim@people.example'],
    )
    await product.database.passwords.set(attacker.userId, 'a hash')
    const victim = await newcomer('victim')
    expect((await victim.browser.submit(victim.link, {})).status).toBe(200)

    const mine = (await attacker.browser.get('/v1/session')).json()
    expect(mine['user']).toMatchObject({ id: attacker.userId })
    expect((await attacker.browser.get('/v1/me/emails')).json()['items']).toEqual([])
    expect((await attacker.browser.submit(attacker.link, {})).status).toBe(400)
    expect(await product.database.passwords.findByAddress('victim@people.example')).toBeNull()
    expect((await attacker.browser.submit(victim.link, {})).status).toBe(403)
    expect((await attacker.browser.get('/account/events')).text).toContain('An address was taken off')
  })
})

describe('an open invitation', () => {
  it('is offered once the address is confirmed, and accepted once, with its role', async () => {
    const organization = await product.database.organizations.find('globex')
    await product.testDatabase.pool.query(
      `insert into invitations (organization_id, canonical_email, role, expires_at)
       values ($1, 'invitee@people.example', 'manager', app.now() + interval '1 day')`,
      [organization?.id],
    )
    const owner = await newcomer('invitee')
    expect((await owner.browser.get('/v1/me/invitations')).json()['items']).toEqual([])
    const thanks = await owner.browser.submit(owner.link, {})
    expect(thanks.text).toContain('You are invited')
    const { items } = (await owner.browser.get('/v1/me/invitations')).json() as {
      items: readonly { id: string; organization: string; role: string }[]
    }
    expect(items).toEqual([expect.objectContaining({ organization: 'globex', role: 'manager' })])
    const id = items[0]?.id ?? ''
    const stranger = await passwordSession(product, await newUser(product, 'uninvited'))
    expect((await stranger.browser.postJson(`/v1/me/invitations/${id}`, {})).status).toBe(404)
    const answers = await Promise.all(
      [1, 2, 3].map(() => owner.browser.postJson(`/v1/me/invitations/${id}`, {})),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404])
    expect(await auditOf(product, owner.userId)).toEqual(expect.arrayContaining(['member.accepted']))
  })

  it('is offered to a member as well where it gives more, and raises the role', async () => {
    const invite = (role: string) =>
      product.testDatabase.pool.query(
        `insert into invitations (organization_id, canonical_email, role, expires_at)
         select id, 'iris@people.example', $1, app.now() + interval '1 day' from organizations where slug = 'acme'`,
        [role],
      )
    await invite('manager')
    const iris = await newcomer('iris')
    const thanks = await iris.browser.submit(iris.link, {})
    expect(thanks.text).toContain('You are invited')
    const offered = async () =>
      (await iris.browser.get('/v1/me/invitations')).json()['items'] as { id: string; role: string }[]
    const [first] = await offered()
    expect(first?.role).toBe('manager')
    const page = (await iris.browser.get('/account')).text
    expect(page).toContain('as a manager')
    expect((await iris.browser.submit(`/account/invitations/${first?.id}/accept`, {})).status).toBe(303)
    const { rows } = await product.testDatabase.pool.query(
      `select m.role, i.accepted_by = m.user_id as used from organization_members m join invitations i using (organization_id)
       where m.user_id = $1 and i.canonical_email = 'iris@people.example'`,
      [iris.userId],
    )
    expect(rows).toEqual([{ role: 'manager', used: true }])
    expect((await auditOf(product, iris.userId)).filter((event) => event.startsWith('member.'))).toEqual([
      'member.added',
      'member.accepted',
    ])
    await invite('member')
    expect(await offered()).toEqual([])
  })

  it('leads to a restricted membership where every seat is taken', async () => {
    await product.testDatabase.pool.query(
      `insert into organizations (slug, name, seat_limit) values ('tiny', 'Tiny', 1);
       insert into invitations (organization_id, canonical_email, role, expires_at)
       select id, who || '@people.example', 'member', app.now() + interval '1 day'
       from organizations, unnest(array['seat-a', 'seat-b']) as who where slug = 'tiny'`,
    )
    const people = await Promise.all(
      ['seat-a', 'seat-b'].map(async (name) => passwordSession(product, await newUser(product, name))),
    )
    const restricted = await Promise.all(
      people.map(async ({ browser }) => {
        const { items } = (await browser.get('/v1/me/invitations')).json() as { items: { id: string }[] }
        return (await browser.postJson(`/v1/me/invitations/${items[0]?.id ?? ''}`, {})).json()['restricted']
      }),
    )
    expect(restricted.sort()).toEqual([false, true])
  })
})
