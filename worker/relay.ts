import type { Logger } from '../clients/log.js'
import type { PipelineClient } from '../clients/temporal.js'
import { isUnderWay, mailPriority } from '../domain/mail.js'
import type { MailKind } from '../domain/mail.js'
import { mailDeliveryWorkflowId } from '../domain/workflow-ids.js'
import type { Database } from '../store/stores.js'

export interface RelayDependencies {
  readonly database: Pick<Database, 'owed' | 'attempts' | 'bulkMails' | 'decisions' | 'mail'>
  readonly pipelines: Pick<
    PipelineClient,
    'start' | 'startAndNudge' | 'nudge' | 'nudgeMail' | 'isOpen' | 'startBulkMail' | 'startDelivery'
  >
  readonly log: Logger
}

const batch = 100

/** For every row, whatever becomes of the others: one that fails is logged, and stays owed. */
const forEach = async <Row extends object>(
  rows: readonly Row[],
  log: Logger,
  tell: (row: Row) => Promise<void>,
): Promise<void> => {
  await Promise.all(
    rows.map((row) =>
      tell(row).catch((error: unknown) => log.warn({ error, row }, 'not relayed, stays owed')),
    ),
  )
}

/**
 * One turn: tells Temporal what it has not been told, or has not carried out. The API tells it at once; this is for when it could
 * not. No transaction is open while Temporal is called, and a row stays owed until its effect stands in Postgres.
 */
export const relayAttempts = async ({ database, pipelines, log }: RelayDependencies): Promise<void> =>
  forEach(await database.owed.claim(batch), log, async (owed) => {
    if (owed.choice === null) await pipelines.start(owed)
    else await pipelines.startAndNudge(owed, owed.choice)
    await database.attempts.markStarted(owed.attemptId)
    if (owed.choice !== null) await database.decisions.markSignalled(owed.attemptId)
    log.info({ attemptId: owed.attemptId, choice: owed.choice }, 'relayed')
  })

/** One turn: a run that waits for a decision is told that its attempt has ended otherwise, until it has read that. */
export const relayEnded = async ({ database, pipelines, log }: RelayDependencies): Promise<void> =>
  forEach(await database.owed.claimEnded(batch), log, async (attempt) => {
    if (!(await pipelines.nudge(attempt, 'cancel'))) await database.owed.markHeard(attempt.attemptId)
  })

/** A run of its own for a mail that had one before: it comes after those that nobody has tried yet. */
const startAgain = (
  pipelines: RelayDependencies['pipelines'],
  mail: {
    readonly mailId: string
    readonly round: number
    readonly kind: MailKind
    readonly organizationId: string
  },
): Promise<void> =>
  pipelines.startDelivery(
    { mailId: mail.mailId, round: mail.round },
    { priority: mailPriority(mail.kind, true), organizationId: mail.organizationId },
  )

/**
 * One turn: what happened to a mail is told to its workflow until that has read it. Where that is over, a mail that support wants sent
 * once more gets a run of its own.
 */
export const relayNudges = async ({ database, pipelines, log }: RelayDependencies): Promise<void> =>
  forEach(await database.mail.claimUnheard(batch), log, async (mail) => {
    if (await pipelines.nudgeMail(mail.workflowId)) return
    if (isUnderWay(mail.state)) await startAgain(pipelines, mail)
    else await database.mail.markHeard(mail.mailId)
  })

/**
 * One turn: mails that came into the outbox get their runs. Whoever wrote the row need do no more, so this is not only for when
 * something failed: people wait for what it starts. A row stays owed until its run has said in Postgres that it began.
 */
export const relayDeliveries = async ({ database, pipelines, log }: RelayDependencies): Promise<void> =>
  forEach(
    await database.mail.claimUndelivered(batch),
    log,
    ({ mailId, round, kind, organizationId, repeated }) =>
      pipelines.startDelivery({ mailId, round }, { priority: mailPriority(kind, repeated), organizationId }),
  )

/** One turn: a mail that is under way or waits for a person, and whose run was terminated or lost, gets a run of its own. */
export const relayMails = async ({ database, pipelines, log }: RelayDependencies): Promise<void> =>
  forEach(await database.mail.claimStale(batch), log, async (mail) => {
    const { mailId, workflowId } = mail
    if (await pipelines.isOpen(workflowId)) return
    await startAgain(pipelines, mail)
    await database.mail.setWorkflow(mailId, mailDeliveryWorkflowId(mailId))
    log.warn({ mailId, workflowId }, 'the run of a mail was lost, another one goes on')
  })

/** One turn: mails to members that were asked for and are not all out of our hands have a run that writes them. */
export const relayBulkMails = async ({ database, pipelines, log }: RelayDependencies): Promise<void> =>
  forEach(await database.bulkMails.claimUnfinished(batch), log, ({ organizationId }) =>
    pipelines.startBulkMail(organizationId),
  )
