-- Up Migration
--
-- Whose word a proof is: a provider's cannot change the account in a session that its own organization opened.
alter table proofs
  add column proving_provider_id uuid references providers on delete set null,
  add constraint proofs_identity_has_proving_provider check (proving_provider_id is null or kind = 'identity');
