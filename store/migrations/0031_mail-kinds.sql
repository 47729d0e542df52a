-- Up Migration
--
-- Mail of every kind. It goes to an address of a user, to the own address of an attempt (claims or `attempts.email`), or to one that
-- no row has any more, which is sealed (`mail-recipient`).
alter table mail_messages
  alter column user_email_id drop not null,
  add column recipient bytea,
  -- What its words are about: a mailed code or a mailed link.
  add column reference_id uuid,
  -- Codes and counts for its words; nothing personal, nothing secret.
  add column facts jsonb not null default '{}',
  -- Since when the run of its own that delivers it has not been seen to begin.
  add column delivery_owed_since timestamptz,
  drop constraint mail_messages_kind,
  add constraint mail_messages_kind check (kind in (
    'confirmation', 'confirmation_reminder', 'already_have_account', 'merge_proof', 'password_reset', 'set_password',
    'identity_linked_notice', 'attempt_rejected_notice', 'password_changed_notice', 'address_changed_notice',
    'email_dropped_notice', 'sign_in_methods_removed_notice', 'sign_in_method_notice', 'link_your_account'));
create index mail_messages_undelivered on mail_messages (delivery_owed_since) where delivery_owed_since is not null;

-- Links by which the owner of an address sets a password. The token is derived from the nonce under a server key, so that a retry of
-- the mail repeats it and a dump of this table is worth nothing. It counts once, and not after a change of the sign-in methods.
create table mailed_links (
  id uuid primary key default app.uuid_v7(),
  purpose text not null constraint mailed_links_purpose check (purpose in ('password_reset', 'set_password')),
  user_id uuid not null references users on delete cascade,
  user_email_id uuid not null references user_emails on delete cascade,
  methods_version integer not null,
  nonce bytea not null constraint mailed_links_nonce_length check (octet_length(nonce) = 32),
  created_at timestamptz not null default app.now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index mailed_links_user on mailed_links (user_id);
