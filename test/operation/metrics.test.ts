import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { freePort } from '../../dev/ports.js'
import { createBrowser } from '../support/browser.js'
import { testKeys } from '../support/keys.js'
import { startKillLane } from '../support/kill-lane.js'
import type { KillLane } from '../support/kill-lane.js'
import { signInAsNewPerson } from '../support/person.js'
import { attemptIdOf, eventually, signInAtProvider } from '../support/product.js'
import { startTcpProxy } from '../support/tcp-proxy.js'
import type { TcpProxy } from '../support/tcp-proxy.js'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** Names of metrics in an expression; those of histograms without the ending that a query adds. */
const metricsIn = (text: string): string[] => [
  ...new Set(
    [...text.matchAll(/\b(?:auth_pipeline|temporal|nodejs|process)_\w+/g)].map(([name]) =>
      name.replace(/_(bucket|count|sum)$/, ''),
    ),
  ),
]

/** Names as a scrape tells them. */
const metricsOf = (scrape: string): Set<string> =>
  new Set([...scrape.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name))

const alerts = [
  ...read('docs/operations.md').matchAll(/^\| `([^`]*(?:auth_pipeline|temporal)_[^`]*)` \|/gm),
].map(([, expression = '']) => expression)

describe('metrics and health of running processes', () => {
  let lane: KillLane
  /** The worker's wire to Temporal. */
  let temporal: TcpProxy
  const scrape = async (url: string): Promise<string> => (await fetch(url)).text()
  beforeAll(async () => {
    // Longer than a test waits: only a second signal ends the API in time.
    lane = await startKillLane({
      async prepare({ TEMPORAL_ADDRESS }) {
        const [host = '', port = ''] = TEMPORAL_ADDRESS.split(':')
        temporal = await startTcpProxy({ host, port: Number(port) })
      },
      env: (name) => ({
        SHUTDOWN_DELAY_SECONDS: '300',
        ...(name === 'worker' ? { TEMPORAL_ADDRESS: `127.0.0.1:${temporal.port}` } : {}),
      }),
    })
    await signInAsNewPerson(lane, 'metrics')
  })
  afterAll(async () => {
    await lane.stop()
    await temporal.close()
  })

  const mainOf = (program: 'api' | 'worker'): string =>
    fileURLToPath(new URL(`../../dist/${program}/main.js`, import.meta.url))
  /** Of a process beside those of the lane. */
  const environment = (databaseUrl: string): NodeJS.ProcessEnv => ({
    ...process.env,
    NODE_ENV: 'development',
    PUBLIC_ORIGIN: lane.origin,
    DATABASE_URL: databaseUrl,
    APP_KEYS: testKeys,
    SENDGRID_API_KEY: 'SG.test',
    MAIL_FROM: 'Auth Pipeline <no-reply@auth-pipeline.example>',
    PORT: '0',
    METRICS_PORT: '0',
  })

  const all = async (): Promise<Set<string>> => {
    const texts = await Promise.all(
      [lane.ownPorts.apiMetrics, lane.ownPorts.worker].map((url) => scrape(`${url}/metrics`)),
    )
    return metricsOf(texts.join('\n'))
  }

  it('tells every metric that an alert of docs/operations.md names', async () => {
    expect(alerts.length).toBeGreaterThanOrEqual(8)
    const known = await all()
    expect(alerts.flatMap(metricsIn).filter((name) => !known.has(name))).toEqual([])
  })

  it('tells every metric that the Grafana dashboard shows', async () => {
    const shown = metricsIn(read('docs/grafana-dashboard.json'))
    expect(shown.length).toBeGreaterThanOrEqual(8)
    const known = await all()
    expect(shown.filter((name) => !known.has(name))).toEqual([])
  })

  it('counts what the sign-in did, the same at each process', async () => {
    for (const url of Object.values(lane.ownPorts)) {
      // The run is told of the confirmation a moment after the person is.
      const text = await eventually(async () => {
        const now = await scrape(url)
        return /^auth_pipeline_relay_owed_seconds 0$/m.test(now) ? now : null
      })
      expect(text).toMatch(/^auth_pipeline_decisions_recent 1$/m)
      expect(text).toMatch(/^auth_pipeline_decision_outcome_seconds\{quantile="0.95"\} 0\.\d+$/m)
      expect(text).toMatch(/^auth_pipeline_open_attempts\{stage="awaiting_decision"\} 0$/m)
      expect(text).toMatch(/^auth_pipeline_database_up 1$/m)
    }
    const api = await scrape(lane.ownPorts.apiMetrics)
    expect(api).toMatch(
      /^auth_pipeline_request_seconds_count\{route="\/attempts\/:attempt\/decision",method="POST",status="303"\} 1$/m,
    )
  })

  it.each([
    ['worker', 'WORKER', 'worker cannot listen'],
    ['api', 'METRICS', 'metrics cannot listen'],
  ] as const)('ends the %s with one line where its port is taken', async (program, name, sentence) => {
    const taken = new URL(lane.ownPorts.worker)
    const env = {
      ...environment('postgres://nobody@127.0.0.1:1/nothing'),
      [`${name}_HOST`]: taken.hostname,
      [`${name}_PORT`]: taken.port,
    }
    const ended = await promisify(execFile)(process.execPath, [mainOf(program)], { env }).catch(
      (error: unknown) => error as { code: number; stdout: string; stderr: string },
    )
    expect(ended).toMatchObject({ code: 1, stderr: '' })
    expect(ended.stdout.split('\n').filter((line) => line.includes('"level":50'))).toEqual([
      expect.stringContaining(`${sentence}: is the port taken?`) as unknown,
    ])
  })

  it('is not served where the world can ask', async () => {
    expect((await fetch(`${lane.origin}/metrics`)).status).toBe(404)
    expect((await fetch(`${lane.ownPorts.apiMetrics}/other`)).status).toBe(404)
    expect((await fetch(`${lane.ownPorts.worker}/other`)).status).toBe(404)
  })

  it('says how each part stands, and since when', async () => {
    const since = expect.stringMatching(/^\d{4}-.*Z$/) as unknown
    const up = { state: 'up', since }
    const api = (await (await fetch(`${lane.origin}/readyz`)).json()) as object
    expect(api).toEqual({
      status: 'ok',
      database: { ...up, migration: expect.stringMatching(/^\d{4}_/) as unknown },
      temporal: up,
      mail: up,
    })
    const worker = (await (await fetch(`${lane.ownPorts.worker}/readyz`)).json()) as object
    expect(worker).toEqual({
      status: 'ok',
      queues: { ...up, workers: ['RUNNING', 'RUNNING'], last_poll: since },
      temporal: up,
      database: up,
    })
    const again = (await (await fetch(`${lane.origin}/readyz`)).json()) as object
    expect(again).toEqual(api)
  })

  it('says that mail is paused, and why', async () => {
    await lane.testDatabase.pool.query(
      `update mail_transport set paused_until = app.now() + interval '1 min', reason = 'unauthorized'`,
    )
    const readable = (await (await fetch(`${lane.origin}/readyz`)).json()) as object
    expect(readable).toMatchObject({
      status: 'degraded',
      mail: { state: 'degraded', reason: 'unauthorized' },
    })
    expect(await scrape(lane.ownPorts.worker)).toMatch(/^auth_pipeline_mail_paused_seconds [1-9]/m)
    await lane.testDatabase.pool.query('update mail_transport set paused_until = null, reason = null')
  })

  it.each([
    ['is to have a run', `delivery_owed_since = app.now()`],
    ['has to tell its run something', `nudge_owed_since = app.now()`],
  ])('shows how long a mail waits that %s, while Temporal is away', async (_case, owed) => {
    const owedSeconds = async (): Promise<number> =>
      Number(
        /^auth_pipeline_relay_owed_seconds (\S+)$/m.exec(
          await scrape(`${lane.ownPorts.worker}/metrics`),
        )?.[1],
      )
    const failures = (): number => lane.worker.log.split('not relayed, stays owed').length
    temporal.cut(true)
    await lane.testDatabase.pool.query(`update mail_messages set ${owed}`)
    const before = failures()
    await eventually(() => (failures() > before ? true : null))
    await lane.testDatabase.advanceClock(60_000)
    const once = failures()
    await eventually(() => (failures() > once ? true : null))
    expect(await owedSeconds()).toBeGreaterThanOrEqual(60)
    temporal.cut(false)
    await eventually(async () => ((await owedSeconds()) === 0 ? true : null))
  })

  it('is not ready on a schema older than the one it was written for', async () => {
    await lane.testDatabase.pool.query(`insert into migrations (name, run_on) values ('0000_older', now())`)
    const answer = await fetch(`${lane.origin}/readyz`)
    await lane.testDatabase.pool.query(`delete from migrations where name = '0000_older'`)
    expect(answer.status).toBe(503)
    await eventually(async () => ((await fetch(`${lane.origin}/readyz`)).ok ? true : null))
  })

  /** What `/readyz` says once the process knows that it ends. */
  const stopping = (url: string) =>
    eventually(async () => {
      const answer = await fetch(`${url}/readyz`)
      return answer.status === 503 ? ((await answer.json()) as object) : null
    })

  it('F08: a worker that was told to stop says so while it ends its mail, and ends at once when it is told again', async () => {
    const { deaths } = lane.worker
    lane.inbox.setFault({ mode: 'hang' })
    const browser = createBrowser(lane.origin)
    const attempt = attemptIdOf(await signInAtProvider(browser, 'stopping'))
    await browser.postJson(`/v1/attempts/${attempt}/decision`, { decision: 'create' })
    await eventually(() => lane.inbox.requests().find(({ fault }) => fault === 'hang'))
    lane.worker.signal('SIGTERM')
    expect(await stopping(lane.ownPorts.worker)).toMatchObject({ status: 'stopping' })
    expect(lane.worker.deaths).toBe(deaths)
    lane.worker.signal('SIGTERM')
    await eventually(() => (lane.worker.deaths === deaths + 1 ? true : null))
  })

  it('F08: an API that was told to stop is not ready, serves on, and ends at once when it is told again', async () => {
    const { deaths } = lane.api
    lane.api.signal('SIGTERM')
    expect(await stopping(lane.origin)).toMatchObject({ status: 'stopping', database: { state: 'up' } })
    const served = await createBrowser(lane.origin).get('/sso/acme')
    // A proxy that keeps connections takes a new one for its next request, which another API may answer.
    expect([served.status, served.headers.get('connection')]).toEqual([200, 'close'])
    expect(lane.api.deaths).toBe(deaths)
    lane.api.signal('SIGTERM')
    await eventually(() => (lane.api.deaths === deaths + 1 ? true : null))
  })

  it('F08: an API closes once its delay is over', async () => {
    const port = String(await freePort())
    const api = fork(mainOf('api'), {
      stdio: 'ignore',
      env: { ...environment(lane.testDatabase.url), PORT: port, SHUTDOWN_DELAY_SECONDS: '1' },
    })
    const exited = once(api, 'exit')
    await eventually(() =>
      fetch(`http://127.0.0.1:${port}/livez`).then(
        ({ ok }) => ok || null,
        () => null,
      ),
    )
    const told = performance.now()
    api.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    expect(performance.now() - told).toBeGreaterThanOrEqual(1_000)
  })
})
