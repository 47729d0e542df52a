#!/bin/sh
# One-shot job: makes both databases of Temporal and brings their schemas up to date. A second run changes nothing.
set -eu
schemas=/etc/temporal/schema/postgresql/v12
for name in temporal visibility; do
  database=temporal
  [ "$name" = visibility ] && database=temporal_visibility
  tool="temporal-sql-tool --plugin postgres12_pgx --ep $POSTGRES_SEEDS -p $DB_PORT -u $POSTGRES_USER --pw $POSTGRES_PWD --db $database"
  $tool create
  # Fails where the schema stands already, which is right; anything else fails in the next line.
  $tool setup-schema -v 0.0 2>/dev/null || true
  $tool update-schema -d "$schemas/$name/versioned"
done
