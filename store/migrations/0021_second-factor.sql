-- Up Migration
--
-- A known identity of an account with a second factor: the provider has answered, and the person has yet to show the code. Nobody
-- has to decide anything, so no run waits for it.

alter table attempts
  add column awaits_second_factor boolean not null default false,
  add constraint attempts_second_factor_has_claims check (not awaits_second_factor or claims is not null);
