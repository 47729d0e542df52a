import type pg from 'pg'

export type RowCounts = Readonly<Record<string, number>>

/**
 * How many rows each table of the product holds; but for `audit_unsealed`, which names rows of another one until they are sealed, and
 * `rate_limits`, where requests are counted whether or not they change anything.
 */
export const rowCounts = async (pool: pg.Pool): Promise<RowCounts> => {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public'
       and tablename not in ('migrations', 'audit_unsealed', 'rate_limits') order by tablename`,
  )
  const { rows } = await pool.query<{ name: string; rows: number }>(
    tables
      .map(({ name }) => `select '${name}' as name, count(*)::int as rows from ${name}`)
      .join(' union all '),
  )
  return Object.fromEntries(rows.map((row) => [row.name, row.rows]))
}

/** The tables that have grown or shrunk since, and by how many rows. */
export const rowsWritten = async (pool: pg.Pool, before: RowCounts): Promise<RowCounts> => {
  const after = await rowCounts(pool)
  const changes = Object.entries(after).map(([name, rows]) => [name, rows - (before[name] ?? 0)] as const)
  return Object.fromEntries(changes.filter(([, change]) => change !== 0))
}
