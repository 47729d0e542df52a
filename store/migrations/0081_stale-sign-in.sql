-- Up Migration
--
-- The person signed in at the provider so long ago that this proves nothing any more: before the identity is attached to an account,
-- it is asked for once more.
alter table attempts add column stale_sign_in boolean not null default false;
