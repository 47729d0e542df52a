-- Up Migration
--
-- What was answered to an act whose request named itself, written in the act's own transaction: the same request again gets the same
-- answer for as long as the audit is kept (spec: pipeline 2.6). What a person was answered goes with the person.
create table idempotency_keys (
  -- Whose key it is, and of which path: ids and slugs alone, or a hash of a mailed token.
  scope text not null,
  key text not null
    constraint idempotency_keys_length check (char_length(key) between 1 and 200),
  user_id uuid references users on delete cascade,
  -- Keyed hash of the body.
  body_hash bytea not null,
  status smallint not null,
  -- Sealed: it may hold an address. Null where the answer has no body.
  answer bytea,
  created_at timestamptz not null default app.now(),
  constraint idempotency_keys_once primary key (scope, key)
);
create index idempotency_keys_user on idempotency_keys (user_id) where user_id is not null;
