-- Up Migration
--
-- Sign-ins of one organization or provider that ended in one way, where it has many and of those few or none. Most end `signed_in`: those
-- stand close together anyway, and pay for no entry here.

create index attempts_by_failure on attempts (provider_id, outcome, created_at desc nulls last, id desc nulls last)
  where outcome <> 'signed_in';
