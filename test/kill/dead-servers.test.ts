import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createBrowser } from '../support/browser.js'
import { checkInvariants } from '../support/invariants.js'
import type { Violation } from '../support/invariants.js'
import { startKillLane } from '../support/kill-lane.js'
import type { KillLane } from '../support/kill-lane.js'
import { startOwnServers } from '../support/own-servers.js'
import type { OwnServers } from '../support/own-servers.js'
import { signInAsNewPerson } from '../support/person.js'
import { attemptIdOf, eventually, signInAtProvider } from '../support/product.js'
import { hurryAmbiguous } from './kill-run.js'

let servers: OwnServers
let lane: KillLane
beforeAll(async () => {
  servers = await startOwnServers()
  lane = await startKillLane({ servers })
})
afterAll(async () => {
  await lane.stop()
  await servers.stop()
})

const violations = (): Promise<Violation[]> =>
  checkInvariants({ pool: lane.testDatabase.pool, temporal: lane.temporal, requests: lane.inbox.requests() })
/** People who come one after the other, several at a time, until they are told that it is enough; `names` are of those who are through. */
const crowd = async (lanes: number, names: string[], enough: AbortSignal): Promise<void> => {
  await Promise.all(
    Array.from({ length: lanes }, async (_, number) => {
      for (let turn = 0; !enough.aborted; turn++) {
        const name = `crowd-${number}-${turn}`
        const done = new AbortController()
        const hurrying = hurryAmbiguous(lane, name, done.signal)
        const end = await signInAsNewPerson(lane, name).finally(() => {
          done.abort()
          return hurrying
        })
        expect({ name, ...end }).toMatchObject({ signedIn: true, confirmed: true })
        names.push(name)
      }
    }),
  )
}
/** What a process logged that is no JSON. */
const unstructured = (log: string): string[] =>
  log.split('\n').filter((line) => line !== '' && !line.startsWith('{"level":'))
/** Seconds until a page that needs the database is shown. */
const firstSuccess = async (): Promise<number> => {
  const begun = performance.now()
  await eventually(async () =>
    (await createBrowser(lane.origin).get('/sso/acme')).status === 200 ? true : null,
  )
  return (performance.now() - begun) / 1000
}
const doubled = async (names: readonly string[]): Promise<unknown[]> => {
  const { rows } = await lane.testDatabase.pool.query<{ person: string; identities: number }>(
    `select person, count(i.id)::int as identities
     from unnest($1::text[]) as person left join identities i on i.subject = person
     group by person having count(i.id) <> 1`,
    [names],
  )
  return rows
}

describe('Postgres stopped at once', () => {
  const stops = 4

  it(`A21 (short), F09 ${stops} times while people sign in: nobody is lost, and it serves again at once`, async () => {
    const enough = new AbortController()
    const names: string[] = []
    const coming = crowd(3, names, enough.signal)
    for (let stop = 0; stop < stops; stop++) {
      await sleep(1_000)
      await servers.crashPostgres()
      await sleep(500)
      await servers.startPostgres()
      expect(await firstSuccess()).toBeLessThan(10)
    }
    await eventually(() => (names.length > stops ? true : null), 60_000)
    enough.abort()
    await coming
    expect(await doubled(names)).toEqual([])
    await eventually(async () => ((await violations()).length === 0 ? true : null))
  }, 180_000)
})

describe('Temporal killed in mid-flow', () => {
  it('F16 keeps no decision from being accepted, and carries it out within 15 s of its return', async () => {
    const browser = createBrowser(lane.origin)
    const attemptId = attemptIdOf(await signInAtProvider(browser, 'killed'))
    await servers.killTemporal()
    const decided = await browser.postJson(
      `/v1/attempts/${attemptId}/decision`,
      { decision: 'create' },
      { 'idempotency-key': 'once' },
    )
    expect([decided.status, decided.json()]).toEqual([202, { outcome: null }])
    // Somebody who comes while it is away reaches the decision page all the same.
    const late = createBrowser(lane.origin)
    const lateId = attemptIdOf(await signInAtProvider(late, 'late'))
    expect((await late.get(`/attempts/${lateId}`)).text).toContain('name="decision"')

    await servers.startTemporal()
    const back = performance.now()
    const outcome = async () =>
      (await browser.get(`/v1/attempts/${attemptId}`, { accept: 'application/json' })).json()['outcome']
    await eventually(outcome, 30_000)
    expect((performance.now() - back) / 1000).toBeLessThan(15)
    await eventually(() => lane.inbox.messages().find(({ to }) => to === 'killed@people.example'), 30_000)
    await eventually(async () => ((await violations()).length === 0 ? true : null), 30_000)
    expect(lane.worker.log).toContain('"status":"Unavailable"')
    expect([lane.api.log, lane.worker.log].flatMap(unstructured)).toEqual([])
  })
})
