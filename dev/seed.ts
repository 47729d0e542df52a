import { createKeyring } from '../clients/keyring.js'
import type { Keyring } from '../clients/keyring.js'
import { readKeys } from '../config.js'
import { createOrganizationStore } from '../store/organizations.js'
import type { OrganizationStore } from '../store/organizations.js'
import { createPool, onlyRow, withTransaction } from '../store/pool.js'
import type { Db } from '../store/pool.js'

export interface SeedInput {
  readonly databaseUrl: string
  /** Issuer of the demo provider; both organizations have it as the provider `demo`. */
  readonly issuer: string
  /** As `APP_KEYS`. */
  readonly keys: string
}

export const demoClient = { id: 'auth-pipeline', secret: 'demo-client-secret' } as const

export interface SeedUser {
  readonly name: string
  /** Verified. */
  readonly email: string
  readonly organization: 'acme' | 'globex'
  readonly role: 'owner' | 'member'
  /** Subject at the demo provider; without one the person signs in there as somebody unknown. */
  readonly subject?: string
}

const organizations = [
  { slug: 'acme', name: 'Acme Corporation' },
  { slug: 'globex', name: 'Globex' },
] as const

const users: readonly SeedUser[] = [
  {
    name: 'Olivia Owner',
    email: 'olivia@acme.example',
    organization: 'acme',
    role: 'owner',
    subject: 'olivia',
  },
  { name: 'Mark Member', email: 'mark@acme.example', organization: 'acme', role: 'member', subject: 'mark' },
  { name: 'Ada Admin', email: 'ada@acme.example', organization: 'acme', role: 'member' },
  { name: 'Ben Baker', email: 'ben@people.example', organization: 'acme', role: 'member' },
  {
    name: 'Grace Globex',
    email: 'grace@globex.example',
    organization: 'globex',
    role: 'owner',
    subject: 'grace',
  },
]

/** Organizations, people, one trusted domain and one open invitation for the demo; what stands already stays as it is. */
export const seed = (input: SeedInput): Promise<void> =>
  plantInto(input.databaseUrl, (db) => plant(db, input))

/** Runs `sow` in one transaction of a database. */
export const plantInto = async (databaseUrl: string, sow: (db: Db) => Promise<void>): Promise<void> => {
  const pool = createPool({
    databaseUrl,
    applicationName: 'auth-pipeline-seed',
    maxConnections: 1,
    statementTimeout: 5_000,
    onIdleError: () => undefined,
  })
  try {
    await withTransaction(pool, sow)
  } finally {
    await pool.end()
  }
}

const plant = async (db: Db, { issuer, keys }: SeedInput): Promise<void> => {
  const keyring = createKeyring(readKeys(keys))
  for (const { slug, name } of organizations) {
    const { rows } = await db.query<{ id: string }>(
      'insert into organizations (slug, name) values ($1, $2) on conflict (slug) do update set name = excluded.name returning id',
      [slug, name],
    )
    const organizationId = onlyRow(rows).id
    const provider = {
      organizationId,
      name: 'demo',
      displayName: 'Demo Provider',
      admission: 'everyone',
    } as const
    const providerId = await plantProvider(db, keyring, issuer, provider)
    for (const user of users.filter(({ organization }) => organization === slug)) {
      await plantUser(db, organizationId, providerId, issuer, user)
    }
  }
  await db.query(
    `insert into domains (organization_id, name) select id, 'acme.example' from organizations where slug = 'acme'
     on conflict do nothing`,
  )
  await db.query(
    `insert into invitations (organization_id, canonical_email, role, expires_at)
     select o.id, 'ivy@people.example', 'manager', app.now() + interval '30 days' from organizations o
     where o.slug = 'acme' and not exists (
       select from invitations i where i.organization_id = o.id and i.canonical_email = 'ivy@people.example')`,
  )
}

type SeedProvider = Pick<
  Parameters<OrganizationStore['saveProvider']>[0],
  'organizationId' | 'name' | 'displayName' | 'admission'
>

/** @returns the id of a provider of the organization that is the demo provider */
export const plantProvider = async (
  db: Db,
  keyring: Keyring,
  issuer: string,
  provider: SeedProvider,
): Promise<string> => {
  const store = createOrganizationStore(db)
  const providerId = await store.saveProvider({
    ...provider,
    issuer,
    clientId: demoClient.id,
    clientAuthentication: null,
    defaultRole: 'member',
  })
  // The issuer holds the provider's port: where another had to be taken, everybody moves with it.
  await db.query('update identities set issuer = $2 where provider_id = $1 and issuer <> $2', [
    providerId,
    issuer,
  ])
  await store.setClientSecret(providerId, keyring.seal('client-secret', providerId, demoClient.secret))
  return providerId
}

/** @returns the user's id */
export const plantUser = async (
  db: Db,
  organizationId: string,
  providerId: string,
  issuer: string,
  user: SeedUser,
): Promise<string> => {
  const { rows } = await db.query<{ user_id: string }>(
    'select user_id from user_emails where canonical = $1 and verified_at is not null',
    [user.email],
  )
  const userId = rows[0]?.user_id ?? (await insertUser(db, user))
  await db.query(
    `insert into organization_members (organization_id, user_id, role, sso_linked) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [organizationId, userId, user.role, user.subject !== undefined],
  )
  if (user.subject === undefined) return userId
  // The issuer holds the provider's port: where another had to be taken, the people move with it.
  await db.query(
    `insert into identities (user_id, provider_id, issuer, subject, email, email_verified, name)
     values ($1, $2, $3, $4, $5, true, $6)
     on conflict on constraint identities_one_per_provider do update set issuer = excluded.issuer`,
    [userId, providerId, issuer, user.subject, user.email, user.name],
  )
  return userId
}

const insertUser = async (db: Db, user: SeedUser): Promise<string> => {
  const { rows } = await db.query<{ user_id: string }>(
    `with u as (insert into users (name) values ($1) returning id)
     insert into user_emails (user_id, address, canonical, is_primary, verified_at)
     select id, $2, $2, true, app.now() from u returning user_id`,
    [user.name, user.email],
  )
  return onlyRow(rows).user_id
}
