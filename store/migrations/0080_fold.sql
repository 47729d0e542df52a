-- Up Migration
--
-- An account without a confirmed address goes into one that the person had before: that is an attempt too, of the session's own
-- identity, so that it takes the same proofs, counts the same tries and ends once.
alter table attempts
  drop constraint attempts_purpose,
  add constraint attempts_purpose check (purpose in ('sign_in', 'prove', 'reauthenticate', 'setup', 'fold')),
  add constraint attempts_fold_has_session check ((purpose = 'fold') <= (session_id is not null));
