-- Up Migration
--
-- The key of a wish is kept with its answer, as of every act (idempotency_keys). A column and its constraint that former programs still write
-- go with the release after this one.

alter table staff_retries alter column idempotency_key drop not null;
