-- Up Migration
--
-- An owner is made by an owner, by name: nobody becomes one by joining through a provider. And no provider is called as a page beside the
-- pages of providers is, which would hide it.

update providers set default_role = 'manager' where default_role = 'owner';
alter table providers drop constraint providers_default_role,
  add constraint providers_default_role check (default_role in ('member', 'manager')),
  add constraint providers_name_free check (name not in ('connect', 'domains', 'invitations', 'settings'));
