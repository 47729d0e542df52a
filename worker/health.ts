import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { Worker } from '@temporalio/worker'
import { keepStates } from '../domain/dependency-state.js'
import type { Database } from '../store/stores.js'
import type { LastPoll } from './last-poll.js'

export interface HealthInput {
  readonly host: string
  readonly port: number
  /** Empty until Temporal has answered for the first time. */
  readonly workers: readonly Worker[]
  readonly lastPoll: LastPoll
  readonly database: Pick<Database, 'migrationLevel'>
  /** Whether Temporal answers. */
  readonly reachable: () => Promise<boolean>
  /** Aborted once this process was told to stop. */
  readonly stopping: AbortSignal
  readonly metrics: () => Promise<string>
}

/** The server answers a poll after 60 s at the latest, so a worker that polls has been seen since. */
const longestSilenceMs = 60_000

/**
 * The worker's own port: `/livez`, `/metrics`, and `/readyz` while every queue is served: its worker runs, and the server has seen
 * it poll within a minute. One that was told to stop is not ready, and says so until its last mail has ended.
 */
export const serveHealth = (input: HealthInput): Server => {
  const readiness = createReadiness(input)
  const routes: Record<string, () => Promise<[number, string, string]>> = {
    '/livez': () => Promise.resolve([200, 'application/json', '{"status":"ok"}']),
    '/readyz': async () => {
      const readable = await readiness()
      return [
        ['ok', 'degraded'].includes(readable.status) ? 200 : 503,
        'application/json',
        JSON.stringify(readable),
      ]
    },
    '/metrics': async () => [200, 'text/plain; version=0.0.4; charset=utf-8', await input.metrics()],
    '/': () => routes['/metrics']?.() ?? notFound(),
  }
  return createServer((request, response) => {
    void (routes[request.url ?? ''] ?? notFound)().then(
      ([status, type, text]) => {
        response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text)
      },
      () => response.writeHead(500).end(),
    )
  }).listen(input.port, input.host)
}

const notFound = (): Promise<[number, string, string]> =>
  Promise.resolve([404, 'application/json', '{"status":"not_found"}'])

const createReadiness = ({ workers, lastPoll, database, reachable, stopping }: HealthInput) => {
  const note = keepStates()
  return async () => {
    const [migration, temporal, polled] = await Promise.all([
      database.migrationLevel().catch(() => null),
      reachable(),
      lastPoll(),
    ])
    const now = new Date()
    const running = workers.length > 0 && workers.every((worker) => worker.getState() === 'RUNNING')
    const polls = polled !== null && now.getTime() - polled.getTime() < longestSilenceMs
    const served = running && polls
    const status = !served ? 'unavailable' : temporal && migration !== null ? 'ok' : 'degraded'
    return {
      status: stopping.aborted ? 'stopping' : status,
      queues: {
        ...note('queues', served ? 'up' : 'down', now),
        workers: workers.map((worker) => worker.getState()),
        last_poll: polled,
      },
      temporal: note('temporal', temporal ? 'up' : 'down', now),
      database: note('database', migration === null ? 'down' : 'up', now),
    }
  }
}
