-- Up Migration
--
-- How people sign in besides an identity, what they proved inside an attempt, and what organizations and staff may set.

alter table organizations
  -- Members above it join restricted (spec: pipeline 3, "Commit: attach" 3); null is no limit.
  add column seat_limit integer constraint organizations_seat_limit_positive check (seat_limit > 0),
  add column require_second_factor boolean not null default false;

alter table providers
  -- Members sign in through this provider only; the only owner keeps a password way in.
  add column require_link boolean not null default false,
  -- Staff's to grant, never the tenant's (spec: pipeline 4).
  add column text_true_is_verified boolean not null default false,
  add column legacy_subject_claim text;

-- Counts up whenever a sign-in method or an address of the user changes: a proof is worth nothing under another count
-- (spec: pipeline 2.3 and 2.13). Triggers count, so that no writer can forget it.
alter table users add column methods_version integer not null default 1;

create table user_passwords (
  user_id uuid primary key references users on delete cascade,
  hash text not null,
  changed_at timestamptz not null default app.now()
);

-- The seed is sealed (`totp`). Each time step is accepted once.
create table user_totp (
  user_id uuid primary key references users on delete cascade,
  secret bytea not null,
  confirmed_at timestamptz,
  last_step bigint,
  created_at timestamptz not null default app.now()
);

create table user_recovery_codes (
  user_id uuid not null references users on delete cascade,
  code_hash bytea not null,
  used_at timestamptz,
  constraint user_recovery_codes_once primary key (user_id, code_hash)
);

create function app.count_methods_version() returns trigger language plpgsql
  as $$
    begin
      update users set methods_version = methods_version + 1
      where id = case when tg_op = 'DELETE' then old.user_id else new.user_id end;
      if tg_op = 'UPDATE' and old.user_id <> new.user_id then
        update users set methods_version = methods_version + 1 where id = old.user_id;
      end if;
      return null;
    end $$;
create trigger user_passwords_version after insert or delete or update of hash on user_passwords
  for each row execute function app.count_methods_version();
create trigger user_totp_version after delete or update of confirmed_at on user_totp
  for each row execute function app.count_methods_version();
create trigger identities_version after insert or delete or update of user_id, issuer, subject on identities
  for each row execute function app.count_methods_version();
create trigger user_emails_version after insert or delete or update of user_id, canonical, is_primary, verified_at on user_emails
  for each row execute function app.count_methods_version();

-- An attempt may be more than a sign-in: a child that only proves an identity for its parent, a fresh look at who R is, or the
-- sign-in that ends the setup of a provider.
alter table attempts
  add column purpose text not null default 'sign_in'
    constraint attempts_purpose check (purpose in ('sign_in', 'prove', 'reauthenticate', 'setup')),
  add column parent_id uuid references attempts on delete cascade,
  -- The address that this attempt may prove by mail, sealed (`attempt-email`): asserted, or typed where none was, fixed from then on.
  add column email bytea,
  add column wrong_tries integer not null default 0,
  add constraint attempts_prove_has_parent check ((purpose in ('prove', 'reauthenticate')) <= (parent_id is not null));
create index attempts_parent on attempts (parent_id) where parent_id is not null;
create index attempts_session on attempts (session_id) where session_id is not null and outcome is null;
create index attempts_session_user on attempts (session_user_id) where outcome is null;

-- Fresh, single-use evidence that the browser of an attempt controls an account or an address. The six values that it is bound to
-- are attempt, provider, issuer and subject, target, address and browser; it is used up in the commit (spec: pipeline 2.3).
create table proofs (
  id uuid primary key default app.uuid_v7(),
  attempt_id uuid not null references attempts on delete cascade,
  kind text not null constraint proofs_kind check (kind in ('password', 'email', 'identity')),
  provider_id uuid not null references providers on delete cascade,
  issuer text not null,
  subject text not null,
  -- Whom it proves; null where it proves an address that nobody holds.
  user_id uuid references users on delete cascade,
  methods_version integer,
  canonical_email text,
  browser_hash bytea not null,
  second_factor boolean not null default false,
  created_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  constraint proofs_of_something check (user_id is not null or canonical_email is not null),
  constraint proofs_version_of_user check ((user_id is null) = (methods_version is null))
);
create index proofs_attempt on proofs (attempt_id);
create index proofs_user on proofs (user_id) where used_at is null;

-- A mailed link and 6-digit code for an attempt's own address. Both are derived from the nonce under a server key, so that a retry
-- and a resend repeat them, and a dump of this table proves nothing.
create table email_challenges (
  id uuid primary key default app.uuid_v7(),
  attempt_id uuid not null references attempts on delete cascade,
  nonce bytea not null constraint email_challenges_nonce_length check (octet_length(nonce) = 32),
  wrong_tries integer not null default 0,
  created_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  -- Used, replaced by a newer one, or tried too often.
  ended_at timestamptz
);
create unique index email_challenges_one_live on email_challenges (attempt_id) where ended_at is null;

alter table decisions
  add column proof_id uuid references proofs on delete set null,
  add column replace boolean not null default false;

-- Counts of what a person, an address or a network did in a window. Keys hold no address in plain.
create table rate_limits (
  key text not null,
  window_start timestamptz not null,
  count integer not null default 1,
  expires_at timestamptz not null,
  primary key (key, window_start)
);
create index rate_limits_expired on rate_limits (expires_at);

alter table invitations add column token_hash bytea constraint invitations_token_unique unique;

-- Where a retry and a support search look a person up.
create index audit_events_target on audit_events (target_id, id) where target_id is not null;
