// A host application in about 50 lines: signs people in through auth-pipeline, and knows them by a token that it checks itself.
//   node docs/examples/host-application.mjs   with AUTH_ORIGIN, AUDIENCE and PORT, as docs/how-to/sign-in-from-your-application.md
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { createRemoteJWKSet, jwtVerify } from 'jose'

const { AUTH_ORIGIN, AUDIENCE, ORGANIZATION = 'acme', APPLICATION = 'shop', PORT = '3100' } = process.env
const keys = createRemoteJWKSet(new URL(`${AUTH_ORIGIN}/.well-known/jwks.json`))
const people = new Map() // session cookie -> claims; a real application keeps this in its database
// In production: `Secure; SameSite=None` for the state, because the answer is posted from another site.
const cookie = (name, value, rest = '') => `${name}=${value}; Path=/; HttpOnly${rest}`

const pages = {
  'GET /': (request, response, cookies) => {
    const person = people.get(cookies.shop)
    if (person === undefined) return response.writeHead(303, { Location: '/sign-in' }).end()
    // As text: a name is whatever its owner made it.
    const type = { 'Content-Type': 'text/plain; charset=utf-8' }
    response.writeHead(200, type).end(`Hello ${person.name}, you are ${person.sub} of ${person.org}`)
  },
  // Each tab asks with a state of its own, in a cookie of its own.
  'GET /sign-in': (request, response) => {
    const state = randomBytes(16).toString('base64url')
    const location = `${AUTH_ORIGIN}/continue/${ORGANIZATION}/${APPLICATION}?state=${state}`
    response
      .writeHead(303, { Location: location, 'Set-Cookie': cookie(`state-${state}`, '1', '; Max-Age=3600') })
      .end()
  },
  'POST /signed-in': async (request, response, cookies) => {
    const form = new URLSearchParams((await request.toArray()).join(''))
    const check = jwtVerify(form.get('token') ?? '', keys, {
      issuer: AUTH_ORIGIN,
      audience: AUDIENCE,
      algorithms: ['ES256'],
    })
    const claims = await check.then(({ payload }) => payload).catch(() => null)
    // Who asked in this browser, and nobody else, may be answered here: the state in the token is the one of a cookie, and it
    // counts once. A token that came too late, or twice, is asked for anew.
    if (claims === null || cookies[`state-${claims.nonce}`] === undefined)
      return page(response, 403, 'That did not work. <a href="/sign-in">Sign in again</a>')
    const session = randomBytes(32).toString('base64url')
    people.set(session, claims)
    const used = cookie(`state-${claims.nonce}`, '', '; Max-Age=0')
    response
      .writeHead(303, { Location: '/', 'Set-Cookie': [cookie('shop', session, '; SameSite=Lax'), used] })
      .end()
  },
}

const page = (response, status, html) =>
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' }).end(html)

createServer(async (request, response) => {
  const pairs = (request.headers.cookie ?? '').split('; ').map((pair) => pair.split('='))
  const { pathname } = new URL(request.url, 'http://any')
  const handle = pages[`${request.method} ${pathname}`]
  if (handle === undefined) return page(response, 404, 'Nothing is here.')
  await handle(request, response, Object.fromEntries(pairs))
}).listen(Number(PORT), '127.0.0.1')
