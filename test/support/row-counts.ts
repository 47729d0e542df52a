import type pg from 'pg'

export type RowCounts = Readonly<Record<string, number>>

/** What the workers do by themselves: seal the audit, deliver mails and tell what becomes of them, those of tests before too. */
const ofWorkers = ['audit_unsealed', 'audit_seals', 'mail_tries', 'mail_events']

/**
 * How many rows each table of the product holds; but for what workers write whenever they come to it, and `rate_limits`, where requests
 * are counted whether or not they change anything.
 */
export const rowCounts = async (pool: pg.Pool): Promise<RowCounts> => {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public'
       and tablename <> all($1) order by tablename`,
    [['migrations', 'rate_limits', ...ofWorkers]],
  )
  const { rows } = await pool.query<{ name: string; rows: number }>(
    tables
      .map(({ name }) => `select '${name}' as name, count(*)::int as rows from ${name} ${mine(name)}`)
      .join(' union all '),
  )
  return Object.fromEntries(rows.map((row) => [row.name, row.rows]))
}

const mine = (table: string): string => (table === 'audit_events' ? `where event not like 'mail.%'` : '')

/** The tables that have grown or shrunk since, and by how many rows. */
export const rowsWritten = async (pool: pg.Pool, before: RowCounts): Promise<RowCounts> => {
  const after = await rowCounts(pool)
  const changes = Object.entries(after).map(([name, rows]) => [name, rows - (before[name] ?? 0)] as const)
  return Object.fromEntries(changes.filter(([, change]) => change !== 0))
}
