import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createBrowser } from '../support/browser.js'
import { checkInvariants } from '../support/invariants.js'
import { startKillLane } from '../support/kill-lane.js'
import type { KillLane } from '../support/kill-lane.js'
import { signInAsNewPerson } from '../support/person.js'
import { attemptIdOf, eventually, signInAtProvider } from '../support/product.js'
import { startTcpProxy, through } from '../support/tcp-proxy.js'
import type { TcpProxy } from '../support/tcp-proxy.js'
import { killRun } from './kill-run.js'
import type { KillRun } from './kill-run.js'

/** Wires of each process: to Postgres, and to Temporal. */
interface Wires {
  readonly database: TcpProxy
  readonly temporal: TcpProxy
}

let lane: KillLane
let wires: { readonly api: Wires; readonly worker: Wires }
let undisturbed: KillRun
beforeAll(async () => {
  lane = await startKillLane({
    async prepare(env) {
      const database = new URL(env.DATABASE_URL)
      const [host = '', port = ''] = env.TEMPORAL_ADDRESS.split(':')
      const wiresOf = async (): Promise<Wires> => ({
        database: await startTcpProxy({ host: database.hostname, port: Number(database.port) }),
        temporal: await startTcpProxy({ host, port: Number(port) }),
      })
      wires = { api: await wiresOf(), worker: await wiresOf() }
    },
    env: (name, env) => ({
      DATABASE_URL: through(env.DATABASE_URL, wires[name].database),
      TEMPORAL_ADDRESS: `127.0.0.1:${wires[name].temporal.port}`,
    }),
  })
  undisturbed = await killRun(lane, null)
})
afterAll(async () => {
  await lane.stop()
  for (const { database, temporal } of [wires.api, wires.worker])
    await Promise.all([database.close(), temporal.close()])
})

const violations = () =>
  checkInvariants({ pool: lane.testDatabase.pool, temporal: lane.temporal, requests: lane.inbox.requests() })

/** Somebody new at the decision page. */
const atDecision = async (name: string) => {
  const browser = createBrowser(lane.origin)
  const attemptId = attemptIdOf(await signInAtProvider(browser, name))
  return { browser, attemptId }
}
const decideCreate = (browser: ReturnType<typeof createBrowser>, attemptId: string) =>
  browser.postJson(
    `/v1/attempts/${attemptId}/decision`,
    { decision: 'create' },
    { 'idempotency-key': 'once' },
  )
const outcomeOf = async (browser: ReturnType<typeof createBrowser>, attemptId: string) =>
  (await browser.get(`/v1/attempts/${attemptId}`, { accept: 'application/json' })).json()['outcome'] as
    object | null
const historyLength = async (attemptId: string): Promise<number> => {
  for await (const run of lane.temporal.workflow.list()) {
    if (run.workflowId.endsWith(attemptId))
      return (await lane.temporal.workflow.getHandle(run.workflowId).describe()).historyLength
  }
  throw new Error('no such run')
}

describe('an answer to COMMIT that is lost', () => {
  it.each(['api', 'worker'] as const)(
    'F13: leaves the %s in doubt and nothing undone or done twice',
    async (name) => {
      const wire = wires[name].database
      let lost = 0
      // What else the worker commits each second is lost now and then too: until a sign-in has no such n-th one.
      for (let n = 1; n === 1 || wire.lost; n++) {
        wire.loseAnswer('commit', n)
        const run = await killRun(lane, null)
        expect({ n, rows: run.rows, violations: run.violations }).toEqual({
          n,
          rows: undisturbed.rows,
          violations: [],
        })
        if (wire.lost) lost++
      }
      expect(lost).toBeGreaterThan(2)
      wire.loseAnswer('commit', Infinity)
    },
    240_000,
  )
})

describe('a server that is away', () => {
  it('F05: decisions are accepted while no worker is there, and carried out when one is', async () => {
    const { browser, attemptId } = await atDecision('nobodyworks')
    wires.worker.temporal.cut(true)
    wires.worker.database.cut(true)
    const decided = await decideCreate(browser, attemptId)
    expect([decided.status, decided.json()]).toEqual([202, { outcome: null }])
    expect((await browser.get(`/attempts/${attemptId}`)).text).toContain('data-stage="finishing"')
    wires.worker.temporal.cut(false)
    wires.worker.database.cut(false)
    expect(await eventually(() => outcomeOf(browser, attemptId))).toMatchObject({
      result: 'signed_in',
      how: 'created',
    })
  })

  it('F16, F17: Temporal away from the API delays nobody who decides, and the relay tells it later', async () => {
    wires.api.temporal.cut(true)
    const { browser, attemptId } = await atDecision('untold')
    await decideCreate(browser, attemptId)
    // The worker has its own wire to Temporal: its relay starts the run and nudges it.
    expect(await eventually(() => outcomeOf(browser, attemptId))).toMatchObject({
      result: 'signed_in',
      how: 'created',
    })
    wires.api.temporal.cut(false)
    expect(await violations()).toEqual([])
  })

  it('P83, F09: a database away for 20 s costs the run at most 22 more events, and nothing is half done', async () => {
    const { browser, attemptId } = await atDecision('outage')
    wires.worker.database.cut(true)
    expect((await decideCreate(browser, attemptId)).status).toBe(202)
    await sleep(20_000)
    wires.worker.database.cut(false)
    const restored = Date.now()
    expect(await eventually(() => outcomeOf(browser, attemptId))).toMatchObject({
      result: 'signed_in',
      how: 'created',
    })
    expect(Date.now() - restored).toBeLessThan(15_000)
    await eventually(() => lane.inbox.messages().find(({ to }) => to === 'outage@people.example'))
    expect(await historyLength(attemptId)).toBeLessThanOrEqual(20 + 22)
    expect(await violations()).toEqual([])
  })

  it('F09: the API answers 503 with Retry-After while the database is away, and recovers by itself', async () => {
    wires.api.database.cut(true)
    const answer = await createBrowser(lane.origin).get('/sso/acme', { accept: 'application/json' })
    expect([answer.status, answer.json()['code'], answer.headers.get('retry-after')]).toEqual([
      503,
      'unavailable',
      '2',
    ])
    expect((await fetch(`${lane.origin}/livez`)).status).toBe(200)
    expect((await fetch(`${lane.origin}/readyz`)).status).toBe(503)
    wires.api.database.cut(false)
    expect((await createBrowser(lane.origin).get('/sso/acme')).status).toBe(200)
  })
})

describe('a process that is told to stop', () => {
  it('F08: answers what is under way, and a person goes on with the next process', async () => {
    const before = lane.api.deaths
    const people = ['stop1', 'stop2', 'stop3'].map((name) => signInAsNewPerson(lane, name))
    lane.api.signal('SIGTERM')
    lane.worker.signal('SIGTERM')
    for (const end of await Promise.all(people))
      expect(end).toMatchObject({ signedIn: true, confirmed: true })
    // The last answer leaves before the process does.
    await eventually(() => (lane.api.deaths === before + 1 ? true : null))
    await eventually(async () => ((await violations()).length === 0 ? true : null))
  })
})
