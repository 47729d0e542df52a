import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { addApplication, listApplications, removeApplication } from '../../cli/applications.js'
import type { CliDependencies } from '../../cli/dependencies.js'
import { freePort } from '../../dev/ports.js'
import { createBrowser } from '../support/browser.js'
import type { Browser } from '../support/browser.js'
import { eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
let shopOrigin: string
let audience: string
const printed: string[] = []
const cli = (): CliDependencies =>
  ({
    database: product.database,
    publicOrigin: product.origin,
    development: true,
    print: (line: string) => printed.push(line),
  }) as unknown as CliDependencies
const shop = () => ({
  organization: 'acme',
  name: 'shop',
  origin: shopOrigin,
  returnPath: ['/signed-in', '/other'],
  actor: 'sam',
})

beforeAll(async () => {
  product = await startProduct()
  shopOrigin = `http://127.0.0.1:${await freePort()}`
  await addApplication(cli(), shop())
  audience = /Audience of its tokens: (\S+)/.exec(printed.join('\n'))?.[1] ?? ''
})
afterAll(() => product.stop())

const signedIn = async (persona = 'olivia', organization = 'acme'): Promise<Browser> => {
  const browser = product.browser()
  await signInAtProvider(browser, persona, organization)
  return browser
}
const verify = (token: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${product.origin}/.well-known/jwks.json`)), {
    issuer: product.origin,
    audience,
    algorithms: ['ES256'],
  })
const tokenOf = async (browser: Browser, body: object = { application: 'shop' }): Promise<string> =>
  String((await browser.postJson('/v1/session/token', body)).json()['token'])

describe('a registered application', () => {
  it('is told who is signed in, by a token that anybody can check and nobody can prolong', async () => {
    const browser = await signedIn()
    const session = (await browser.get('/v1/session')).json() as { user: { id: string } }
    const { payload } = await verify(await tokenOf(browser, { application: 'shop', nonce: 'n-1' }))
    expect(payload).toMatchObject({ sub: session.user.id, org: 'acme', nonce: 'n-1', name: 'Olivia Owner' })
    expect(typeof payload['sid']).toBe('string')
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBeLessThanOrEqual(300)
  })

  it('is told nothing by a browser that is not signed in, nor beyond the reach of its session', async () => {
    expect((await product.browser().postJson('/v1/session/token', { application: 'shop' })).status).toBe(401)
    const elsewhere = await signedIn('grace', 'globex')
    expect((await elsewhere.postJson('/v1/session/token', { application: 'shop' })).status).toBe(404)
    const page = await elsewhere.get('/continue/acme/shop')
    expect(page.location()).toBe(`${product.origin}/sso/acme?return_to=%2Fcontinue%2Facme%2Fshop`)
  })

  it.each(['/continue/acme/none', '/continue/globex/shop', '/continue/acme/shop?path=/evil'])(
    'is not found at %s',
    async (path) => {
      expect((await (await signedIn()).get(path)).status).toBe(404)
    },
  )

  it('is told nothing of a member who has no seat, and the member is told whom to ask', async () => {
    const browser = await signedIn('mark')
    const { user } = (await browser.get('/v1/session')).json() as { user: { id: string } }
    const restrict = (restricted: boolean) =>
      product.testDatabase.pool.query('update organization_members set restricted = $2 where user_id = $1', [
        user.id,
        restricted,
      ])
    await restrict(true)
    const answer = await browser.postJson('/v1/session/token', { application: 'shop' })
    expect([answer.status, answer.json()['code']]).toEqual([403, 'membership_restricted'])
    expect((await browser.get('/continue/acme/shop')).text).toContain('every seat is taken')
    await restrict(false)
    expect((await browser.postJson('/v1/session/token', { application: 'shop' })).status).toBe(201)
  })

  it('gets its token from a page that posts nowhere else', async () => {
    const page = await (await signedIn()).get('/continue/acme/shop?state=s1&path=/other')
    expect(page.text).toContain(`action="${shopOrigin}/other"`)
    expect(page.headers.get('content-security-policy')).toContain(`form-action ${shopOrigin};`)
    const token = /name="token" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    expect((await verify(token)).payload['nonce']).toBe('s1')
  })

  it('keeps its tokens while keys rotate', async () => {
    const browser = await signedIn()
    const before = await tokenOf(browser)
    await product.testDatabase.pool.query(`update signing_keys set period = period - 1`)
    const after = await tokenOf(browser)
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid)
    await verify(before)
    await verify(after)
    const jwks = (await browser.get('/.well-known/jwks.json')).json() as { keys: Record<string, unknown>[] }
    expect(jwks.keys).toHaveLength(2)
    for (const key of jwks.keys)
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    await product.testDatabase.pool.query(`update signing_keys set period = period - 1`)
    await tokenOf(browser)
    await expect(verify(before)).rejects.toThrow('no applicable key')
  })

  it('has one key for all that ask at once', async () => {
    await product.testDatabase.pool.query('delete from signing_keys')
    const browser = await signedIn()
    const tokens = await Promise.all(Array.from({ length: 8 }, () => tokenOf(browser)))
    expect(new Set(tokens.map((token) => decodeProtectedHeader(token).kid)).size).toBe(1)
  })
})

describe('applications on the command line', () => {
  it.each([
    [{ origin: 'https://shop.example/path' }, 'an origin only'],
    [{ returnPath: ['https://evil.example/'] }, 'a path on the application’s own origin'.replace('’', "'")],
    [{ returnPath: ['//evil.example/'] }, 'A return path'],
    [{ name: 'No Slug' }, 'lower-case'],
    [{ organization: 'nowhere' }, 'no organization'],
  ])('refuses %j', async (wrong, why) => {
    await expect(addApplication(cli(), { ...shop(), ...wrong })).rejects.toThrow(why)
  })

  it('lists and removes', async () => {
    await addApplication(cli(), { ...shop(), name: 'short-lived' })
    await removeApplication(cli(), { organization: 'acme', name: 'short-lived', actor: 'sam' })
    printed.length = 0
    await listApplications(cli(), { organization: 'acme' })
    expect(printed).toEqual([`${audience}  shop  ${shopOrigin}  /signed-in /other`])
  })
})

describe('the audit of applications', () => {
  const told = async () =>
    (
      await product.testDatabase.pool.query<{ actor_id: string; data: object }>(
        `select actor_id, data from audit_events where event = 'staff.acted' and target_kind = 'application'
         and data->>'name' = 'audited' order by id`,
      )
    ).rows

  it('tells who registered, changed and removed one, what and why', async () => {
    const audited = { ...shop(), name: 'audited' }
    await addApplication(cli(), audited)
    const moved = { ...audited, origin: 'https://shop.example', actor: 'pia' }
    await addApplication(cli(), { ...moved, reason: 'has moved' })
    printed.length = 0
    await addApplication(cli(), { ...moved, reason: 'has moved' })
    expect(printed[0]).toBe('Nothing changed.')
    await removeApplication(cli(), { organization: 'acme', name: 'audited', actor: 'pia', reason: 'closed' })
    const paths = ['/signed-in', '/other']
    expect(await told()).toEqual([
      {
        actor_id: 'sam',
        data: {
          act: 'add_application',
          name: 'audited',
          display_name: [null, 'audited'],
          origin: [null, shopOrigin],
          return_paths: [null, paths],
        },
      },
      {
        actor_id: 'pia',
        data: {
          act: 'change_application',
          name: 'audited',
          origin: [shopOrigin, 'https://shop.example'],
          reason: 'has moved',
        },
      },
      { actor_id: 'pia', data: { act: 'remove_application', name: 'audited', reason: 'closed' } },
    ])
  })

  it('wants to know who acts, and keeps no address in a reason', async () => {
    for (const wrong of [{ actor: ' ' }, { reason: ' ' }, { reason: 'asked by bob@x.example' }]) {
      await expect(addApplication(cli(), { ...shop(), ...wrong })).rejects.toThrow(/^The audit needs/)
      const same = { organization: 'acme', name: 'shop', actor: 'sam', ...wrong }
      await expect(removeApplication(cli(), same)).rejects.toThrow(/^The audit needs/)
    }
  })
})

describe('docs/examples/host-application.mjs', () => {
  let example: ChildProcess
  beforeAll(async () => {
    const path = fileURLToPath(new URL('../../docs/examples/host-application.mjs', import.meta.url))
    const env = {
      ...process.env,
      AUTH_ORIGIN: product.origin,
      AUDIENCE: audience,
      PORT: new URL(shopOrigin).port,
    }
    example = spawn(process.execPath, [path], { env: { ...env, NODE_OPTIONS: '' }, stdio: 'ignore' })
    await eventually(() =>
      fetch(shopOrigin, { redirect: 'manual' }).then(
        () => true,
        () => null,
      ),
    )
  })
  afterAll(() => {
    example.kill()
  })

  /** From the application through sign-in and back to its door, as a person's browser goes. */
  const comeBackTo = async (at: Browser, browser: Browser) => {
    const asked = await at.get('/')
    await signInAtProvider(browser, 'olivia')
    return browser.get(asked.location())
  }
  const fieldsOf = (page: string) => ({ token: /name="token" value="([^"]+)"/.exec(page)?.[1] ?? '' })

  it('signs a person in through the product', async () => {
    const at = createBrowser(shopOrigin)
    const page = await comeBackTo(at, product.browser())
    const answer = await at.submit('/signed-in', fieldsOf(page.text))
    expect(answer.status).toBe(302)
    const hello = await at.get('/')
    expect(hello.text).toMatch(/^Hello Olivia Owner, you are [0-9a-f-]{36} of acme$/)
    expect(hello.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  })

  it('lets each of two tabs end its own sign-in, once, and leads on from one that did not work', async () => {
    const at = createBrowser(shopOrigin)
    const browser = product.browser()
    const [first, second] = [await at.get('/'), await at.get('/')]
    await signInAtProvider(browser, 'olivia')
    const tokens = [
      fieldsOf((await browser.get(first.location())).text),
      fieldsOf((await browser.get(second.location())).text),
    ]
    expect((await at.get('/favicon.ico')).status).toBe(404)
    for (const fields of tokens) expect((await at.submit('/signed-in', fields)).status).toBe(302)
    const again = await at.submit('/signed-in', tokens[0] ?? { token: '' })
    expect([again.status, again.text]).toEqual([403, 'That did not work. Open the application again.'])
  })

  it('takes no token that was asked for in another browser, and none that was changed', async () => {
    const page = await comeBackTo(createBrowser(shopOrigin), product.browser())
    const other = createBrowser(shopOrigin)
    await other.get('/')
    expect((await other.submit('/signed-in', fieldsOf(page.text))).status).toBe(403)
    expect((await other.submit('/signed-in', { token: `${fieldsOf(page.text).token}x` })).status).toBe(403)
  })
})

describe('addresses that others expect', () => {
  it.each([
    ['/.well-known/change-password', 302, ''],
    ['/.well-known/security.txt', 200, 'Contact: mailto:security@auth-pipeline.example'],
    ['/robots.txt', 200, 'Disallow: /'],
  ])('%s', async (path, status, text) => {
    const answer = await product.browser().get(path)
    expect(answer.status).toBe(status)
    expect(answer.text).toContain(text)
  })
})
