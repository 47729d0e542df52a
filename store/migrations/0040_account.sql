-- Up Migration
--
-- What a person manages on the account page.

alter table sessions
  -- When this browser last proved the account by something that the provider which opened the session did not issue: changes of
  -- sign-in methods and addresses rest on it (spec: pipeline 2.12).
  add column other_proof_at timestamptz;

-- A mailed link that sets a password. Only a nonce is stored: neither a dump nor the source opens an account. It is worth nothing
-- under another count of the user's methods (spec: pipeline 2.13 and 2.14).
create table password_links (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references users on delete cascade,
  user_email_id uuid not null references user_emails on delete cascade,
  nonce bytea not null constraint password_links_nonce_length check (octet_length(nonce) = 32),
  methods_version integer not null,
  created_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index password_links_user on password_links (user_id) where used_at is null;

-- What a person sees of its own security events.
create index audit_events_actor on audit_events (actor_id, id) where actor_id is not null;
