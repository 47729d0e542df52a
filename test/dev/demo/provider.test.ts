import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import * as client from 'openid-client'
import { startDemoProvider } from '../../../dev/demo/provider.js'
import { personas } from '../../../dev/demo/personas.js'

const apiOrigin = 'http://127.0.0.1:3999'
const redirectUri = `${apiOrigin}/callback/0196f6a0-0000-7000-8000-000000000000`
const clientSecret = 'demo-client-secret'
const log = { info: () => undefined, warn: () => undefined }

let dataDir: string
let provider: Awaited<ReturnType<typeof startDemoProvider>>
let config: client.Configuration

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'demo-provider-'))
  provider = await startProvider()
  config = await discover(clientSecret)
})

afterAll(async () => {
  await provider.close()
  await rm(dataDir, { recursive: true })
})

describe('the demo provider', () => {
  it.each(personas)('signs $id in without a page when login_hint names it', async ({ id, claims }) => {
    const request = await createRequest({ login_hint: id })
    const answer = await follow(request.url)
    const tokens = await redeem(request, answer)

    expect(tokens.claims()).toMatchObject({ ...claims, sub: id, nonce: request.nonce })
    expect(Object.keys(tokens.claims() ?? {})).toEqual(expect.arrayContaining(Object.keys(claims)))
    await expect(client.fetchUserInfo(config, tokens.access_token, id)).resolves.toEqual({
      ...claims,
      sub: id,
    })
  })

  it('sends no claim that a persona does not have', async () => {
    const noAddress = await signIn({ login_hint: 'noaddress' })
    expect(noAddress).not.toHaveProperty('email')
    expect(noAddress).not.toHaveProperty('email_verified')
    await expect(signIn({ login_hint: 'noname' })).resolves.not.toHaveProperty('name')
  })

  it('makes a new person of a hint that it does not know', async () => {
    const claims = await signIn({ login_hint: 'zoe-17' })
    expect(claims).toMatchObject({ sub: 'zoe-17', email: 'zoe-17@people.example', email_verified: false })
    expect(claims).not.toHaveProperty('name')
  })

  it('signs in afresh for every hint, also where the client demands it', async () => {
    const before = Math.floor(Date.now() / 1000)
    const claims = await signIn({ login_hint: 'nora', prompt: 'login', max_age: '0' })
    expect(claims?.auth_time).toBeGreaterThanOrEqual(before)
  })

  it('answers with its issuer and the state', async () => {
    const { url, state } = await createRequest({ login_hint: 'nora' })
    const answer = await follow(url)
    expect(answer.searchParams.get('iss')).toBe(provider.issuer)
    expect(answer.searchParams.get('state')).toBe(state)
  })

  it('asks who is there when no hint is given, and keeps nobody signed in', async () => {
    for (const person of ['nora', 'taro']) {
      const browser = createBrowser()
      const request = await createRequest({})
      const page = await browser.open(request.url)
      expect(page.html).toContain('Choose who you are')
      const answer = await browser.choose(page.url, { person })
      await expect(redeem(request, answer)).resolves.toMatchObject({ id_token: expect.any(String) })
      expect(browser.cookieNames()).not.toContain('demo_session')
    }
  })

  it('lets one browser be another person at the next sign-in', async () => {
    const browser = createBrowser()
    for (const person of ['nora', 'somebody-else']) {
      const request = await createRequest({})
      const page = await browser.open(request.url)
      const tokens = await redeem(request, await browser.choose(page.url, { person }))
      expect(tokens.claims()?.sub).toBe(person)
    }
  })

  it('answers access_denied when the person refuses', async () => {
    const browser = createBrowser()
    const request = await createRequest({})
    const page = await browser.open(request.url)
    const answer = await browser.choose(page.url, { refuse: 'yes' })
    await expect(redeem(request, answer)).rejects.toMatchObject({ error: 'access_denied' })
  })

  it('says so on a page when a sign-in is over, and when nobody was chosen', async () => {
    const browser = createBrowser()
    const request = await createRequest({})
    const page = await browser.open(request.url)
    const nobody = await browser.post(page.url, { person: ' ' })
    expect(nobody.status).toBe(400)
    await expect(nobody.text()).resolves.toContain('Type a name')

    await browser.choose(page.url, { person: 'nora' })
    const again = await browser.post(page.url, { person: 'nora' })
    expect(again.status).toBe(400)
    await expect(again.text()).resolves.toContain('This sign-in is over')
  })

  it('refuses a foreign redirect URI on a page of its own', async () => {
    for (const uri of [
      'http://evil.example/callback/0196f6a0-0000-7000-8000-000000000000',
      `${apiOrigin}/x`,
    ]) {
      const { url } = await createRequest({ login_hint: 'nora', redirect_uri: uri })
      const response = await fetch(url, { redirect: 'manual' })
      expect(response.status).toBe(400)
      await expect(response.text()).resolves.toContain('This sign-in cannot go on')
    }
  })

  it('demands PKCE, its verifier, and the client secret', async () => {
    const { url } = await createRequest({ login_hint: 'nora' })
    url.searchParams.delete('code_challenge')
    url.searchParams.delete('code_challenge_method')
    expect((await follow(url)).searchParams.get('error')).toBe('invalid_request')

    const request = await createRequest({ login_hint: 'nora' })
    const answer = await follow(request.url)
    const wrongVerifier = { ...request, verifier: client.randomPKCECodeVerifier() }
    await expect(redeem(wrongVerifier, answer)).rejects.toMatchObject({ error: 'invalid_grant' })
    await expect(redeem(request, answer, await discover('wrong'))).rejects.toMatchObject({ status: 401 })
  })

  it('takes a code only once', async () => {
    const request = await createRequest({ login_hint: 'nora' })
    const answer = await follow(request.url)
    await redeem(request, answer)
    await expect(redeem(request, answer)).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  it('signs with the same key after a restart', async () => {
    const jwks = async (): Promise<unknown> => (await fetch(`${provider.issuer}/jwks`)).json()
    const before = await jwks()
    await provider.close()
    provider = await startProvider()
    config = await discover(clientSecret)
    await expect(jwks()).resolves.toEqual(before)
  })

  it('says who is who on its first page, without scripts', async () => {
    const html = await (await fetch(provider.issuer)).text()
    for (const { title } of personas) expect(html).toContain(title)
    for (const password of personas.flatMap((one) => ('password' in one ? [one.password] : [])))
      expect(html).toContain(`<code>${password}</code>`)
    expect(html).toMatch(/code just now <code>\d{6}<\/code>/)
    expect(html).toContain(`href="${apiOrigin}/sso/acme"`)
    expect(html).toContain(`href="${apiOrigin}/sso/globex"`)
    expect(html).not.toContain('<script')
    expect((await fetch(`${provider.issuer}/livez`)).status).toBe(200)
  })

  it('takes no form from another site', async () => {
    const response = await fetch(`${provider.issuer}/interaction/x`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
    })
    expect(response.status).toBe(403)
  })
})

function startProvider() {
  return startDemoProvider({ port: 0, apiOrigin, dataDir, clientSecret, log })
}

function discover(secret: string): Promise<client.Configuration> {
  return client.discovery(
    new URL(provider.issuer),
    'auth-pipeline',
    undefined,
    client.ClientSecretBasic(secret),
    { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] },
  )
}

type SignInRequest = { url: URL; verifier: string; state: string; nonce: string }

async function createRequest(extra: Record<string, string>): Promise<SignInRequest> {
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const nonce = client.randomNonce()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid email profile',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...extra,
  })
  return { url, verifier, state, nonce }
}

/** One request, no cookies: with a hint the first answer already leads back. */
async function follow(url: URL): Promise<URL> {
  const response = await fetch(url, { redirect: 'manual' })
  expect(response.status).toBe(303)
  return new URL(response.headers.get('location') ?? '')
}

function redeem(request: SignInRequest, answer: URL, from = config) {
  return client.authorizationCodeGrant(from, answer, {
    pkceCodeVerifier: request.verifier,
    expectedState: request.state,
    expectedNonce: request.nonce,
    idTokenExpected: true,
  })
}

async function signIn(extra: Record<string, string>) {
  const request = await createRequest(extra)
  const tokens = await redeem(request, await follow(request.url))
  return tokens.claims()
}

/** A browser as far as these pages need one: cookies by name, redirects within the provider. */
function createBrowser() {
  const cookies = new Map<string, string>()

  const visit = async (url: URL, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { ...init, headers: { cookie }, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=')
      if (value) cookies.set(name, value)
      else cookies.delete(name)
    }
    return response
  }
  const post = (url: URL, form: Record<string, string>) =>
    visit(url, { method: 'POST', body: new URLSearchParams(form) })
  const next = (response: Response) => new URL(response.headers.get('location') ?? '', provider.issuer)

  return {
    cookieNames: () => [...cookies.keys()],
    post,
    async open(url: URL) {
      const page = next(await visit(url))
      return { url: page, html: await (await visit(page)).text() }
    },
    async choose(page: URL, form: Record<string, string>) {
      return next(await visit(next(await post(page, form))))
    },
  }
}
