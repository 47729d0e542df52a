-- Up Migration
--
-- A sign-in that proves an account once more, before its owner changes it, serves a session and no other attempt.
alter table attempts
  drop constraint attempts_prove_has_parent,
  add constraint attempts_prove_has_parent check ((purpose = 'prove') <= (parent_id is not null)),
  add constraint attempts_reauthenticate_serves check (
    (purpose = 'reauthenticate') <= (parent_id is not null or session_id is not null)),
  drop constraint attempts_proved_has_parent,
  add constraint attempts_proved_is_child check (
    outcome is distinct from 'proved' or parent_id is not null or purpose = 'reauthenticate');
