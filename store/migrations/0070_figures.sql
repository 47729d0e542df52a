-- What the metrics read every few seconds: a few kilobytes for the decisions of the last minutes, and the mails that are open.
create index decisions_recent on decisions using brin (created_at) with (pages_per_range = 16);
create index mail_messages_open on mail_messages (state) where state not in ('confirmed', 'cancelled', 'expired');
