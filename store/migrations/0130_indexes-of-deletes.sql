-- Up Migration
--
-- A delete asks every table that points to its row, once for each row. Among a million sign-ins that took half a second for each identity
-- where no index served it. Columns that are mostly empty have partial ones, which the rows without them do not pay for.

create index attempts_by_identity on attempts (outcome_identity_id) where outcome_identity_id is not null;
create index attempts_by_invitation on attempts (invitation_id) where invitation_id is not null;
create index attempts_by_session_user on attempts (session_user_id) where session_user_id is not null;
drop index attempts_session_user;

create index bulk_mails_user on bulk_mails (user_id);
create index decisions_proof on decisions (proof_id) where proof_id is not null;
create index decisions_session_user on decisions (session_user_id) where session_user_id is not null;
create index domains_provider on domains (provider_id) where provider_id is not null;
create index email_challenges_attempt on email_challenges (attempt_id);
create index invitations_accepted_by on invitations (accepted_by) where accepted_by is not null;
create index mailed_links_address on mailed_links (user_email_id);
create index proofs_provider on proofs (provider_id);
create index proofs_proving_provider on proofs (proving_provider_id) where proving_provider_id is not null;
create index proofs_by_user on proofs (user_id) where user_id is not null;
drop index proofs_user;
create index sessions_by_identity on sessions (identity_id) where identity_id is not null;
create index sessions_by_user on sessions (user_id, ended_at);
drop index sessions_user;
create index staff_retry_mails_mail on staff_retry_mails (mail_id);

-- What erasing a person looks for besides.
create index invitations_address on invitations (canonical_email);
create index mail_messages_reference on mail_messages (reference_id) where reference_id is not null;
