-- Up Migration
--
-- What support needs: who the staff are and what they have asked for, how attempts are found among a million, and seals over the
-- audit.

alter table attempts
  -- Keyed hash of the canonical address that the attempt is about: finds it by address, and holds none.
  add column address_index bytea constraint attempts_address_index_length check (octet_length(address_index) = 32),
  -- How often support has given the person more time.
  add column extensions smallint not null default 0
    constraint attempts_extensions check (extensions between 0 and 2);

create index attempts_by_time on attempts (created_at desc, id desc);
create index attempts_by_organization on attempts (organization_id, created_at desc, id desc);
create index attempts_by_provider on attempts (provider_id, created_at desc, id desc);
create index attempts_by_outcome on attempts (outcome, created_at desc, id desc) where outcome is not null;
create index attempts_by_address on attempts (address_index) where address_index is not null;
create index attempts_by_user on attempts (outcome_user_id) where outcome_user_id is not null;
create index attempts_ended on attempts (ended_at, outcome) where outcome is not null;
create index mail_messages_by_state on mail_messages (state, id desc);

-- People of support, as their own OpenID Provider names them. Audit rows hold the id.
create table staff (
  id uuid primary key default app.uuid_v7(),
  issuer text not null,
  subject text not null,
  name text not null default '' constraint staff_name_length check (char_length(name) <= 200),
  signed_in_at timestamptz not null default app.now(),
  created_at timestamptz not null default app.now(),
  constraint staff_once unique (issuer, subject)
);

create table staff_sessions (
  id uuid primary key default app.uuid_v7(),
  token_hash bytea not null constraint staff_sessions_token_unique unique,
  staff_id uuid not null references staff on delete cascade,
  roles text[] not null constraint staff_sessions_roles check (
    roles <@ '{view,operate,erase,admin}'::text[] and cardinality(roles) > 0),
  -- Slugs of the organizations whose attempts this person may see; null for every one.
  organizations text[],
  created_at timestamptz not null default app.now(),
  last_seen_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index staff_sessions_staff on staff_sessions (staff_id) where ended_at is null;

-- "Retry all that match": which mails, why, and who agreed. The worker asks their runs one after the other.
create table staff_retries (
  id uuid primary key default app.uuid_v7(),
  idempotency_key text not null
    constraint staff_retries_key_length check (char_length(idempotency_key) between 1 and 200),
  reason text not null,
  asked_by uuid not null references staff,
  agreed_by uuid references staff constraint staff_retries_two_people check (agreed_by <> asked_by),
  -- From when on it is carried out; null as long as a second person has to agree.
  agreed_at timestamptz,
  created_at timestamptz not null default app.now(),
  constraint staff_retries_once unique (asked_by, idempotency_key)
);
create table staff_retry_mails (
  retry_id uuid not null references staff_retries on delete cascade,
  mail_id uuid not null references mail_messages on delete cascade,
  asked_at timestamptz,
  -- What came of it: `retried`, or why not.
  answer text,
  constraint staff_retry_mails_once primary key (retry_id, mail_id)
);
create index staff_retry_mails_owed on staff_retry_mails (retry_id, mail_id) where answer is null;

-- Seals stand beside the audit, so that its rows are never touched again. Each event is sealed into the chain of its attempt and of
-- its organization, or, without both, into one of their own; a seal covers the one before it.
create table audit_seals (
  chain text not null,
  position bigint not null,
  event_id uuid not null,
  hash bytea not null constraint audit_seals_hash_length check (octet_length(hash) = 32),
  sealed_at timestamptz not null default app.now(),
  primary key (chain, position),
  constraint audit_seals_event_once unique (event_id, chain)
);
create table audit_unsealed (event_id uuid primary key);
insert into audit_unsealed select id from audit_events;
-- Whoever holds this row seals.
create table audit_sealer (id boolean primary key default true constraint audit_sealer_single check (id));
insert into audit_sealer default values;

create function app.audit_owes_seal() returns trigger language plpgsql
  as $$ begin insert into audit_unsealed select id from fresh; return null; end $$;
create trigger audit_events_owe_seal after insert on audit_events
  referencing new table as fresh for each statement execute function app.audit_owes_seal();

create function app.seals_are_append_only() returns trigger language plpgsql
  as $$ begin raise exception 'audit_seals is append-only' using errcode = 'restrict_violation'; end $$;
create trigger audit_seals_append_only before update or delete or truncate on audit_seals
  for each statement execute function app.seals_are_append_only();

-- The one thing that may change: where somebody was is taken away when that person is erased. No seal covers it.
drop trigger audit_events_append_only on audit_events;
create trigger audit_events_append_only before delete or truncate
  or update of id, at, event, actor_kind, actor_id, organization_id, target_kind, target_id, attempt_id, data on audit_events
  for each statement execute function app.audit_is_append_only();
create trigger audit_events_network_goes before update of client_network on audit_events
  for each row when (new.client_network is not null) execute function app.audit_is_append_only();
