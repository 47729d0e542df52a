-- Up Migration
--
-- An answer that was kept may name somebody else by address: it goes with that person, and all go with the audit.

alter table idempotency_keys
  -- Keyed hash of the canonical address that the answer holds; null where it holds none of somebody else.
  add column address_index bytea
    constraint idempotency_keys_address_index_length check (octet_length(address_index) = 32);
create index idempotency_keys_address on idempotency_keys (address_index) where address_index is not null;
create index idempotency_keys_oldest on idempotency_keys (created_at);
