import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Figures of the whole system, as `store/figures.ts` reads them. */
interface SystemFigures {
  readonly openAttempts: Readonly<Record<string, number>>
  readonly mails: Readonly<Record<string, number>>
  readonly owedSeconds: number
  readonly decisionToOutcome: Readonly<Record<'count' | 'p50' | 'p95' | 'p99', number>>
  readonly mailPausedSeconds: number
}

export interface Metrics {
  /** Notes one answered request. @param seconds from its first byte to its answer */
  request(route: string, method: string, status: number, seconds: number): void
  /** Everything in Prometheus' text format 0.0.4. Never rejects: where the database is away its figures are missing. */
  text(): Promise<string>
}

const prefix = 'auth_pipeline_'
/** Of attempts and mails: shown as 0 where there are none, so that an alert sees a fall as well as a rise. */
const stages = ['awaiting_provider', 'awaiting_decision', 'finishing']
const mailStates = [
  'queued',
  'sending',
  'accepted',
  'delivered',
  'deferred',
  'bounced',
  'suppressed',
  'parked',
]

/**
 * Metrics of this process and, read at each scrape, of the system. What is read from Postgres is the same in every process: take
 * `max()` over them, never `sum()`.
 * @param readFigures fails where the database does not answer
 */
export const createMetrics = (readFigures: () => Promise<SystemFigures>): Metrics => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const common = { registers: [registry] }
  const requests = new Histogram({
    ...common,
    name: `${prefix}request_seconds`,
    help: 'Requests by route pattern, method and status',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  })
  const databaseUp = new Gauge({
    ...common,
    name: `${prefix}database_up`,
    help: '1 where the database answered this scrape',
  })
  const open = new Gauge({
    ...common,
    name: `${prefix}open_attempts`,
    help: 'Attempts without outcome by stage',
    labelNames: ['stage'],
  })
  const mails = new Gauge({
    ...common,
    name: `${prefix}mails`,
    help: 'Mails that somebody waits for, or that need somebody, by state',
    labelNames: ['state'],
  })
  const owed = new Gauge({
    ...common,
    name: `${prefix}relay_owed_seconds`,
    help: 'Age of the oldest row that the relay owes to Temporal',
  })
  const paused = new Gauge({
    ...common,
    name: `${prefix}mail_paused_seconds`,
    help: 'Seconds for which no mail is sent any more',
  })
  const outcome = new Gauge({
    ...common,
    name: `${prefix}decision_outcome_seconds`,
    help: 'From an accepted decision to its outcome, last 5 min; one without outcome counts with its age',
    labelNames: ['quantile'],
  })
  const decisions = new Gauge({
    ...common,
    name: `${prefix}decisions_recent`,
    help: 'Decisions accepted in the last 5 min',
  })
  const fromDatabase = [open, mails, owed, paused, outcome, decisions]

  const refresh = async (): Promise<void> => {
    for (const gauge of fromDatabase) gauge.reset()
    const figures = await readFigures().catch(() => null)
    databaseUp.set(figures === null ? 0 : 1)
    if (figures === null) {
      // A gauge without labels would say 0, and all would seem well.
      for (const gauge of [owed, paused, decisions]) gauge.set(NaN)
      return
    }
    const { decisionToOutcome, openAttempts } = figures
    for (const stage of stages) open.set({ stage }, openAttempts[stage] ?? 0)
    for (const state of mailStates) mails.set({ state }, figures.mails[state] ?? 0)
    owed.set(figures.owedSeconds)
    paused.set(figures.mailPausedSeconds)
    outcome.set({ quantile: '0.5' }, decisionToOutcome.p50)
    outcome.set({ quantile: '0.95' }, decisionToOutcome.p95)
    outcome.set({ quantile: '0.99' }, decisionToOutcome.p99)
    decisions.set(decisionToOutcome.count)
  }

  return {
    request: (route, method, status, seconds) =>
      requests.observe({ route, method, status: String(status) }, seconds),
    async text() {
      await refresh()
      return registry.metrics()
    },
  }
}
