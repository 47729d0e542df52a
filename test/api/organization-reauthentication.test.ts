import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { linkIdentity, signIn } from '../support/account.js'
import type { SignedIn } from '../support/account.js'
import type { Browser } from '../support/browser.js'
import { lyingClient, startLyingProvider } from '../support/lying-provider.js'
import type { LyingProvider } from '../support/lying-provider.js'
import { startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
let provider: LyingProvider
let owner: SignedIn
let home: string
beforeAll(async () => {
  product = await startProduct()
  provider = await startLyingProvider({})
  const olivia = await signIn(product, 'olivia')
  const [identity] = await rows<{ id: string }>('select id from identities where user_id = $1', [
    olivia.userId,
  ])
  home = identity?.id ?? ''
})
afterAll(async () => {
  await provider.close()
  await product.stop()
})
beforeEach(async () => {
  owner = await signIn(product, 'olivia')
  await stale()
})

const rows = async <Row extends object>(statement: string, values: unknown[] = []): Promise<Row[]> =>
  (await product.testDatabase.pool.query<Row>(statement, values)).rows
/** As if the owner had signed in that long ago. */
const stale = () =>
  rows(`update sessions set authenticated_at = app.now() - interval '15 min' where id = $1`, [
    owner.sessionId,
  ])
/** The owner at the provider of one of the account's identities once more, on the way back to `returnTo`. */
const proveAgain = async (browser: Browser, identityId: string, returnTo: string): Promise<string> => {
  const started = await browser.submit(`/account/reauthentication/${identityId}`, {
    return_to: returnTo,
    login_hint: 'olivia',
  })
  let answer = await browser.get(started.location())
  while (!answer.location().includes('/callback/')) answer = await browser.get(answer.location())
  return (await browser.get(answer.location())).location()
}

const sso = '/organizations/acme/sso'
const again = (back: string) =>
  `${product.origin}/account/reauthentication?return_to=${encodeURIComponent(back)}`
const draft = () => ({ issuer: provider.issuer, display_name: 'Our Directory' })
const rules = { admission: 'invited', default_role: 'member' }

describe('whoever decides whom an organization trusts has proved the account a moment ago', () => {
  it('P7 before a setup: then it goes on where it was, with what was typed', async () => {
    const { browser } = owner
    expect((await browser.get(`${sso}/connect`)).location()).toBe(again(`${sso}/connect`))
    const refused = await browser.submit(`${sso}/connect`, { ...draft(), name: 'resumed' })
    expect(refused.location()).toBe(again(`${sso}/connect`))
    expect(await rows(`select id from providers where name = 'resumed'`)).toEqual([])

    expect(await proveAgain(browser, home, `${sso}/connect`)).toBe(`${product.origin}${sso}/connect`)
    await browser.submit(`${sso}/connect`, { ...draft(), name: 'resumed' })
    await stale()
    const client = { client_id: lyingClient.id, client_secret: lyingClient.secret }
    const attempts = () => rows(`select id from attempts where purpose = 'setup'`)
    const page = `${sso}/resumed`
    const wide = { admission: 'domains', default_role: 'manager' }
    expect((await browser.submit(`${page}/setup`, { ...client, ...wide })).location()).toBe(again(page))
    expect(await attempts()).toEqual([])
    const kept = () => rows(`select client_id, admission, default_role from providers where name = 'resumed'`)
    expect(await kept()).toEqual([{ client_id: lyingClient.id, ...rules }])

    expect(await proveAgain(browser, home, page)).toBe(`${product.origin}${page}`)
    expect((await browser.get(page)).text).toContain(`value="${lyingClient.id}"`)
    const sentAway = await browser.submit(`${page}/setup`, { ...client, ...rules, client_secret: '' })
    expect(sentAway.location()).toContain(`${provider.issuer}/authorize`)
    expect(await attempts()).toHaveLength(1)

    // What that sign-in will put in force is what was said with a proof.
    await stale()
    const late = { ...wide, client_id: 'another', client_secret: 'another' }
    expect((await browser.submit(`${page}/setup`, late)).location()).toBe(again(page))
    expect(await kept()).toEqual([{ client_id: lyingClient.id, ...rules }])
  })

  it('before it changes who may join, what its demands are, and whose addresses it vouches for', async () => {
    const { browser } = owner
    const settings = { display_name: 'Demo Provider', admission: 'everyone', default_role: 'member' }
    const before = await rows('select * from providers order by id')
    for (const change of [{ admission: 'invited' }, { default_role: 'manager' }, { require_link: 'on' }])
      expect((await browser.submit(`${sso}/demo/settings`, { ...settings, ...change })).location()).toBe(
        again(`${sso}/demo`),
      )
    expect(await rows('select * from providers order by id')).toEqual(before)
    for (const [path, fields] of [
      ['settings', { require_second_factor: 'on' }],
      ['domains/check', { domain: 'acme.example' }],
      ['domains/remove', { domain: 'acme.example' }],
    ] as const)
      expect((await browser.submit(`${sso}/${path}`, fields)).location()).toBe(again(sso))
    // What says nothing of trust needs no proof.
    const renamed = await browser.submit(`${sso}/demo/settings`, { ...settings, display_name: 'Demo' })
    expect(renamed.location()).toBe(`${product.origin}${sso}/demo?saved=true`)
  })

  it('before it switches a provider off; programs are told the code', async () => {
    const { browser } = owner
    for (const answer of [
      await browser.get(`${sso}/demo/disable`),
      await browser.submit(`${sso}/demo/disable`, {}),
    ])
      expect(answer.location()).toBe(again(`${sso}/demo/disable`))
    const path = '/v1/organizations/acme/providers'
    for (const answer of [
      await browser.delete(`${path}/demo`),
      await browser.postJson(path, { ...draft(), name: 'by-api' }),
    ])
      expect([answer.status, answer.json()['code']]).toEqual([403, 'reauthentication_required'])
    expect(await rows(`select id from providers where status = 'disabled' or name = 'by-api'`)).toEqual([])
  })

  it('before it makes somebody an owner', async () => {
    const { browser } = owner
    const invite = (role: string) =>
      browser.postJson('/v1/organizations/acme/invitations', { email: `new-${role}@people.example`, role })
    const refused = await invite('owner')
    expect([refused.status, refused.json()['code']]).toEqual([403, 'reauthentication_required'])
    expect((await invite('manager')).status).toBe(201)
    expect(await rows(`select role from invitations where canonical_email like 'new-%'`)).toEqual([
      { role: 'manager' },
    ])
    await proveAgain(browser, home, sso)
    expect((await invite('owner')).status).toBe(201)
  })

  it('and finds the form of an invitation filled in on the way back, once, without an address in a URL', async () => {
    const { browser } = owner
    const email = 'deputy@people.example'
    const asked = await browser.submit(`${sso}/invitations`, { email, role: 'owner' })
    expect(asked.location()).toBe(again(sso))
    const cookies = [...browser.cookies.values()].join()
    expect(cookies).not.toContain('deputy')
    expect(Buffer.from(browser.cookies.get('__Host-typed-form') ?? '', 'base64url').toString()).not.toContain(
      'deputy',
    )
    await proveAgain(browser, home, sso)
    const page = await browser.get(sso)
    expect(page.text).toContain('What you typed is still here.')
    expect(page.text).toMatch(new RegExp(`name="email"[^>]* value="${email}"`))
    expect(page.text).toMatch(/value="owner" checked|checked[^>]* value="owner"/)
    expect(await rows('select from invitations where canonical_email = $1', [email])).toEqual([])
    expect((await browser.get(sso)).text).not.toContain(email)
    await browser.submit(`${sso}/invitations`, { email, role: 'owner' })
    expect(await rows('select role from invitations where canonical_email = $1', [email])).toEqual([
      { role: 'owner' },
    ])
  })

  it('what one person typed is not shown to another', async () => {
    const { browser } = owner
    await browser.submit(`${sso}/invitations`, { email: 'private@people.example', role: 'owner' })
    const kept = browser.cookies.get('__Host-typed-form') ?? ''
    const other = await signIn(product, 'olivia')
    other.browser.cookies.set('__Host-typed-form', kept)
    expect((await other.browser.get(sso)).text).toContain('private@people.example')
    const stranger = await signIn(product, 'mark')
    await rows(`update organization_members set role = 'owner' where user_id = $1`, [stranger.userId])
    stranger.browser.cookies.set('__Host-typed-form', kept)
    const page = await stranger.browser.get(sso)
    expect([page.status, page.text.includes('private@people.example')]).toEqual([200, false])
    await rows(`update organization_members set role = 'member' where user_id = $1`, [stranger.userId])
  })

  it('and not by the word of the provider alone that opened the session, where the account has another way', async () => {
    const { browser, userId } = owner
    const away = await linkIdentity(product, userId, 'olivia-away', 'globex')
    await proveAgain(browser, home, sso)
    expect((await browser.get(`${sso}/connect`)).status).toBe(303)
    await rows('delete from identities where id = $1', [away])
    expect((await browser.get(`${sso}/connect`)).status).toBe(200)
  })
})
