-- Up Migration
--
-- What providers and people said in sign-ins that are over is destroyed after 30 days: these are the ones that still hold any.

create index attempts_remembering on attempts (ended_at)
  where outcome is not null and (claims is not null or email is not null);
