import type { Handler } from '../route.js'

/** The process runs; asks nobody. */
export const getLivez: Handler = () => ({
  method: 'GET',
  path: '/livez',
  access: 'anyone',
  handle(context) {
    context.body = { status: 'ok' }
  },
})

/** Whether requests can be served: the database is needed; without Temporal people wait, and nothing is refused. */
export const getReadyz: Handler = ({ database, pipelines }) => ({
  method: 'GET',
  path: '/readyz',
  access: 'anyone',
  async handle(context) {
    const [migration, temporal] = await Promise.all([
      database.migrationLevel().catch(() => null),
      pipelines.reachable(),
    ])
    context.status = migration === null ? 503 : 200
    context.body = {
      status: migration === null ? 'unavailable' : temporal ? 'ok' : 'degraded',
      database: migration === null ? { state: 'down' } : { state: 'up', migration },
      temporal: { state: temporal ? 'up' : 'down' },
    }
  },
})
