// A host application in 30 lines: signs people in through auth-pipeline, and knows them by a token that it checks itself.
//   node docs/examples/host-application.mjs   with AUTH_ORIGIN, AUDIENCE and PORT, as docs/how-to/sign-in-from-your-application.md
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { createRemoteJWKSet, jwtVerify } from 'jose'

const { AUTH_ORIGIN, AUDIENCE, ORGANIZATION = 'acme', APPLICATION = 'shop', PORT = '3100' } = process.env
const keys = createRemoteJWKSet(new URL(`${AUTH_ORIGIN}/.well-known/jwks.json`))
const people = new Map() // session cookie -> claims; a real application keeps this in its database

createServer(async (request, response) => {
  const cookies = Object.fromEntries(
    (request.headers.cookie ?? '').split('; ').map((pair) => pair.split('=')),
  )
  if (request.method === 'POST' && request.url === '/signed-in') {
    const form = new URLSearchParams((await request.toArray()).join(''))
    // Who asked in this browser, and nobody else, may be answered here: the state in the token is the one in the cookie.
    const check = jwtVerify(form.get('token') ?? '', keys, {
      issuer: AUTH_ORIGIN,
      audience: AUDIENCE,
      algorithms: ['ES256'],
    })
    const claims = await check.then(({ payload }) => payload).catch(() => null)
    if (claims === null || cookies.state === undefined || claims.nonce !== cookies.state)
      return response.writeHead(403).end('no')
    const session = randomBytes(32).toString('base64url')
    people.set(session, claims)
    return response
      .writeHead(303, { Location: '/', 'Set-Cookie': `shop=${session}; HttpOnly; SameSite=Lax` })
      .end()
  }
  const person = people.get(cookies.shop)
  if (person !== undefined)
    return response.end(`Hello ${person.name}, you are ${person.sub} of ${person.org}`)
  const state = randomBytes(16).toString('base64url')
  const location = `${AUTH_ORIGIN}/continue/${ORGANIZATION}/${APPLICATION}?state=${state}`
  // In production: `Secure; SameSite=None`, because the answer is posted from another site.
  response.writeHead(303, { Location: location, 'Set-Cookie': `state=${state}; HttpOnly` }).end()
}).listen(Number(PORT), '127.0.0.1')
