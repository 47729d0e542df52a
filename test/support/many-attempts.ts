import type pg from 'pg'

/**
 * Plants so many ended and open attempts of acme and globex, spread over 30 days, each tenth with a mail; and what the planner has to
 * know of them. Person n has the address `n@many.example`, of which attempts hold the given index.
 */
export const plantAttempts = async (pool: pg.Pool, count: number): Promise<void> => {
  await pool.query(
    `with p as (select p.id, p.organization_id, row_number() over (order by p.id) - 1 as n from providers p)
     insert into attempts (organization_id, provider_id, stage, state_hash, browser_hash, return_to, client_network, claims,
       address_index, outcome, outcome_how, ended_at, created_at, expires_at)
     select p.organization_id, p.id, case when open then 'awaiting_decision' else 'ended' end, sha256(g::text::bytea), sha256('b'), '/',
       '192.0.2.1', case when open then '\\x00'::bytea end, sha256((g || '@many.example')::bytea),
       case when open then null when g % 50 = 0 then 'rejected' when g % 50 = 1 then 'expired' when g % 50 = 2 then 'cancelled' else 'signed_in' end,
       case when not open and g % 50 > 2 then 'existing' end, case when open then null else at + interval '30 s' end, at, at + interval '1 hour'
     from generate_series(1, $1::int) g, lateral (select g % 1000 = 7 as open, app.now() - (g::float8 / $1::float8) * interval '30 days' as at) t,
       p where p.n = g % (select count(*) from p)`,
    [count],
  )
  await pool.query(
    `with u as (insert into users (name) select 'Many' from generate_series(1, $1::int) returning id),
     e as (insert into user_emails (user_id, address, canonical, is_primary)
           select id, id || '@many.example', id || '@many.example', true from u returning id),
     numbered as (select id, row_number() over () as n from e),
     a as (select id, organization_id, row_number() over () as n from (select id, organization_id from attempts limit $1) few)
     insert into mail_messages (kind, user_email_id, organization_id, attempt_id, locale, dedupe_key, workflow_id, state, reason)
     select 'confirmation', numbered.id, a.organization_id, a.id, 'en', 'many/' || n, 'mail/many', case when n % 100 = 0 then 'parked' else 'confirmed' end,
       case when n % 100 = 0 then 'http_400' end
     from a join numbered using (n)`,
    [Math.floor(count / 10)],
  )
  await pool.query('analyze')
}

/**
 * Gives a provider few old attempts among the many, with signed-in people who have identities and sessions, and each attempt of the
 * database a row of the audit; a few of those are of a rare event.
 * @returns the people
 */
export const plantFewAmongMany = async (pool: pg.Pool, providerId: string, people = 5): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>(
    `with u as (insert into users (name) select 'Few' from generate_series(1, $2::int) returning id),
     i as (insert into identities (user_id, provider_id, issuer, subject) select u.id, $1, 'https://few.example', u.id from u returning id, user_id),
     a as (insert into attempts (organization_id, provider_id, stage, state_hash, browser_hash, return_to, client_network, outcome, outcome_how,
         outcome_user_id, outcome_identity_id, ended_at, created_at, expires_at)
       select p.organization_id, p.id, 'ended', sha256(i.id::text::bytea), sha256('b'), '/', '192.0.2.1', 'signed_in', 'existing', i.user_id, i.id,
         at, at, at from i, providers p, lateral (select app.now() - interval '31 days' as at) t where p.id = $1
       returning id, organization_id, outcome_user_id, outcome_identity_id)
     insert into sessions (token_hash, user_id, organization_id, identity_id, attempt_id, methods, expires_at)
     select sha256(id::text::bytea), outcome_user_id, organization_id, outcome_identity_id, id, '{sso}', app.now() + interval '1 day' from a
     returning user_id as id`,
    [providerId, people],
  )
  await pool.query(
    `insert into audit_events (event, actor_kind, actor_id, organization_id, target_kind, target_id, attempt_id, client_network)
     select case when provider_id = $1 then 'domain.proved' else 'attempt.ended' end, 'user', coalesce(outcome_user_id, id), organization_id,
       'attempt', id, id, client_network from attempts order by id`,
    [providerId],
  )
  await pool.query('analyze')
  return rows.map(({ id }) => id)
}
