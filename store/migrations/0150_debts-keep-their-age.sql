-- Up Migration
--
-- What Temporal is owed for a mail keeps the time since when it is owed, so that an outage shows; when a relay last took it in hand stands
-- beside that. Mails that nobody waits for any more (a notice that is out) never end: they are left out of the count of those that do.

alter table mail_messages
  add column nudge_relayed_at timestamptz,
  add column delivery_relayed_at timestamptz;

create index mail_messages_held on mail_messages (state)
  where state not in ('confirmed', 'cancelled', 'expired') and (kind = 'confirmation' or state not in ('accepted', 'delivered'));
drop index mail_messages_open;
