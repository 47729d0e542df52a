-- Up Migration
--
-- An outcome becomes a session only while what its user signs in by is as it was at the commit, as proofs and mailed links count
-- (`users.methods_version`). Null: no outcome of a user, or one whose user ended every other session before it became one.
alter table attempts add column outcome_methods_version integer;
