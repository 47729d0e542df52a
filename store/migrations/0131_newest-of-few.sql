-- Up Migration
--
-- The newest sign-ins and events of one organization, provider or kind, of which there may be few among millions. The planner thinks all
-- alike frequent, and would look for them in the order of time, past all others. These indexes order by time with nulls, which never
-- occur, last; who asks for that order gets it from no other index.

drop index attempts_by_organization;
create index attempts_by_organization on attempts (organization_id, created_at desc nulls last, id desc nulls last);
drop index attempts_by_provider;
create index attempts_by_provider on attempts (provider_id, created_at desc nulls last, id desc nulls last);

drop index audit_events_organization;
create index audit_events_organization on audit_events (organization_id, id desc nulls last);
create index audit_events_event on audit_events (event, id desc nulls last);
