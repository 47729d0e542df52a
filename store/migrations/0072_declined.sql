-- Up Migration
--
-- The provider answered that the person, or it itself, refused (`access_denied`): nothing failed, and the attempt's page says so for
-- as long as it is looked at.

alter table attempts
  add column declined boolean not null default false,
  add constraint attempts_declined_is_provider_error
    check (not declined or outcome_code is not distinct from 'provider_error');
