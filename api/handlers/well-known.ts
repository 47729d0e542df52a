import { signingKeys } from '../acts/signing-keys.js'
import type { Handler } from '../route.js'

/** The public halves of the keys that sign tokens for applications (RFC 7517). */
export const getJwks: Handler = (dependencies) => ({
  method: 'GET',
  path: '/.well-known/jwks.json',
  access: 'anyone',
  async handle(context) {
    const { all } = await signingKeys(dependencies)
    // The next key is there a day before it is used.
    context.set('Cache-Control', 'public, max-age=3600')
    context.body = { keys: all.map(({ publicJwk }) => publicJwk) }
  },
})

/** Where password managers lead people (W3C, A Well-Known URL for Changing Passwords). */
export const getChangePassword: Handler = () => ({
  method: 'GET',
  path: '/.well-known/change-password',
  access: 'anyone',
  handle(context) {
    context.status = 302
    context.redirect('/account')
  },
})

const day = 86_400_000

/** Whom to tell of a hole (RFC 9116); 404 where nobody was named. */
export const getSecurityTxt: Handler = ({ publicOrigin, securityContact }) => ({
  method: 'GET',
  path: '/.well-known/security.txt',
  access: 'anyone',
  handle(context) {
    if (securityContact === null) return
    context.type = 'text/plain; charset=utf-8'
    context.body = [
      `Contact: ${securityContact}`,
      `Expires: ${new Date(Date.now() + 180 * day).toISOString()}`,
      'Preferred-Languages: en, de',
      `Canonical: ${publicOrigin}/.well-known/security.txt`,
      '',
    ].join('\n')
  },
})

/** Nothing here is for search engines. */
export const getRobotsTxt: Handler = () => ({
  method: 'GET',
  path: '/robots.txt',
  access: 'anyone',
  handle(context) {
    context.type = 'text/plain; charset=utf-8'
    context.body = 'User-agent: *\nDisallow: /\n'
  },
})
