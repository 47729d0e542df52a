-- Up Migration
--
-- Postgres is the system of record and the arbiter (ARCHITECTURE.md). Rules live in named constraints; `store/constraints.ts`
-- maps each name that a request can violate to one error code.

create schema app;

-- Every statement takes the time from here. Only the test database replaces it, by one with an offset, so that days pass at once.
create function app.now() returns timestamptz language sql stable parallel safe
  as $$ select now() $$;

-- UUIDv7 (RFC 9562 5.7): keys sort by creation. Built in only from Postgres 18 on; this runs on 14 and later.
create function app.uuid_v7() returns uuid language sql volatile parallel safe
  as $$
    select encode(
      set_bit(set_bit(
        overlay(uuid_send(gen_random_uuid())
          placing substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6),
        52, 1), 53, 1), 'hex')::uuid
  $$;

create table organizations (
  id uuid primary key default app.uuid_v7(),
  slug text not null constraint organizations_slug_unique unique
    constraint organizations_slug_shape check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null constraint organizations_name_length check (char_length(name) between 1 and 100),
  created_at timestamptz not null default app.now()
);

-- A domain counts as proved by DNS (provider_id null: for every provider of the organization) or as granted by staff to one provider.
create table domains (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations on delete cascade,
  provider_id uuid,
  name text not null constraint domains_name_canonical check (name = lower(name) and name <> ''),
  proved_at timestamptz not null default app.now(),
  constraint domains_once unique nulls not distinct (organization_id, provider_id, name)
);

create table providers (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations on delete cascade,
  name text not null constraint providers_name_shape check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  display_name text not null constraint providers_display_name_length check (char_length(display_name) between 1 and 100),
  issuer text not null,
  client_id text not null,
  client_secret bytea,
  client_authentication text
    constraint providers_client_authentication check (client_authentication in ('client_secret_basic', 'client_secret_post', 'none')),
  serves text[] not null default '{sign_in,link,create,join,prove}'
    constraint providers_serves check (serves <@ '{sign_in,link,create,join,prove}'::text[]),
  admission text not null default 'invited'
    constraint providers_admission check (admission in ('everyone', 'domains', 'invited')),
  default_role text not null default 'member'
    constraint providers_default_role check (default_role in ('member', 'manager', 'owner')),
  status text not null default 'enabled' constraint providers_status check (status in ('enabled', 'disabled')),
  created_at timestamptz not null default app.now(),
  constraint providers_name_unique unique (organization_id, name)
);

alter table domains add constraint domains_provider foreign key (provider_id) references providers on delete cascade;

create table users (
  id uuid primary key default app.uuid_v7(),
  name text not null default '' constraint users_name_length check (char_length(name) <= 200),
  locale text not null default 'en',
  status text not null default 'active' constraint users_status check (status in ('active', 'inactive', 'suspended')),
  created_at timestamptz not null default app.now()
);

-- `canonical` is what is compared, `address` is what mail goes to (spec: pipeline 2.5).
-- Of a confirmation link only the nonce and the time are kept: neither a dump nor the source confirms an address (spec: pipeline 5).
create table user_emails (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references users on delete cascade,
  address text not null constraint user_emails_address_length check (char_length(address) between 3 and 254),
  canonical text not null,
  is_primary boolean not null default false,
  verified_at timestamptz,
  confirmation_nonce bytea constraint user_emails_nonce_length check (octet_length(confirmation_nonce) = 32),
  confirmation_issued_at timestamptz,
  created_at timestamptz not null default app.now(),
  constraint user_emails_confirmation_whole check ((confirmation_nonce is null) = (confirmation_issued_at is null)),
  constraint user_emails_once unique (user_id, canonical)
);
create unique index user_emails_verified_holder on user_emails (canonical) where verified_at is not null;
create unique index user_emails_one_primary on user_emails (user_id) where is_primary;
create index user_emails_canonical on user_emails (canonical);

create table organization_members (
  organization_id uuid not null references organizations on delete cascade,
  user_id uuid not null references users on delete cascade,
  role text not null constraint organization_members_role check (role in ('member', 'manager', 'owner')),
  restricted boolean not null default false,
  sso_linked boolean not null default false,
  sso_invalid boolean not null default false,
  created_at timestamptz not null default app.now(),
  primary key (organization_id, user_id)
);
create index organization_members_user on organization_members (user_id);

create table invitations (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations on delete cascade,
  canonical_email text not null,
  role text not null constraint invitations_role check (role in ('member', 'manager', 'owner')),
  approved boolean not null default true,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  accepted_by uuid references users on delete set null,
  created_at timestamptz not null default app.now()
);
create unique index invitations_one_open on invitations (organization_id, canonical_email) where accepted_at is null;

create table identities (
  id uuid primary key default app.uuid_v7(),
  user_id uuid not null references users on delete cascade,
  provider_id uuid not null references providers on delete cascade,
  issuer text not null,
  subject text not null
    constraint identities_subject_shape check (subject ~ '^[\x20-\x7e]{1,255}$'),
  email text,
  email_verified boolean not null default false,
  name text not null default '',
  created_at timestamptz not null default app.now(),
  last_verified_at timestamptz not null default app.now(),
  constraint identities_one_owner unique (provider_id, issuer, subject),
  constraint identities_one_per_provider unique (provider_id, user_id)
);
create index identities_user on identities (user_id);

-- One journey of one browser. Claims, PKCE verifier and nonce are sealed (clients/keyring.ts); of state and browser secret only hashes are kept.
create table attempts (
  id uuid primary key default app.uuid_v7(),
  organization_id uuid not null references organizations on delete cascade,
  provider_id uuid not null references providers on delete cascade,
  stage text not null default 'awaiting_provider'
    constraint attempts_stage check (stage in ('awaiting_provider', 'awaiting_decision', 'finishing', 'ended')),
  state_hash bytea not null constraint attempts_state_unique unique,
  state_used_at timestamptz,
  browser_hash bytea not null,
  provider_request bytea,
  return_to text not null constraint attempts_return_to_path check (return_to ~ '^/($|[^/\\])'),
  locale text not null default 'en',
  client_network text,
  session_id uuid,
  session_user_id uuid references users on delete set null,
  claims bytea,
  outcome text constraint attempts_outcome check (outcome in ('signed_in', 'rejected', 'cancelled', 'expired')),
  outcome_how text constraint attempts_outcome_how check (outcome_how in ('existing', 'linked', 'merged', 'created')),
  outcome_code text,
  outcome_user_id uuid references users on delete set null,
  outcome_identity_id uuid references identities on delete set null,
  ended_at timestamptz,
  started_at timestamptz,
  relayed_at timestamptz,
  created_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  constraint attempts_ended_has_outcome check (
    (stage = 'ended') = (outcome is not null) and (outcome is null) = (ended_at is null)),
  constraint attempts_how_only_signed_in check ((outcome_how is not null) = (outcome is not distinct from 'signed_in')),
  constraint attempts_code_only_refused check (outcome_code is null or outcome in ('rejected', 'expired')),
  constraint attempts_decidable_has_claims check (stage not in ('awaiting_decision', 'finishing') or claims is not null)
);
-- What Temporal has not been told, or has not carried out, and what is past its time: the relay and the sweep read only these.
create index attempts_unstarted on attempts (created_at) where started_at is null and stage in ('awaiting_decision', 'finishing');
create index attempts_finishing on attempts (created_at) where stage = 'finishing';
create index attempts_open on attempts (expires_at) where outcome is null;

-- The row is the decision; the unique key is the arbiter (spec: pipeline 2.7). Typed input may hold an address, so it is sealed.
create table decisions (
  attempt_id uuid primary key references attempts on delete cascade,
  choice text not null constraint decisions_choice check (choice in ('link', 'merge', 'create', 'cancel')),
  idempotency_key text not null
    constraint decisions_idempotency_key_length check (char_length(idempotency_key) between 1 and 200),
  body_hash bytea not null,
  input bytea,
  facts jsonb not null,
  session_user_id uuid references users on delete set null,
  created_at timestamptz not null default app.now(),
  signalled_at timestamptz
);

create table sessions (
  id uuid primary key default app.uuid_v7(),
  token_hash bytea not null constraint sessions_token_unique unique,
  user_id uuid not null references users on delete cascade,
  organization_id uuid not null references organizations on delete cascade,
  identity_id uuid references identities on delete set null,
  attempt_id uuid references attempts on delete set null,
  methods text[] not null,
  authenticated_at timestamptz not null default app.now(),
  last_seen_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  created_at timestamptz not null default app.now()
);
create index sessions_user on sessions (user_id) where ended_at is null;
create unique index sessions_one_per_attempt on sessions (attempt_id) where ended_at is null;

-- One logical mail, written in the transaction that caused it (spec: mail). The address is read from its own row at each try.
create table mail_messages (
  id uuid primary key default app.uuid_v7(),
  kind text not null constraint mail_messages_kind check (kind in ('confirmation', 'confirmation_reminder')),
  user_email_id uuid not null references user_emails on delete cascade,
  organization_id uuid not null references organizations on delete cascade,
  attempt_id uuid references attempts on delete set null,
  locale text not null,
  dedupe_key text not null constraint mail_messages_once unique,
  -- The workflow that delivers it.
  workflow_id text not null,
  state text not null default 'queued' constraint mail_messages_state check (state in (
    'queued', 'sending', 'accepted', 'delivered', 'deferred', 'bounced', 'suppressed', 'parked', 'cancelled', 'expired', 'confirmed')),
  reason text,
  round integer not null default 1,
  round_started_at timestamptz not null default app.now(),
  -- What support has asked for and got: each request opens one round, however often its run is reset.
  retry_requests text[] not null default '{}',
  -- Time that this round spent waiting for a paused transport: it uses up no budget.
  paused_seconds integer not null default 0,
  -- When its delivery last did something: a mail that is under way and long untouched has lost its workflow.
  touched_at timestamptz not null default app.now(),
  -- Since when its workflow has not been seen to know of something that happened to the mail.
  nudge_owed_since timestamptz,
  created_at timestamptz not null default app.now()
);
create index mail_messages_unheard on mail_messages (nudge_owed_since) where nudge_owed_since is not null;
create index mail_messages_under_way on mail_messages (touched_at) where state in ('queued', 'sending');
create index mail_messages_user_email on mail_messages (user_email_id);
create index mail_messages_attempt on mail_messages (attempt_id);

-- A try is (round, attempt); `id` is the opaque value that travels with the message and comes back in events.
create table mail_tries (
  id uuid primary key default app.uuid_v7(),
  mail_id uuid not null references mail_messages on delete cascade,
  round integer not null,
  attempt integer not null,
  state text not null default 'sending' constraint mail_tries_state check (state in (
    'sending', 'accepted', 'delivered', 'deferred', 'bounced', 'suppressed', 'refused', 'failed', 'ambiguous')),
  provider_message_id text,
  reason text,
  started_at timestamptz not null default app.now(),
  finished_at timestamptz,
  constraint mail_tries_once unique (mail_id, round, attempt)
);

-- What the provider told of a try, each thing once (spec: mail, "events").
create table mail_events (
  try_id uuid not null references mail_tries on delete cascade,
  event text not null constraint mail_events_event check (event in ('processed', 'deferred', 'delivered', 'bounce', 'dropped')),
  reason text,
  at timestamptz not null,
  received_at timestamptz not null default app.now(),
  constraint mail_events_once primary key (try_id, event, at)
);

-- One row: a pause that one worker learns of holds for all (spec: mail, 429 and 401/403).
create table mail_transport (
  id boolean primary key default true constraint mail_transport_single check (id),
  paused_until timestamptz,
  reason text
);
insert into mail_transport default values;

create table audit_events (
  id uuid primary key default app.uuid_v7(),
  at timestamptz not null default app.now(),
  event text not null,
  actor_kind text not null constraint audit_events_actor_kind check (actor_kind in ('user', 'staff', 'system')),
  actor_id text,
  organization_id uuid,
  target_kind text,
  target_id text,
  attempt_id uuid,
  client_network text,
  data jsonb not null default '{}'
);
create index audit_events_attempt on audit_events (attempt_id, id);
create index audit_events_organization on audit_events (organization_id, id);

create function app.audit_is_append_only() returns trigger language plpgsql
  as $$ begin raise exception 'audit_events is append-only' using errcode = 'restrict_violation'; end $$;
create trigger audit_events_append_only before update or delete or truncate on audit_events
  for each statement execute function app.audit_is_append_only();
