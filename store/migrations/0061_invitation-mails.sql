-- Up Migration
--
-- An invitation is mailed. Its token is found by its hash; sealed, so that a retry of the mail repeats the link.
alter table invitations add column sealed_token bytea;
alter table mail_messages
  drop constraint mail_messages_kind,
  add constraint mail_messages_kind check (kind in (
    'confirmation', 'confirmation_reminder', 'already_have_account', 'merge_proof', 'password_reset', 'set_password',
    'identity_linked_notice', 'attempt_rejected_notice', 'password_changed_notice', 'address_changed_notice',
    'email_dropped_notice', 'sign_in_methods_removed_notice', 'sign_in_method_notice', 'link_your_account', 'invitation'));
