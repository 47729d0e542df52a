import { CommandError } from './dependencies.js'
import type { CliDependencies } from './dependencies.js'

interface Finding {
  readonly what: string
  /** Null where it could not be looked at in the time that a statement has. */
  readonly good: boolean | null
  readonly says: string
}

/** The relay tells Temporal within seconds; what is owed for longer waits for something. */
const owedTooLong = 60

/**
 * Looks at all that the product stands on and prints a line for each; what a large database cannot tell in time is left out, and
 * said so.
 * @throws CommandError where something needs a person
 */
export const doctor = async (dependencies: CliDependencies, newestMigration: string): Promise<void> => {
  const findings = await examine(dependencies, newestMigration)
  for (const { what, good, says } of findings)
    dependencies.print(`${good === null ? '?  ' : good ? 'ok ' : '!! '} ${what.padEnd(16)} ${says}`)
  const bad = findings.filter(({ good }) => good === false)
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
  const inTime = <T>(asked: Promise<T>): Promise<T | null> =>
    asked.catch((error: unknown) => {
      if (!database.isUnavailable(error)) throw error
      return null
    })
  // One after the other: what waits for a connection would count as what takes too long.
  const figures = await inTime(database.figures.read())
  const health = await inTime(database.mailBoard.health(null))
  const keys = level === newestMigration ? await lookAtKeys({ database, keyring }) : []
  const parked = figures?.mails['parked'] ?? 0
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
    ...(figures === null
      ? ['Relay', 'Parked mails'].map(tooLong)
      : [
          {
            what: 'Relay',
            good: figures.owedSeconds < owedTooLong,
            says: `owes nothing older than ${Math.round(figures.owedSeconds)} s`,
          },
          { what: 'Parked mails', good: parked === 0, says: String(parked) },
        ]),
    health === null
      ? tooLong('Mail transport')
      : {
          what: 'Mail transport',
          good: health.pausedUntil === null,
          says:
            health.pausedUntil === null
              ? `${health.underWay} under way`
              : `paused until ${health.pausedUntil.toISOString()}: ${health.reason ?? ''}`,
        },
  ]
}

const tooLong = (what: string): Finding => ({
  what,
  good: null,
  says: 'not looked at: Postgres did not answer in time',
})

/** A line for each key that is there or in use: what it seals. A key that seals something and is not there is what breaks pages. */
const lookAtKeys = async ({
  database,
  keyring,
}: Pick<CliDependencies, 'database' | 'keyring'>): Promise<Finding[]> => {
  const { counted, uncounted } = await database.sealedValues.count()
  const ids = new Set([...keyring.ids, ...counted.map(({ keyId }) => keyId)])
  const nothing = uncounted.length === 0 ? 'seals nothing in Postgres' : 'seals nothing of what was counted'
  const found = [...ids].map((id) => {
    const held = counted.filter(({ keyId }) => keyId === id).map(({ what, count }) => `${count} ${what}`)
    const says = held.length === 0 ? nothing : `seals ${held.join(', ')}`
    const good = keyring.ids.includes(id)
    return { what: `Key ${id}`, good, says: good ? says : `${says}, and is missing: put it into APP_KEYS` }
  })
  if (uncounted.length === 0) return found
  const says = `not counted in time: ${uncounted.join(', ')}; any key may seal some, so keep them all`
  return [...found, { what: 'Keys', good: null, says }]
}
