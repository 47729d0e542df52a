import type { Outcome, Result } from '../domain/attempt.js'
import type { MailState } from '../domain/mail.js'

/** How an attempt ended, and the mails that follow from it, by id. */
export interface Settled {
  readonly outcome: Outcome
  readonly mails: readonly string[]
}

export interface SettleInput {
  readonly attemptId: string
  /** Ends the attempt so where nobody has decided; without it an undecided attempt ends only once its deadline has passed. */
  readonly undecidedBecomes?: Extract<Result, 'cancelled' | 'expired'>
  /** Why it is ended so, for the audit. */
  readonly reason?: string
}

/** Where a mail stands, by Postgres. */
export interface MailStanding {
  readonly state: MailState
  /** The round that it is in. */
  readonly round: number
  /** Until when it makes sense to wait for the person or for support, milliseconds since 1970. */
  readonly waitUntil: number
  /** The provider has it and it asks nothing of anybody: its run need not wait. */
  readonly over?: boolean
}

/** Which round of tries of which mail. A round belongs to one decision to send: the first one, or support's. */
export interface MailRound {
  readonly mailId: string
  readonly round: number
}

/** What support asked for; the audit tells who and why. */
export interface SupportAct {
  readonly mailId: string
  readonly actor: string
  readonly reason: string
}

/** A wish to send a mail once more. One request opens one round, however often it is carried out. */
export interface RetryAct extends SupportAct {
  readonly request: string
}

/** A wish to put another address in the place of one that nobody ever confirmed. */
export interface CorrectAct extends SupportAct {
  readonly email: string
}

/** Support's wish to give the person more time: the first or the second extension. */
export interface ExtendAct {
  readonly attemptId: string
  readonly actor: string
  readonly reason: string
  readonly extension: number
}

/** How far the backlog of an organization's mails to its members has come. */
export interface BacklogStep {
  /** Mails that were written now. */
  readonly written: number
  /** All are out of our hands. */
  readonly finished: boolean
}

/** Short database steps; each may run again at any time and does its work once. */
export interface PipelineActivities {
  /** Null: nobody has decided and the deadline has not passed. */
  settle(input: SettleInput): Promise<Settled | null>
  /** Puts an undecided attempt's deadline off, each extension once. @returns the deadline, milliseconds since 1970 */
  extendAttempt(input: ExtendAct): Promise<number>
  /** Where a mail stands now; an end that is due by now is noted first. */
  mailStanding(input: { readonly mailId: string }): Promise<MailStanding>
  /** Id of the reminder; null where the address needs none any more. */
  queueReminder(input: { readonly mailId: string }): Promise<string | null>
  /** Names the run that delivers a mail from now on: events and support go there. */
  holdMail(input: { readonly mailId: string; readonly workflowId: string }): Promise<void>
  /** Opens the next round of tries for a mail that is not under way. @returns the round that is open now */
  beginRound(input: RetryAct): Promise<number>
  /** Puts another address in the place of a mail's own. @returns why it is not done, in a sentence; null where it is done */
  correctAddress(input: CorrectAct): Promise<string | null>
  /** Ends a mail for good. */
  giveUpMail(input: SupportAct): Promise<MailState>
  /** Writes the next mails to members of an organization, as many as may be under way. */
  writeBulkMails(input: { readonly organizationId: string }): Promise<BacklogStep>
}

export interface MailActivities {
  sendMail(input: MailRound): Promise<MailStanding>
}
