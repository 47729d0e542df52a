import type pg from 'pg'
import { createPasswordHasher } from '../../clients/password-hash.js'

export const knownSubjects = 100_000
const mergers = 5_000
export const mergerPassword = 'correct horse battery staple'
export const mergerAddress = (n: number): string => `merge-${n % mergers}@people.example`

/**
 * An organization with the provider `bench`, and people known there under `known-<n>`, each of whom has signed in once: plans made on
 * empty tables would read the growing ones from end to end. @returns the provider's id
 */
export const plantKnown = async (pool: pg.Pool, issuer: string): Promise<string> => {
  const client = await pool.connect()
  try {
    // Triggers count changes of sign-in methods; nobody has any of these yet.
    await client.query(`set session_replication_role = replica`)
    const { rows } = await client.query<{ id: string; name: string }>(
      `with o as (insert into organizations (slug, name) values ('acme', 'Acme') returning id)
       insert into providers (organization_id, name, display_name, issuer, client_id, client_authentication, admission, default_role)
       select id, name, name, $1, 'bench', 'none', 'everyone', 'member' from o, unnest(array['bench', 'second']) name
       returning id, name`,
      [issuer],
    )
    const providerId = rows.find(({ name }) => name === 'bench')?.id ?? ''
    await client.query(
      `with u as (insert into users (name) select 'known-' || n from generate_series(1, $1::int) n returning id, name),
        m as (insert into organization_members (organization_id, user_id, role, sso_linked)
              select o.id, u.id, 'member', true from u, organizations o)
       insert into identities (user_id, provider_id, issuer, subject, name) select id, $2, $3, name, name from u`,
      [knownSubjects, providerId, issuer],
    )
    await client.query(
      `with i as (
         select i.id, i.user_id, i.provider_id, p.organization_id, app.now() - interval '1 day' as at
         from identities i join providers p on p.id = i.provider_id),
       a as (
         insert into attempts (organization_id, provider_id, stage, state_hash, browser_hash, return_to, outcome, outcome_how,
           outcome_user_id, outcome_identity_id, outcome_methods_version, created_at, ended_at, expires_at)
         select organization_id, provider_id, 'ended', sha256(id::text::bytea), sha256('bench'), '/account', 'signed_in', 'existing',
           user_id, id, 1, at, at, at + interval '1 hour' from i
         returning id, organization_id, outcome_user_id, outcome_identity_id)
       insert into sessions (token_hash, user_id, organization_id, identity_id, attempt_id, methods, expires_at)
       select sha256(id::text::bytea), outcome_user_id, organization_id, outcome_identity_id, id, '{provider}', app.now() + interval '13 days'
       from a`,
    )
    await client.query(
      `insert into audit_events (event, actor_kind, actor_id, organization_id, target_kind, target_id, attempt_id)
       select 'session.started', 'user', user_id::text, organization_id, 'session', id::text, attempt_id from sessions`,
    )
    await plantMergers(client)
    await client.query(`set session_replication_role = default`)
    await client.query('vacuum analyze')
    return providerId
  } finally {
    client.release()
  }
}

/** The same people and sessions in Better Auth's tables. */
export const plantKnownAtPeer = async (pool: pg.Pool): Promise<void> => {
  await pool.query(
    `insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
     select 'known-' || n, 'known', 'known-' || n || '@people.example', false, now(), now() from generate_series(1, $1::int) n`,
    [knownSubjects],
  )
  await pool.query(
    `insert into account (id, "accountId", "providerId", "userId", "createdAt", "updatedAt")
     select 'account-' || n, 'known-' || n, 'bench', 'known-' || n, now(), now() from generate_series(1, $1::int) n`,
    [knownSubjects],
  )
  await pool.query(
    `insert into session (id, token, "userId", "expiresAt", "createdAt", "updatedAt")
     select 'session-' || n, 'session-' || n, 'known-' || n, now() + interval '6 days', now(), now() from generate_series(1, $1::int) n`,
    [knownSubjects],
  )
  await pool.query('vacuum analyze')
}

/** People with a verified address and a password, and no identity (W4). All have one hash: to check it costs the same. */
const plantMergers = async (client: pg.ClientBase): Promise<void> => {
  await client.query(
    `with u as (insert into users (name) select 'merge-' || n || '@people.example' from generate_series(0, $1::int - 1) n
                returning id, name),
       e as (insert into user_emails (user_id, address, canonical, is_primary, verified_at) select id, name, name, true, app.now() from u)
     insert into user_passwords (user_id, hash) select id, $2 from u`,
    [mergers, await createPasswordHasher().hash(mergerPassword)],
  )
}
