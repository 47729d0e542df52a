// A host application in 30 lines: signs people in through auth-pipeline, and knows them by a token that it checks itself.
//   node docs/examples/host-application.mjs   with AUTH_ORIGIN, AUDIENCE and PORT, as docs/how-to/sign-in-from-your-application.md
import { randomBytes } from 'node:crypto'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import Koa from 'koa'

const { AUTH_ORIGIN, AUDIENCE, ORGANIZATION = 'acme', APPLICATION = 'shop', PORT = '3100' } = process.env
const keys = createRemoteJWKSet(new URL(`${AUTH_ORIGIN}/.well-known/jwks.json`))
const expected = { issuer: AUTH_ORIGIN, audience: AUDIENCE, algorithms: ['ES256'] }
const random = () => randomBytes(32).toString('base64url')
const people = new Map() // session cookie -> claims; a real application keeps this in its database

const pages = {
  async 'GET /'(context) {
    const person = people.get(context.cookies.get('shop'))
    if (person) return (context.body = `Hello ${person.name}, you are ${person.sub} of ${person.org}`)
    const state = random() // each tab has one of its own; in production its cookie is `secure` and `sameSite: 'none'`
    context.cookies.set(`state-${state}`, '1', { maxAge: 3_600_000 })
    context.redirect(`${AUTH_ORIGIN}/continue/${ORGANIZATION}/${APPLICATION}?state=${state}`)
  },
  async 'POST /signed-in'(context) {
    const token = new URLSearchParams((await context.req.toArray()).join('')).get('token') ?? ''
    const claims = (await jwtVerify(token, keys, expected).catch(() => null))?.payload
    const state = `state-${claims?.nonce}` // only who asked in this browser is answered here, and once
    if (!context.cookies.get(state)) context.throw(403, 'That did not work. Open the application again.')
    const session = random()
    people.set(session, claims)
    context.cookies.set(state, null).set('shop', session, { sameSite: 'lax' })
    context.redirect('/')
  },
}
new Koa()
  .use((context) => pages[`${context.method} ${context.path}`]?.(context))
  .listen(Number(PORT), '127.0.0.1')
