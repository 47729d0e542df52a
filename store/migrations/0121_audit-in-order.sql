-- Up Migration
--
-- What one transaction, or one millisecond, writes into the audit is read in the order in which it was written: after the milliseconds
-- an id of the audit counts, 36 bits of UUID v7's random ones. The rows that are there keep theirs.

create sequence audit_order;

create function app.audit_id() returns uuid language sql as $$
  select (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0') || '7' || substr(n, 1, 3) || '8' || substr(n, 4)
    || substr(encode(uuid_send(gen_random_uuid()), 'hex'), 24))::uuid
  from lpad(to_hex(nextval('audit_order') & 68719476735), 9, '0') n
$$;

alter table audit_events alter column id set default app.audit_id();
