-- Mails that wait for a person: the relay looks once a day whether somebody still holds them.
create index mail_messages_waiting on mail_messages (touched_at)
  where state in ('accepted', 'deferred', 'delivered') and kind in ('confirmation', 'already_have_account');
