import { CommandError } from './dependencies.js'
import type { CliDependencies } from './dependencies.js'

interface Finding {
  readonly what: string
  readonly good: boolean
  readonly says: string
}

/** The relay tells Temporal within seconds; what is owed for longer waits for something. */
const owedTooLong = 60

/** Looks at all that the product stands on and prints a line for each. @throws CommandError where something needs a person */
export const doctor = async (dependencies: CliDependencies, newestMigration: string): Promise<void> => {
  const findings = await examine(dependencies, newestMigration)
  for (const { what, good, says } of findings)
    dependencies.print(`${good ? 'ok ' : '!! '} ${what.padEnd(16)} ${says}`)
  const bad = findings.filter(({ good }) => !good)
  if (bad.length > 0) throw new CommandError(`Look at: ${bad.map(({ what }) => what).join(', ')}.`)
}

const examine = async (
  { database, keyring, pipelines }: CliDependencies,
  newestMigration: string,
): Promise<Finding[]> => {
  const [level, temporal] = await Promise.all([
    database.migrationLevel().catch(() => null),
    pipelines.reachable(),
  ])
  const server = { what: 'Temporal', good: temporal, says: temporal ? 'answers' : 'does not answer' }
  if (level === null) return [{ what: 'Postgres', good: false, says: 'does not answer' }, server]
  const [figures, health, keys] = await Promise.all([
    database.figures.read(),
    database.mailBoard.health(null),
    level === newestMigration ? lookAtKeys({ database, keyring }) : [],
  ])
  const parked = figures.mails['parked'] ?? 0
  return [
    { what: 'Postgres', good: true, says: 'answers' },
    {
      what: 'Migrations',
      good: level === newestMigration,
      says:
        level === newestMigration
          ? level
          : `${level}; this build knows ${newestMigration}: run \`auth-pipeline migrate\``,
    },
    server,
    ...keys,
    {
      what: 'Relay',
      good: figures.owedSeconds < owedTooLong,
      says: `owes nothing older than ${Math.round(figures.owedSeconds)} s`,
    },
    {
      what: 'Mail transport',
      good: health.pausedUntil === null,
      says:
        health.pausedUntil === null
          ? `${health.underWay} under way`
          : `paused until ${health.pausedUntil.toISOString()}: ${health.reason ?? ''}`,
    },
    { what: 'Parked mails', good: parked === 0, says: String(parked) },
  ]
}

/** A line for each key that is there or in use: what it seals. A key that seals something and is not there is what breaks pages. */
const lookAtKeys = async ({
  database,
  keyring,
}: Pick<CliDependencies, 'database' | 'keyring'>): Promise<Finding[]> => {
  const sealed = await database.sealedValues.count()
  const ids = new Set([...keyring.ids, ...sealed.map(({ keyId }) => keyId)])
  return [...ids].map((id) => {
    const held = sealed.filter(({ keyId }) => keyId === id).map(({ what, count }) => `${count} ${what}`)
    const says = held.length === 0 ? 'seals nothing in Postgres' : `seals ${held.join(', ')}`
    const good = keyring.ids.includes(id)
    return { what: `Key ${id}`, good, says: good ? says : `${says}, and is missing: put it into APP_KEYS` }
  })
}
