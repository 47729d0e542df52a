-- Up Migration
--
-- A run that waits for a decision has to hear that its attempt has ended otherwise: with a session, a provider, a person, or by staff.
-- Whoever ends one notes it in the same row, and the relay tells the run until that has read it.
alter table attempts add column nudge_owed_since timestamptz;
create index attempts_unheard on attempts (nudge_owed_since) where nudge_owed_since is not null;
