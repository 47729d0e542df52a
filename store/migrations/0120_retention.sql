-- Up Migration
--
-- The audit is kept for 400 days (spec: pipeline 9): from then on its events may go, once their seals are as old. A seal stays: it
-- is a hash and opaque ids, and the next one of its chain rests on it.

drop trigger audit_events_append_only on audit_events;
create trigger audit_events_append_only
  before update of id, at, event, actor_kind, actor_id, organization_id, target_kind, target_id, attempt_id, data or truncate
  on audit_events for each statement execute function app.audit_is_append_only();
create trigger audit_events_kept before delete on audit_events for each row
  when (old.at > app.now() - interval '400 days') execute function app.audit_is_append_only();
