import { setTimeout as sleep } from 'node:timers/promises'
import proto from '@temporalio/proto'
import { authPipelineWorkflowId } from '../../domain/workflow-ids.js'
import type { Parts } from './parts.js'
import type { RunWorkload } from './workloads.js'

const { EventType } = proto.temporal.api.enums.v1

export interface Counts {
  readonly events: number
  readonly tasks: number
  readonly bytes: number
  readonly statements: Readonly<Record<'W1' | 'W2' | 'K' | 'B', number>>
}

const sample = 20

/** What the worker asks again and again, whoever signs in: relays, sweep, sealer, staff's retries. Its `begin` and `commit` are counted. */
const repeated =
  'relayed_at|_owed_since <|touched_at <|unanswered|audit_(unsealed|sealer|seals)|staff_retry_mails'

/** What one flow of each kind costs, counted and not timed. */
export const countWork = async (parts: Parts, run: RunWorkload): Promise<Counts> => {
  const statements = async (name: 'W1' | 'W2' | 'K' | 'B'): Promise<number> => {
    await parts.pool.query('select pg_stat_statements_reset()')
    await run(name, sample, 1)
    const { rows } = await parts.pool.query<{ n: string }>(
      `select sum(s.calls) n from pg_stat_statements s join pg_database d on d.oid = s.dbid
       where d.datname = $1 and query !~* '^(select count|select pg_stat)' and query !~ $2`,
      [name === 'B' ? 'peer' : 'auth_pipeline', repeated],
    )
    return Number((Number(rows[0]?.n) / sample).toFixed(1))
  }
  const counted = {
    W1: await statements('W1'),
    W2: await statements('W2'),
    K: await statements('K'),
    B: await statements('B'),
  }
  return { ...(await countHistory(parts)), statements: counted }
}

/** The history of the newest W2 when its mail was accepted. */
const countHistory = async ({ pool, temporal }: Parts) => {
  const { rows } = await pool.query<{ id: string; organization_id: string }>(
    `select id, organization_id from attempts where outcome_how = 'created' order by id desc limit 1`,
  )
  const [newest] = rows
  if (newest === undefined) throw new Error('nobody was created')
  const handle = temporal.workflow.getHandle(authPipelineWorkflowId(newest.organization_id, newest.id))
  // The provider has the mail before the run has heard of it.
  const history = async () => (await handle.fetchHistory()).events ?? []
  let events = await history()
  const until = performance.now() + 10_000
  while (events.at(-1)?.eventType !== EventType.EVENT_TYPE_TIMER_STARTED && performance.now() < until) {
    await sleep(50)
    events = await history()
  }
  const { raw } = await handle.describe()
  return {
    events: events.length,
    tasks: events.filter(({ eventType }) => eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)
      .length,
    bytes: Number(raw.workflowExecutionInfo?.historySizeBytes),
  }
}
