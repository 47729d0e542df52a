-- Up Migration
--
-- Every choice of an unknown identity, and what a known one may meet.

alter table attempts
  -- The invitation whose token the browser brought: it counts whatever address it was sent to (spec: pipeline 3, "Commit: attach" 3).
  add column invitation_id uuid references invitations on delete set null,
  -- A child attempt that proved an identity for its parent ends so: it signs nobody in.
  drop constraint attempts_outcome,
  add constraint attempts_outcome check (outcome in ('signed_in', 'rejected', 'cancelled', 'expired', 'proved')),
  add constraint attempts_proved_has_parent check (outcome is distinct from 'proved' or parent_id is not null);

create index sessions_attempt on sessions (attempt_id);
