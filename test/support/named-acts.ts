import { randomBytes, randomUUID } from 'node:crypto'
import { authenticatorCode, linkIdentity, newUser, passwordSession, signIn } from './account.js'
import type { Browser } from './browser.js'
import { copiesTo } from './mail-parts.js'
import { eventually, signInAtProvider } from './product.js'
import type { Product } from './product.js'

/** A request that changes something, ready to be sent. */
interface NamedAct {
  readonly browser: Browser
  /** With ids in the place of the parameters. */
  readonly path: string
  readonly body?: object
  /** Another one that would do as well; left out where the route takes none. */
  readonly otherBody?: object
}

/** For each route of `/v1` that takes an `Idempotency-Key`, how a request comes about that does what it is for. */
export const namedActs = (product: Product): Readonly<Record<string, () => Promise<NamedAct>>> => {
  const rows = async <Row extends Record<string, unknown>>(statement: string, values: unknown[] = []) =>
    (await product.testDatabase.pool.query<Row>(statement, values)).rows
  const member = async (name: string) => passwordSession(product, await newUser(product, name))
  const good = randomBytes(12).toString('hex')
  const account = async (): Promise<{ browser: Browser; userId: string }> => member(randomUUID())
  /** Somebody who may change what acme rules, in a session that proved it a moment ago. */
  const owner = async (): Promise<Browser> => {
    const { browser, userId } = await account()
    await rows(`update organization_members set role = 'owner' where user_id = $1`, [userId])
    return browser
  }
  const withPassword = async () => {
    const { browser, userId } = await account()
    await browser.sendJson('PUT', '/v1/me/password', { password: good })
    return { browser, userId }
  }
  const withEnrolment = async () => {
    const { browser, userId } = await account()
    const { secret } = (await browser.postJson('/v1/me/totp', {})).json()
    return { browser, userId, otp: await authenticatorCode(product, String(secret)) }
  }
  const withSecondFactor = async () => {
    const { browser, otp } = await withEnrolment()
    await browser.sendJson('PUT', '/v1/me/totp', { otp })
    return browser
  }
  const withAddress = async (verified: boolean) => {
    const { browser, userId } = await account()
    const added = await browser.postJson('/v1/me/emails', { email: `${randomUUID()}@people.example` })
    const id = String(added.json()['id'])
    if (verified) await rows('update user_emails set verified_at = app.now() where id = $1', [id])
    return { browser, userId, path: `/v1/me/emails/${id}` }
  }
  const invited = async (browser: Browser) => {
    const email = `${randomUUID()}@people.example`
    return String((await browser.postJson(`${acme}/invitations`, { email })).json()['id'])
  }
  const acme = '/v1/organizations/acme'
  const provider = async (): Promise<string> => {
    const name = `p-${randomUUID().slice(0, 8)}`
    await rows(
      `insert into providers (organization_id, name, display_name, issuer, client_id)
       select id, $1, $1, 'https://' || $1 || '.example', 'client' from organizations where slug = 'acme'`,
      [name],
    )
    return `${acme}/providers/${name}`
  }
  const domain = async (browser: Browser): Promise<string> => {
    const name = `${randomUUID().slice(0, 8)}.example`
    await browser.postJson(`${acme}/settings/domains`, { domain: name })
    return name
  }

  return {
    'POST /v1/attempts/:attempt/decision': async () => {
      const browser = product.browser()
      const page = new URL((await signInAtProvider(browser, randomUUID())).location()).pathname
      return {
        browser,
        path: `/v1${page}/decision`,
        body: { decision: 'cancel' },
        otherBody: { decision: 'create' },
      }
    },
    'POST /v1/passwords': async () => {
      const name = randomUUID()
      await newUser(product, name)
      const body = { email: `${name}@people.example`, organization: 'acme' }
      await product.browser().postJson('/v1/password-resets', body)
      const token = await eventually(() =>
        copiesTo(product, `${name}@people.example`)
          .map(({ text }) => /\/password\/(\S+)/.exec(text ?? '')?.[1])
          .find((found) => found !== undefined),
      )
      return {
        browser: product.browser(),
        path: '/v1/passwords',
        body: { token, password: good },
        otherBody: { token, password: `${good} other` },
      }
    },
    'POST /v1/me/emails': async () => ({
      browser: (await account()).browser,
      path: '/v1/me/emails',
      body: { email: `${randomUUID()}@people.example` },
      otherBody: { email: `${randomUUID()}@people.example` },
    }),
    'POST /v1/me/emails/:id/confirmation': async () => {
      const { browser, path } = await withAddress(false)
      return { browser, path: `${path}/confirmation`, body: {} }
    },
    'PATCH /v1/me/emails/:id': async () => ({ ...(await withAddress(true)), body: { primary: true } }),
    'DELETE /v1/me/emails/:id': () => withAddress(false),
    'DELETE /v1/me/identities/:id': async () => {
      const { browser, userId } = await withPassword()
      return { browser, path: `/v1/me/identities/${await linkIdentity(product, userId, randomUUID())}` }
    },
    'DELETE /v1/me/sessions': async () => {
      const { browser, userId } = await account()
      await passwordSession(product, userId)
      return { browser, path: '/v1/me/sessions' }
    },
    'DELETE /v1/me/sessions/:id': async () => {
      const { browser, userId } = await account()
      return { browser, path: `/v1/me/sessions/${(await passwordSession(product, userId)).sessionId}` }
    },
    'PUT /v1/me/password': async () => ({
      browser: (await account()).browser,
      path: '/v1/me/password',
      body: { password: good },
      otherBody: { password: `${good} other` },
    }),
    'DELETE /v1/me/password': async () => {
      // Signed in by an identity, since the sessions that the password opened end with it.
      const name = randomUUID()
      const userId = await newUser(product, name)
      await linkIdentity(product, userId, name)
      const { browser, sessionId } = await signIn(product, name)
      await rows('update sessions set other_proof_at = app.now() where id = $1', [sessionId])
      await rows(`insert into user_passwords (user_id, hash) values ($1, 'none')`, [userId])
      return { browser, path: '/v1/me/password' }
    },
    'POST /v1/me/totp': async () => ({ browser: (await account()).browser, path: '/v1/me/totp', body: {} }),
    'PUT /v1/me/totp': async () => {
      const { browser, otp } = await withEnrolment()
      return { browser, path: '/v1/me/totp', body: { otp }, otherBody: { otp: '000000' } }
    },
    'DELETE /v1/me/totp': async () => ({ browser: await withSecondFactor(), path: '/v1/me/totp' }),
    'POST /v1/me/totp/recovery-codes': async () => ({
      browser: await withSecondFactor(),
      path: '/v1/me/totp/recovery-codes',
      body: {},
    }),
    'POST /v1/me/invitations/:id': async () => {
      const name = randomUUID()
      const { browser } = await member(name)
      const [invitation] = await rows<{ id: string }>(
        `insert into invitations (organization_id, canonical_email, role, expires_at)
         select id, $1, 'member', app.now() + interval '1 day' from organizations where slug = 'globex' returning id`,
        [`${name}@people.example`],
      )
      return { browser, path: `/v1/me/invitations/${invitation?.id}`, body: {} }
    },
    'PATCH /v1/organizations/:organization/providers/:provider': async () => ({
      browser: await owner(),
      path: await provider(),
      body: { display_name: 'One' },
      otherBody: { display_name: 'Two' },
    }),
    'DELETE /v1/organizations/:organization/providers/:provider': async () => ({
      browser: await owner(),
      path: await provider(),
    }),
    'POST /v1/organizations/:organization/providers/:provider/reminders': async () => ({
      browser: await owner(),
      path: `${await provider()}/reminders`,
      body: {},
    }),
    'POST /v1/organizations/:organization/invitations': async () => ({
      browser: await owner(),
      path: `${acme}/invitations`,
      body: { email: `${randomUUID()}@people.example` },
      otherBody: { email: `${randomUUID()}@people.example` },
    }),
    'DELETE /v1/organizations/:organization/invitations/:invitation': async () => {
      const browser = await owner()
      return { browser, path: `${acme}/invitations/${await invited(browser)}` }
    },
    'PATCH /v1/organizations/:organization/settings': async () => ({
      browser: await owner(),
      path: `${acme}/settings`,
      body: { seat_limit: 5000 },
      otherBody: { seat_limit: 6000 },
    }),
    'POST /v1/organizations/:organization/settings/domains': async () => ({
      browser: await owner(),
      path: `${acme}/settings/domains`,
      body: { domain: `${randomUUID().slice(0, 8)}.example` },
      otherBody: { domain: `${randomUUID().slice(0, 8)}.example` },
    }),
    'POST /v1/organizations/:organization/settings/domains/:domain/proof': async () => {
      const browser = await owner()
      const name = await domain(browser)
      // Proved before: DNS is asked no more.
      await rows(
        `insert into domains (organization_id, name) select id, $1 from organizations where slug = 'acme'`,
        [name],
      )
      return { browser, path: `${acme}/settings/domains/${name}/proof`, body: {} }
    },
    'DELETE /v1/organizations/:organization/settings/domains/:domain': async () => {
      const browser = await owner()
      return { browser, path: `${acme}/settings/domains/${await domain(browser)}` }
    },
  }
}
