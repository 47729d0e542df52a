import {
  ActivityCancellationType,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow'
import type { MailActivities, MailRound, MailStanding, RetryAct, SupportAct } from '../activities/contract.js'
import { confirmationHours } from '../domain/confirmation-token.js'
import { hasEnded, isOut, isUnderWay, reminderHours } from '../domain/mail.js'
import type { MailState } from '../domain/mail.js'
import { callPolicies, labels, mailNudge, taskQueues } from './contract.js'
import type { MailDeliveryInput } from './contract.js'
import { humanDecision } from './human-decision.js'
import { countNudges } from './nudges.js'
import { shortLeash } from './short-leash.js'
import { openSupportDesk } from './support-desk.js'
import type { SupportDesk } from './support-desk.js'
import { tellMail } from './telling.js'

const mail = proxyActivities<MailActivities>({
  ...callPolicies.mail,
  taskQueue: taskQueues.mail,
  // A mail that is given up while it waits for its next try need not wait for it.
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  summary: labels.mail,
})

/** What tells a mail's story that something happened: nudges, and what support asks. */
export interface MailContext {
  readonly nudges: () => number
  readonly desk: SupportDesk
  /** Begins the run anew with the same state, where its history has grown long; never returns. */
  readonly continueAsNew: () => Promise<never>
}

/**
 * Delivers one mail and keeps it until nobody is needed any more: tried until the provider has taken it, waiting for support where
 * it does not. A confirmation also waits where it came back, is reminded of once, and is over when the address is confirmed, the
 * link has expired or support gives it up; a notice or a code is over once the provider has it. The history holds ids only; address, link and words are read from Postgres just before each try.
 * @returns how it ended
 */
export const keepMail = async ({ mailId, round }: MailRound, context: MailContext): Promise<MailState> => {
  let standing: MailStanding = { state: 'queued', round, waitUntil: 0 }
  while (!hasEnded(standing.state) && standing.over !== true) {
    const { state } = standing
    standing = await (isUnderWay(state) ? sendRound : awaitChange)(mailId, standing, context)
    if (standing.state !== state) tellMail(standing.state)
  }
  context.desk.note(mailId, 'ended')
  return standing.state
}

/** Delivers a mail whose own run is over, or that never had one. */
export async function MailDeliveryWorkflow(input: MailDeliveryInput): Promise<MailState> {
  const nudges = countNudges([mailNudge])
  const desk = openSupportDesk()
  const { mailId, retry } = input
  try {
    await shortLeash((activities) => activities.holdMail({ mailId, workflowId: workflowInfo().workflowId }))
    const round = retry === undefined ? input.round : await beginRound({ mailId, ...retry })
    const beginAnew = async (): Promise<never> => {
      await condition(allHandlersFinished)
      return continueAsNew<typeof MailDeliveryWorkflow>({ mailId, round })
    }
    const state = await keepMail({ mailId, round }, { nudges, desk, continueAsNew: beginAnew })
    await condition(allHandlersFinished)
    return state
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => giveUpCancelled(mailId))
    throw error
  }
}

/** An operator cancelled the run that holds a mail: nobody sends it any more, nor takes the run for lost. */
export const giveUpCancelled = async (mailId: string): Promise<void> => {
  await shortLeash((activities) =>
    activities.giveUpMail({ mailId, actor: 'operator', reason: 'the run was cancelled' }),
  )
}

/** One round of tries; cut short where support gives the mail up, or where an event tells what no answer told. */
const sendRound = async (
  mailId: string,
  { round }: MailStanding,
  context: MailContext,
): Promise<MailStanding> => {
  context.desk.note(mailId, 'under_way')
  const sending = new CancellationScope()
  const watching = new CancellationScope()
  const sent = sending.run(() => mail.sendMail({ mailId, round }))
  const overtaken = watching.run(() => untilOvertaken(mailId, context))
  try {
    return await Promise.race([sent, overtaken])
  } finally {
    sending.cancel()
    watching.cancel()
    await Promise.allSettled([sent, overtaken])
  }
}

/** Returns when the mail needs no more tries. */
const untilOvertaken = async (mailId: string, { nudges, desk }: MailContext): Promise<MailStanding> => {
  const heard = (): number => nudges() + desk.count()
  for (let seen = heard(); ;) {
    const givenUp = desk.givenUp(mailId)
    if (givenUp !== null) return giveUp(givenUp)
    await condition(() => heard() > seen)
    seen = heard()
    const standing = await mailStanding(mailId)
    if (!isUnderWay(standing.state)) return standing
  }
}

/** Waits for the person, for the provider's events, or for support: where the mail stands when that has changed. */
const awaitChange = (mailId: string, standing: MailStanding, context: MailContext): Promise<MailStanding> => {
  const { nudges, desk, continueAsNew } = context
  desk.note(mailId, 'waiting')
  const remindAt = standing.waitUntil - (confirmationHours - reminderHours) * 3_600_000
  return humanDecision<MailStanding>({
    summary: labels.confirmation,
    deadline: () => standing.waitUntil,
    nudges: () => nudges() + desk.count(),
    async ask() {
      const givenUp = desk.givenUp(mailId)
      if (givenUp !== null) return giveUp(givenUp)
      const now = await mailStanding(mailId)
      if (
        now.state !== standing.state ||
        now.round !== standing.round ||
        now.waitUntil !== standing.waitUntil
      )
        return now
      const retry = desk.takeRetry(mailId)
      return retry === null ? null : { ...now, state: 'queued', round: await beginRound(retry) }
    },
    continueAsNew,
    ...(isOut(standing.state) && remindAt > Date.now()
      ? { reminder: { at: remindAt, send: () => remind(mailId) } }
      : {}),
  })
}

const mailStanding = (mailId: string): Promise<MailStanding> =>
  shortLeash((activities) => activities.mailStanding({ mailId }))

const beginRound = (act: RetryAct): Promise<number> => shortLeash((activities) => activities.beginRound(act))

const giveUp = async (act: SupportAct): Promise<MailStanding> => {
  const state = await shortLeash((activities) => activities.giveUpMail(act))
  return { state, round: 0, waitUntil: 0 }
}

/** Nobody waits for it: the person may confirm, and support may act, while the provider is away. */
const remind = async (mailId: string): Promise<void> => {
  const reminder = await shortLeash((activities) => activities.queueReminder({ mailId }))
  if (reminder !== null) void mail.sendMail({ mailId: reminder, round: 1 }).catch(() => undefined)
}
