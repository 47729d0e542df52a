-- Up Migration
--
-- What lets rows go when their time is over (docs/operations.md, "How long rows are kept").

-- A seal goes once its event has gone, and no sooner: the chain begins later then, with the seal on which the next one rests.
create or replace function app.seals_are_append_only() returns trigger language plpgsql as $$
  begin
    if tg_op = 'DELETE' then
      if old.sealed_at <= app.now() - interval '400 days' and not exists (select from audit_events where id = old.event_id)
        then return old;
      end if;
    end if;
    raise exception 'audit_seals is append-only' using errcode = 'restrict_violation';
  end $$;
drop trigger audit_seals_append_only on audit_seals;
create trigger audit_seals_append_only before update or truncate on audit_seals
  for each statement execute function app.seals_are_append_only();
create trigger audit_seals_kept before delete on audit_seals for each row execute function app.seals_are_append_only();

-- Sealed values that nothing opens any more.
update invitations set sealed_token = null where accepted_at is not null;
create index invitations_sealed on invitations (expires_at) where sealed_token is not null;
create index mail_messages_recipients on mail_messages (created_at) where recipient is not null;
create index bulk_campaigns_finished on bulk_campaigns (finished_at) where finished_at is not null;
