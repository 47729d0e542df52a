-- Up Migration
--
-- Each request asks whether whoever is signed in is the only owner; without this it would read all members of the organization.

create index organization_members_owners on organization_members (organization_id, user_id) where role = 'owner';
