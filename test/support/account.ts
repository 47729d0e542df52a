import { randomBytes } from 'node:crypto'
import { generate } from 'otplib'
import { createKeyring } from '../../clients/keyring.js'
import type { Browser } from './browser.js'
import { signInAtProvider } from './product.js'
import type { Product } from './product.js'

/** Somebody signed in, as the tables know it. */
export interface SignedIn {
  readonly browser: Browser
  readonly userId: string
  readonly sessionId: string
}

type Parts = Pick<Product, 'browser' | 'database' | 'testDatabase' | 'origin'>

/** A persona of the seed, signed in through the provider of its organization. */
export const signIn = async (
  product: Parts,
  persona: string,
  organization = 'acme',
  browser = product.browser(),
): Promise<SignedIn> => {
  await browser.follow(await signInAtProvider(browser, persona, organization))
  return whoIs(product, browser)
}

/** Whose session a browser has. */
const whoIs = async ({ testDatabase }: Parts, browser: Browser): Promise<SignedIn> => {
  const token = browser.cookies.get('__Host-session') ?? ''
  const { rows } = await testDatabase.pool.query<{ id: string; user_id: string }>(
    'select id, user_id from sessions where token_hash = $1',
    [hashToken(token)],
  )
  const [row] = rows
  if (row === undefined) throw new Error('the browser has no session')
  return { browser, userId: row.user_id, sessionId: row.id }
}

const { hashToken } = createKeyring([{ id: 'test', secret: Buffer.alloc(32) }])

/** A session as a password opens it, in a browser of its own. */
export const passwordSession = async (product: Parts, userId: string): Promise<SignedIn> => {
  const token = randomBytes(32).toString('base64url')
  const organization = await product.database.organizations.find('acme')
  const { id } = await product.database.userSessions.openWithPassword({
    userId,
    organizationId: organization?.id ?? '',
    methods: ['password'],
    tokenHash: hashToken(token),
  })
  const browser = product.browser()
  browser.cookies.set('__Host-session', token)
  return { browser, userId, sessionId: id }
}

/** A member of acme with a confirmed address and no way to sign in yet. */
export const newUser = async (
  { database, testDatabase }: Parts,
  name: string,
  verified = true,
): Promise<string> => {
  const address = `${name}@people.example`
  const { id } = await database.users.create({
    name,
    locale: 'en',
    email: { address, canonical: address, domain: 'people.example' },
    emailVerified: verified,
  })
  await testDatabase.pool.query(
    `insert into organization_members (organization_id, user_id, role) select id, $1, 'member' from organizations where slug = 'acme'`,
    [id],
  )
  return id
}

/** An identity of the user at the demo provider of an organization. */
export const linkIdentity = async (
  { database }: Parts,
  userId: string,
  subject: string,
  organization: 'acme' | 'globex' = 'acme',
): Promise<string> => {
  const provider = await database.organizations.findProvider(organization, 'demo')
  if (provider === null) throw new Error('the seed is missing')
  const { id } = await database.identities.create(userId, provider.id, {
    issuer: provider.issuer,
    subject,
    email: null,
    emailVerified: false,
    name: subject,
    locale: null,
  })
  return id
}

/** What an authenticator shows for a secret, by the database's clock. */
export const authenticatorCode = async ({ testDatabase }: Parts, secret: string): Promise<string> => {
  const { rows } = await testDatabase.pool.query<{ epoch: number }>(
    'select extract(epoch from app.now())::float8 as epoch',
  )
  return generate({ secret, epoch: Math.floor(rows[0]?.epoch ?? 0) })
}

/** The events of the audit whose actor a user is, oldest first. */
export const auditOf = async ({ testDatabase }: Parts, userId: string): Promise<string[]> => {
  const { rows } = await testDatabase.pool.query<{ event: string }>(
    'select event from audit_events where actor_id = $1 order by id',
    [userId],
  )
  return rows.map(({ event }) => event)
}
