import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import proto from '@temporalio/proto'
import { checkInvariants } from '../support/invariants.js'
import type { Violation } from '../support/invariants.js'
import type { KillLane } from '../support/kill-lane.js'
import { signInAsNewPerson } from '../support/person.js'

const { PendingActivityState } = proto.temporal.api.enums.v1

type ProcessName = 'api' | 'worker'

export interface KillPoint {
  readonly process: ProcessName
  readonly name: string
  /** Passed by every sign-in, and by nothing else: not what is done once a process, such as discovery, or each second. */
  readonly certain: boolean
}

/** What stands in the end for one person; the same with and without a death, but for what `copies` and `starts` may be. */
interface FinalRows {
  readonly users: number
  readonly identities: number
  readonly memberships: number
  readonly verified: number
  readonly created: number
  readonly confirmations: number
  readonly mails: readonly string[]
  readonly sessions: number
}

export interface KillRun {
  readonly point: KillPoint | null
  readonly died: boolean
  readonly seconds: number
  /** From when the process was ready again until the person was done and the run had ended; 0 where nobody died. */
  readonly secondsAfterRestart: number
  readonly rows: FinalRows
  /** Messages that the mail provider took. */
  readonly copies: number
  readonly starts: number
  readonly violations: readonly Violation[]
}

/** Long enough for everything that the worker does each second, and for what it has to do after a sign-in. */
const idleMs = 3_000

/**
 * The points that a sign-in passes, found by letting two pass: what is written tomorrow is a point tomorrow. What the worker does
 * by itself each second is met at its first passage only.
 */
export const discoverPoints = async (lane: KillLane): Promise<KillPoint[]> => {
  const passedDuring = async (act: () => Promise<unknown>): Promise<Record<ProcessName, string[]>> => {
    for (const name of processNames) {
      lane[name].points.length = 0
      await lane[name].record()
    }
    await act()
    return { api: [...new Set(lane.api.points)], worker: [...new Set(lane.worker.points)] }
  }
  const passed = await passedDuring(() => signIn(lane))
  const again = await passedDuring(() => signIn(lane))
  const idle = await passedDuring(() => sleep(idleMs))
  for (const name of processNames) await lane[name].arm(null)
  return processNames.flatMap((process) => {
    const repeated = new Set(idle[process].map(withoutNumber))
    return passed[process]
      .filter((name) => !repeated.has(withoutNumber(name)) || name.endsWith('#1'))
      .map((name) => ({
        process,
        name,
        certain: again[process].includes(name) && !repeated.has(withoutNumber(name)),
      }))
  })
}

const processNames = ['api', 'worker'] as const
const withoutNumber = (point: string): string => point.replace(/ #\d+$/, '')

/**
 * Points between which something has changed outside the process: before each write and call, and after what leaves it for good.
 * The rest, "after" a write inside a transaction or around a read, is the same moment under another name; the campaign has them all.
 */
export const distinctPoints = (points: readonly KillPoint[]): KillPoint[] =>
  points.filter(
    ({ name }) =>
      !/^sql (select|begin)/.test(name) &&
      (name.includes(' before ') || /^(sql commit|http|grpc|fetch)/.test(name)),
  )

/**
 * One sign-in, with a death at the point where one is given.
 * @param patience milliseconds that the person waits for a page, and we for the run's end
 */
export const killRun = async (
  lane: KillLane,
  point: KillPoint | null,
  patience = 60_000,
): Promise<KillRun> => {
  const before = lane.api.deaths + lane.worker.deaths
  if (point !== null) await lane[point.process].arm(point.name)
  const begun = performance.now()
  const { name, starts } = await signIn(lane, patience)
  const done = performance.now()
  const rows = await finalRows(lane, name)
  if (point !== null) await lane[point.process].arm(null)
  const died = lane.api.deaths + lane.worker.deaths > before
  return {
    point,
    died,
    seconds: (done - begun) / 1000,
    secondsAfterRestart:
      point !== null && died ? Math.max(0, (done - lane[point.process].readySince) / 1000) : 0,
    rows,
    copies: lane.inbox.messages().filter(({ to }) => to === `${name}@people.example`).length,
    starts,
    violations: await checkInvariants({
      pool: lane.testDatabase.pool,
      temporal: lane.temporal,
      requests: lane.inbox.requests(),
    }),
  }
}

const signIn = async (lane: KillLane, patience = 60_000): Promise<{ name: string; starts: number }> => {
  const name = `p${randomBytes(5).toString('hex')}`
  const done = new AbortController()
  const hurrying = hurryAmbiguous(lane, name, done.signal)
  const end = await signInAsNewPerson({ ...lane, patience }, name).finally(async () => {
    done.abort()
    await hurrying
  })
  if (!end.signedIn || !end.confirmed) throw new Error(`${name} ended ${JSON.stringify(end)}`)
  await untilRunsEnd(lane, name, patience)
  return { name, starts: end.starts }
}

/**
 * A try of unknown fate is repeated after 90 s. Lets them pass for the database, and the retry begin at once, so that a test
 * does not wait for them.
 */
export const hurryAmbiguous = async (lane: KillLane, name: string, done: AbortSignal): Promise<void> => {
  while (!done.aborted) {
    await sleep(300)
    // A server may be away just now.
    await hurryOnce(lane, name).catch(() => undefined)
  }
}

const hurryOnce = async ({ testDatabase, temporal }: KillLane, name: string): Promise<void> => {
  const { rows } = await testDatabase.pool.query<{ workflow_id: string }>(
    `select m.workflow_id from mail_tries t join mail_messages m on m.id = t.mail_id join user_emails e on e.id = m.user_email_id
     where e.canonical = $1 and m.state = 'sending' and t.state = 'ambiguous' and t.finished_at > app.now() - interval '90 s'`,
    [`${name}@people.example`],
  )
  const [waiting] = rows
  if (waiting === undefined) return
  // The end of a try that is taken back while it is told would be waited for until its time is up.
  const { raw } = await temporal.workflow.getHandle(waiting.workflow_id).describe()
  if (
    raw.pendingActivities?.some(({ state }) => state === PendingActivityState.PENDING_ACTIVITY_STATE_STARTED)
  )
    return
  await testDatabase.advanceClock(91_000)
  await temporal.workflowService.resetActivity({
    namespace: temporal.options.namespace,
    execution: { workflowId: waiting.workflow_id },
    type: 'sendMail',
  })
}

/** The person is done; the run has to hear of it and end. */
const untilRunsEnd = async (lane: KillLane, name: string, patience: number): Promise<void> => {
  const { rows } = await lane.testDatabase.pool.query<{ workflow_id: string }>(
    `select distinct m.workflow_id from mail_messages m join user_emails e on e.id = m.user_email_id where e.canonical = $1`,
    [`${name}@people.example`],
  )
  for (const { workflow_id: workflowId } of rows) {
    const handle = lane.temporal.workflow.getHandle(workflowId)
    const until = Date.now() + patience
    while ((await handle.describe()).status.name === 'RUNNING') {
      if (Date.now() > until) throw new Error(`the run of ${name} never ended`)
      await sleep(50)
    }
  }
}

const finalRows = async (lane: KillLane, name: string): Promise<FinalRows> => {
  const { rows } = await lane.testDatabase.pool.query<FinalRows>(
    `with person as (select distinct user_id from identities where subject = $1)
     select (select count(*)::int from person) as users,
       (select count(*)::int from identities where subject = $1) as identities,
       (select count(*)::int from organization_members where user_id in (select * from person)) as memberships,
       (select count(*)::int from user_emails where user_id in (select * from person) and verified_at is not null) as verified,
       (select count(*)::int from audit_events where event = 'user.created' and target_id in (select user_id::text from person)) as created,
       (select count(*)::int from audit_events e join user_emails m on m.id::text = e.target_id
        where e.event = 'email.confirmed' and m.user_id in (select * from person)) as confirmations,
       (select array_agg(m.kind || ' ' || m.state) from mail_messages m join user_emails e on e.id = m.user_email_id
        where e.user_id in (select * from person)) as mails,
       (select least(count(*), 1)::int from sessions where user_id in (select * from person) and ended_at is null) as sessions`,
    [name],
  )
  const [found] = rows
  if (found === undefined) throw new Error('an aggregate returned no row')
  return found
}
