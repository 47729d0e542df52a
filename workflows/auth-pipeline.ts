import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  patched,
} from '@temporalio/workflow'
import type { Settled } from '../activities/contract.js'
import { choices } from '../domain/attempt.js'
import type { MailState } from '../domain/mail.js'
import { labels, mailNudge } from './contract.js'
import type { AuthPipelineInput, AuthPipelineResult } from './contract.js'
import { humanDecision } from './human-decision.js'
import { giveUpCancelled, keepMail } from './mail-delivery.js'
import { openMoreTime } from './more-time.js'
import type { MoreTime } from './more-time.js'
import { countNudges } from './nudges.js'
import { shortLeash } from './short-leash.js'
import { openSupportDesk } from './support-desk.js'
import type { SupportDesk } from './support-desk.js'
import { tellMail, tellOutcome, tellWaiting } from './telling.js'

/**
 * One sign-in of an unknown identity: waits for the person's decision, carries it out, delivers the confirmation mail and
 * stays until the address is confirmed or the link has expired. Postgres decides; this run makes sure that it happens.
 */
export async function AuthPipelineWorkflow(input: AuthPipelineInput): Promise<AuthPipelineResult> {
  const decided = countNudges(choices)
  const mailChanged = countNudges([mailNudge])
  const desk = openSupportDesk()
  const time = openMoreTime(input)
  try {
    const settled = await awaitDecision(input, decided, time)
    time.close()
    tellOutcome(settled.outcome, settled.mails.length > 0 ? 'queued' : undefined)
    const mail = await awaitConfirmations(input, settled.mails, mailChanged, desk)
    await condition(allHandlersFinished)
    return mail === undefined ? { outcome: settled.outcome } : { outcome: settled.outcome, mail }
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => endCancelled(input.attemptId))
    throw error
  }
}

const awaitDecision = (input: AuthPipelineInput, nudges: () => number, time: MoreTime): Promise<Settled> => {
  tellWaiting()
  return humanDecision({
    summary: labels.decision,
    deadline: time.deadline,
    nudges: () => nudges() + time.count(),
    ask: async () => {
      await time.carryOut()
      return shortLeash((activities) => activities.settle({ attemptId: input.attemptId }))
    },
    continueAsNew: () => beginAnew({ ...input, deadline: time.deadline() }),
  })
}

/** One mail per unverified address. @returns how the last one to be listed ended */
const awaitConfirmations = async (
  input: AuthPipelineInput,
  mails: readonly string[],
  nudges: () => number,
  desk: SupportDesk,
): Promise<MailState | undefined> => {
  const context = { nudges, desk, continueAsNew: () => beginAnew(input) }
  const states = await Promise.all(mails.map((mailId) => keepMail({ mailId, round: 1 }, context)))
  return states.at(-1)
}

/**
 * A new run with the same input finds everything in Postgres: the outcome stands, and a mail that was sent is not sent again.
 */
const beginAnew = async (input: AuthPipelineInput): Promise<never> => {
  await condition(allHandlersFinished)
  return continueAsNew<typeof AuthPipelineWorkflow>(input)
}

/** An operator cancelled the run: an undecided attempt ends `cancelled`, a decision is carried out, mails are given up. */
const endCancelled = async (attemptId: string): Promise<void> => {
  const settled = await shortLeash((activities) =>
    activities.settle({ attemptId, undecidedBecomes: 'cancelled' }),
  )
  for (const mailId of settled?.mails ?? []) await giveUpCancelled(mailId)
  // Runs that were cancelled before this was told replay without it.
  if (settled !== null && patched('cancelled-tells-outcome')) {
    tellOutcome(settled.outcome, undefined)
    if (settled.mails.length > 0) tellMail('cancelled')
  }
  await condition(allHandlersFinished)
}
