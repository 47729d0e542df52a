import { createKeyring } from '../clients/keyring.js'
import { createPasswordHasher } from '../clients/password-hash.js'
import { readKeys } from '../config.js'
import { createPasswordStore } from '../store/passwords.js'
import { onlyRow } from '../store/pool.js'
import type { Db } from '../store/pool.js'
import { createTotpStore } from '../store/totp.js'
import { personas, type Persona } from './demo/personas.js'
import { plantInto, plantProvider, plantUser } from './seed.js'
import type { SeedInput, SeedUser } from './seed.js'

/** People of acme whom only the demo needs: each shows a branch of the decision, or of its refusals. */
const people: readonly (SeedUser & { readonly status?: 'suspended' | 'inactive' })[] = [
  { name: 'Cleo Carter', email: 'cleo@acme.example', organization: 'acme', role: 'member' },
  {
    name: 'Chris Change',
    email: 'chris@acme.example',
    organization: 'acme',
    role: 'member',
    subject: 'chris-until-2025',
  },
  {
    name: 'Sid Suspended',
    email: 'sid@acme.example',
    organization: 'acme',
    role: 'member',
    subject: 'sid',
    status: 'suspended',
  },
  {
    name: 'Ina Inactive',
    email: 'ina@acme.example',
    organization: 'acme',
    role: 'member',
    status: 'inactive',
  },
]

/**
 * What the personas of the demo page need beside the seed, after it: their passwords and authenticator app, more people, and a provider
 * of globex with which nobody may register. What stands already stays as it is.
 */
export const seedPeople = async ({ databaseUrl, issuer, keys }: SeedInput): Promise<void> => {
  const keyring = createKeyring(readKeys(keys))
  await plantInto(databaseUrl, async (db) => {
    const acme = await organizationId(db, 'acme')
    const { rows } = await db.query<{ id: string }>(
      "select id from providers where organization_id = $1 and name = 'demo'",
      [acme],
    )
    for (const person of people) {
      const userId = await plantUser(db, acme, onlyRow(rows).id, issuer, person)
      await db.query('update users set status = $2 where id = $1', [userId, person.status ?? 'active'])
    }
    const partners = await plantProvider(db, keyring, issuer, {
      organizationId: await organizationId(db, 'globex'),
      name: 'partners',
      displayName: 'Partner Login',
      admission: 'invited',
    })
    await db.query("update providers set serves = array_remove(serves, 'create') where id = $1", [partners])
    for (const persona of personas) await plantSecrets(db, keyring, persona)
  })
}

const organizationId = async (db: Db, slug: string): Promise<string> =>
  onlyRow((await db.query<{ id: string }>('select id from organizations where slug = $1', [slug])).rows).id

const plantSecrets = async (
  db: Db,
  keyring: ReturnType<typeof createKeyring>,
  { claims, password, totpSecret }: Persona,
): Promise<void> => {
  if (password === undefined) return
  const { rows } = await db.query<{ user_id: string }>(
    `select user_id from user_emails where canonical = $1 and verified_at is not null
       and not exists (select from user_passwords p where p.user_id = user_emails.user_id)`,
    [claims.email],
  )
  const userId = rows[0]?.user_id
  if (userId === undefined) return
  await createPasswordStore(db).set(userId, await createPasswordHasher().hash(password))
  if (totpSecret === undefined) return
  const totp = createTotpStore(db)
  if (await totp.begin(userId, keyring.seal('totp', userId, totpSecret))) await totp.confirm(userId, 0)
}
