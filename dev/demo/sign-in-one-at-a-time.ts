import type { Middleware } from 'koa'
import type { Provider } from 'oidc-provider'

/**
 * Each sign-in stands alone. A `login_hint` becomes a session for this one request, so that the person is
 * signed in without a page; without a hint there is no session, so that the page asks. `prompt` and
 * `max_age` have nothing to add to a sign-in that is always fresh. The session cookie never reaches the
 * browser: whoever signed in before, the next sign-in may be somebody else.
 */
export function signInOneAtATime(provider: Provider): Middleware {
  const cookie = provider.cookieName('session')
  return async (ctx, next) => {
    if (ctx.path === '/auth') {
      const { prompt, max_age: _fresh, ...query } = ctx.query
      ctx.query = prompt === 'none' ? { ...query, prompt } : query
      ctx.req.headers.cookie = await sessionCookieFor(query.login_hint)
    }
    await next()
    keepFromBrowser(ctx.res, cookie)
  }

  async function sessionCookieFor(hint: string | string[] | undefined): Promise<string> {
    if (typeof hint !== 'string' || hint === '') return ''
    const session = new provider.Session()
    session.loginAccount({ accountId: hint })
    await session.save(60)
    return `${cookie}=${session.jti}`
  }
}

function keepFromBrowser(res: Parameters<Middleware>[0]['res'], cookie: string): void {
  const kept = [res.getHeader('set-cookie') ?? []]
    .flat()
    .filter((line) => !String(line).startsWith(`${cookie}=`))
  if (kept.length > 0) res.setHeader('set-cookie', kept.map(String))
  else res.removeHeader('set-cookie')
}
