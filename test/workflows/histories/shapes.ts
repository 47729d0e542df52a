import { receiveMailEvents } from '../../../api/acts/receive-mail-events.js'
import type { ApiDependencies } from '../../../api/dependencies.js'
import { createLogger } from '../../../clients/log.js'
import {
  authPipelineWorkflowId,
  bulkMailWorkflowId,
  mailDeliveryWorkflowId,
} from '../../../domain/workflow-ids.js'
import type { Choice } from '../../../domain/attempt.js'
import { newUser } from '../../support/account.js'
import { decideFor, openAttempt, pinFor, proveFor } from '../../support/attempts.js'
import type { Target } from '../../support/attempts.js'
import { membersToTell } from '../../support/members-to-tell.js'
import { readMail } from '../../support/mail-parts.js'
import { eventually } from '../../support/product.js'
import type { Product } from '../../support/product.js'
import { resetRun, taskEventsOf } from '../../support/reset-run.js'

/** A run whose history is kept. */
interface RecordedRun {
  readonly workflowId: string
  readonly runId: string
}

type Shape = (product: Product, name: string) => Promise<readonly RecordedRun[]>

/**
 * Every shape that a history can have, each made by a real run; `npm run histories:record` makes them anew. A new way through a
 * workflow gets its shape here. All must end, as what is recorded is the whole of it.
 */
export const shapes: Readonly<Record<string, Shape>> = {
  async created(product, name) {
    const run = await created(product, name, 'accepted')
    await confirm(product, run)
    return [await ended(product, run.workflowId)]
  },

  async cancelled(product, name) {
    const run = await open(product, name)
    await decide(product, run, 'cancel')
    return [await ended(product, run.workflowId)]
  },

  async linked(product, name) {
    const run = await open(product, name)
    await decide(product, run, 'link', await pinFor(product, run, await newUser(product, name)))
    return [await ended(product, run.workflowId)]
  },

  async merged(product, name) {
    const run = await open(product, name)
    await decide(product, run, 'merge', await proveFor(product.dependencies, run, await newUser(product, name)))
    return [await ended(product, run.workflowId)]
  },

  async expired(product, name) {
    const run = await open(product, name, 3)
    return [await ended(product, run.workflowId)]
  },

  /** A signal without a decision, and then a decision whose signal never comes: the deadline finds it. */
  async 'nudged in vain'(product, name) {
    const run = await open(product, name, 5)
    await product.pipelines.nudge(run, 'link')
    await eventually(async () => {
      const { events } = await handleOf(product, run.workflowId).fetchHistory()
      return events?.some((event) => event.markerRecordedEventAttributes) ? true : null
    })
    await decideFor(product.dependencies, run.attemptId, 'cancel')
    return [await ended(product, run.workflowId)]
  },

  async 'cancelled by an operator'(product, name) {
    const run = await open(product, name)
    await handleOf(product, run.workflowId).cancel()
    return [await ended(product, run.workflowId)]
  },

  async 'cancelled by an operator with its mail out'(product, name) {
    const run = await created(product, name, 'accepted')
    await handleOf(product, run.workflowId).cancel()
    return [await ended(product, run.workflowId)]
  },

  /** As above, since what became of it is told: the two before were recorded by a build that did not. */
  async 'cancelled by an operator and told'(product, name) {
    const run = await created(product, name, 'accepted')
    await handleOf(product, run.workflowId).cancel()
    return [await ended(product, run.workflowId)]
  },

  async 'reminded and link expired'(product, name) {
    const run = await created(product, name, 'accepted')
    await issuedAgo(product, run, '24 hours', 4)
    await eventually(async () =>
      product.inbox.messages().filter(({ to }) => to === addressOf(run)).length === 2 ? true : null,
    )
    await issuedAgo(product, run, '48 hours', 3)
    return [await ended(product, run.workflowId)]
  },

  async 'parked and retried'(product, name) {
    product.inbox.setFault({ mode: '400', times: 1 })
    const run = await created(product, name, 'parked')
    await retry(product, run)
    await confirm(product, run)
    return [await ended(product, run.workflowId)]
  },

  async 'parked and sent to another address'(product, name) {
    product.inbox.setFault({ mode: '400', times: 1 })
    const run = await created(product, name, 'parked')
    await eventually(() =>
      handleOf(product, run.workflowId)
        .executeUpdate('retryEmail', { args: [{ ...support, email: `other-${name}@people.example` }] })
        .catch(() => null),
    )
    await reached(product, run, 'accepted')
    await handleOf(product, run.workflowId).cancel()
    return [await ended(product, run.workflowId)]
  },

  async 'given up while it is tried'(product, name) {
    product.inbox.setFault({ mode: '503' })
    const run = await created(product, name, 'sending')
    await handleOf(product, run.workflowId).executeUpdate('giveUpEmail', { args: [{ reason: 'no such person' }] })
    return [await ended(product, run.workflowId)]
  },

  async 'bounced and retried'(product, name) {
    const run = await created(product, name, 'accepted')
    await tell(product, run, 'bounce')
    await reached(product, run, 'bounced')
    await retry(product, run)
    await confirm(product, run)
    return [await ended(product, run.workflowId)]
  },

  async terminated(product, name) {
    const run = await created(product, name, 'accepted')
    await handleOf(product, run.workflowId).terminate('by an operator')
    return [await ended(product, run.workflowId)]
  },

  async reset(product, name) {
    product.inbox.setFault({ mode: '400', times: 1 })
    const run = await created(product, name, 'parked')
    await retry(product, run)
    const first = await newestRun(product, run.workflowId)
    const [task = 0] = (await taskEventsOf(product.temporal, run.workflowId, first.runId)).slice(1)
    await resetRun(product.temporal, run.workflowId, first.runId, task)
    await confirm(product, run)
    return [first, await ended(product, run.workflowId)]
  },

  /** The database keeps the local activity waiting for longer than its leash; the regular one carries on. */
  async 'settled by the regular activity'(product, name) {
    const run = await open(product, name)
    await decideFor(product.dependencies, run.attemptId, 'create')
    const holder = await product.testDatabase.pool.connect()
    await holder.query('begin')
    await holder.query('select from attempts where id = $1 for update', [run.attemptId])
    await product.pipelines.nudge(run, 'create')
    await eventually(async () => {
      const { events } = await handleOf(product, run.workflowId).fetchHistory()
      return events?.some((event) => event.activityTaskScheduledEventAttributes) ? true : null
    })
    await holder.query('rollback')
    holder.release()
    await reached(product, run, 'accepted')
    await confirm(product, run)
    return [await ended(product, run.workflowId)]
  },

  async 'begun anew before and after the decision'(product, name) {
    const run = await open(product, name)
    const first = await untilAnew(product, run.workflowId, () => product.pipelines.nudge(run, 'link'))
    await decide(product, run, 'create')
    await reached(product, run, 'accepted')
    const second = await untilAnew(product, run.workflowId, () => product.pipelines.nudgeMail(run.workflowId))
    await confirm(product, run)
    return [first, second, await ended(product, run.workflowId)]
  },

  async 'delivered by a run of its own'(product, name) {
    const mailId = await orphaned(product, name)
    await product.pipelines.startDelivery({ mailId, round: 1, retry: { ...support, request: 'once' } })
    const run = { name, mailId, workflowId: mailDeliveryWorkflowId(mailId) }
    await reachedBy(product, mailId, 'accepted')
    await confirm(product, run)
    return [await ended(product, run.workflowId)]
  },

  async 'delivered by a run of its own that began anew'(product, name) {
    const mailId = await orphaned(product, name)
    await product.pipelines.startDelivery({ mailId, round: 1 })
    const run = { name, mailId, workflowId: mailDeliveryWorkflowId(mailId) }
    const first = await untilAnew(product, run.workflowId, () => product.pipelines.nudgeMail(run.workflowId))
    await confirm(product, run)
    return [first, await ended(product, run.workflowId)]
  },

  async 'members told of a provider'(product) {
    const { organizationId: id, providerId } = await openAttempt(product.dependencies)
    await product.database.bulkMails.beginForUnlinked(id, providerId)
    await product.pipelines.startBulkMail(id)
    return [await ended(product, bulkMailWorkflowId(id))]
  },

  async 'members told by a run that began anew'(product, name) {
    product.inbox.setFault({ mode: '503' })
    const organizationId = await membersToTell(product, name)
    const workflowId = bulkMailWorkflowId(organizationId)
    await product.pipelines.startBulkMail(organizationId)
    const first = await untilAnew(product, workflowId, () => product.pipelines.startBulkMail(organizationId))
    product.inbox.setFault({ mode: 'ok' })
    return [first, await ended(product, workflowId)]
  },
}

const support = { actor: 'sam', reason: 'the person called' }

interface Opened extends Awaited<ReturnType<typeof openAttempt>> {
  readonly name: string
  readonly workflowId: string
}

const addressOf = ({ name }: { readonly name: string }): string => `${name}@people.example`
const handleOf = (product: Product, workflowId: string, runId?: string) =>
  product.temporal.workflow.getHandle(workflowId, runId)

/** @param seconds until its deadline; the product's own where absent */
const open = async (product: Product, name: string, seconds?: number): Promise<Opened> => {
  const attempt = await openAttempt(product.dependencies, name)
  const expiresAt = seconds === undefined ? attempt.expiresAt : new Date(Date.now() + seconds * 1000)
  await product.testDatabase.pool.query('update attempts set expires_at = $2 where id = $1', [
    attempt.attemptId,
    expiresAt,
  ])
  const run = { ...attempt, expiresAt }
  await product.pipelines.start(run)
  return { ...run, name, workflowId: authPipelineWorkflowId(run.organizationId, run.attemptId) }
}

const decide = async (product: Product, run: Opened, choice: Choice, target?: Target): Promise<void> => {
  await decideFor(product.dependencies, run.attemptId, choice, target)
  await product.pipelines.nudge(run, choice)
}

const created = async (product: Product, name: string, mailState: string): Promise<Opened> => {
  const run = await open(product, name)
  await decide(product, run, 'create')
  await reached(product, run, mailState)
  return run
}

const mailOf = ({ database }: Product, { attemptId }: Opened): Promise<string> =>
  eventually(async () => (await database.mail.listForAttempt(attemptId))[0])
const reachedBy = (product: Product, mailId: string, state: string) =>
  eventually(async () => ((await readMail(product, mailId)).state === state ? true : null))
const reached = async (product: Product, run: Opened, state: string) =>
  reachedBy(product, await mailOf(product, run), state)

const retry = async (product: Product, run: Opened): Promise<void> => {
  // The row is parked a moment before the run has heard of it.
  await eventually(() =>
    handleOf(product, run.workflowId)
      .executeUpdate('retryEmail', { args: [support] })
      .catch(() => null),
  )
  await reached(product, run, 'accepted')
}

const confirm = async (
  product: Product,
  run: { readonly name: string; readonly workflowId: string },
): Promise<void> => {
  await product.testDatabase.pool.query(
    'update user_emails set verified_at = app.now() where canonical = $1',
    [addressOf(run)],
  )
  await product.pipelines.nudgeMail(run.workflowId)
}

/** As if the link had been made so long ago, but for these seconds. */
const issuedAgo = async (product: Product, run: Opened, age: string, seconds: number): Promise<void> => {
  await product.testDatabase.pool.query(
    `update user_emails set confirmation_issued_at = app.now() - $2::interval + $3 * interval '1 s' where canonical = $1`,
    [addressOf(run), age, seconds],
  )
  await product.pipelines.nudgeMail(run.workflowId)
}

/** An event of the mail provider about the newest try. */
const tell = async (product: Product, run: Opened, event: 'bounce'): Promise<void> => {
  const { rows } = await product.testDatabase.pool.query<{ id: string }>(
    'select id from mail_tries where mail_id = $1 order by id desc limit 1',
    [await mailOf(product, run)],
  )
  const api = { ...product, log: createLogger('test', 'silent') } as unknown as ApiDependencies
  await receiveMailEvents(api, [{ tryId: rows[0]?.id ?? '', event, reason: null, at: new Date() }])
}

/** A mail that is out, and whose run was terminated. */
const orphaned = async (product: Product, name: string): Promise<string> => {
  const run = await created(product, name, 'accepted')
  await handleOf(product, run.workflowId).terminate('by an operator')
  return mailOf(product, run)
}

const newestRun = async (product: Product, workflowId: string): Promise<RecordedRun> => ({
  workflowId,
  runId: (await handleOf(product, workflowId).describe()).runId,
})

/** Nudges a run until it has begun anew; one that is about to end takes no nudge. @returns the run that ended so */
const untilAnew = async (
  product: Product,
  workflowId: string,
  nudge: () => Promise<unknown>,
): Promise<RecordedRun> => {
  const before = await newestRun(product, workflowId)
  await eventually(async () => {
    await nudge().catch(() => undefined)
    return (await newestRun(product, workflowId)).runId === before.runId ? null : true
  })
  return before
}

const ended = async (product: Product, workflowId: string): Promise<RecordedRun> => {
  await eventually(async () =>
    (await handleOf(product, workflowId).describe()).status.name === 'RUNNING' ? null : true,
  )
  return newestRun(product, workflowId)
}
