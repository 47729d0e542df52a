-- Up Migration
--
-- Until when a member of staff may have payloads decoded for Temporal's Web UI.
alter table staff_sessions add column decodes_until timestamptz;
