import pg from 'pg'

/**
 * All of a database that is ours, as SQL for reading: schemas, functions, then tables with their columns, constraints, indexes
 * and triggers. Objects come in the order of their names, columns in that of the table; the same schema always
 * gives the same text.
 */
export async function describeSchema(databaseUrl: string): Promise<string> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    const parts: string[] = []
    for (const query of [schemas, functions, tables]) {
      const { rows } = await client.query<{ definition: string }>(query)
      parts.push(...rows.map(({ definition }) => definition.trimEnd()))
    }
    return `${[heading, ...parts].join('\n\n')}\n`
  } finally {
    await client.end()
  }
}

const heading = `-- What all migrations together make, for reading; nothing runs it. Written by \`npm run schema:dump\`: do not edit.`

const ours = `nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and nspname not like 'pg_temp%' and nspname not like 'pg_toast_temp%'`

const schemas = `
  select format('CREATE SCHEMA %I;', nspname) as definition
  from pg_namespace where ${ours} and nspname <> 'public'
  order by nspname collate "C"`

const functions = `
  select rtrim(pg_get_functiondef(p.oid), E'\\n') || ';' as definition
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${ours}
  order by n.nspname collate "C", p.proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C"`

/** An index that carries a constraint, and a not-null that stands beside its column, are told once. */
const tables = `
  select concat_ws(E'\\n',
    format(E'CREATE TABLE %s (\\n%s\\n);', t.oid::regclass, concat_ws(E',\\n', columns.text, constraints.text)),
    indexes.text,
    triggers.text) as definition
  from pg_class t join pg_namespace n on n.oid = t.relnamespace,
  lateral (
    select string_agg(
      '  ' || quote_ident(attname) || ' ' || format_type(atttypid, atttypmod)
        || case when attnotnull then ' NOT NULL' else '' end
        || coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), ''),
      E',\\n' order by attnum) as text
    from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
    where attrelid = t.oid and attnum > 0 and not attisdropped
  ) columns,
  lateral (
    select string_agg(
      format('  CONSTRAINT %I %s', conname, pg_get_constraintdef(oid, true)), E',\\n' order by conname collate "C") as text
    from pg_constraint where conrelid = t.oid and contype not in ('n', 't')
  ) constraints,
  lateral (
    select string_agg(pg_get_indexdef(indexrelid, 0, true) || ';', E'\\n' order by relname collate "C") as text
    from pg_index join pg_class i on i.oid = indexrelid
    where indrelid = t.oid and not exists (select from pg_constraint where conindid = indexrelid and conrelid = t.oid)
  ) indexes,
  lateral (
    select string_agg(pg_get_triggerdef(oid, true) || ';', E'\\n' order by tgname collate "C") as text
    from pg_trigger where tgrelid = t.oid and not tgisinternal
  ) triggers
  where ${ours} and t.relkind = 'r'
  order by n.nspname collate "C", t.relname collate "C"`
