import { readReason } from '../domain/support.js'
import { CommandError } from './dependencies.js'

/** Who acts and why, as typed at the terminal. */
interface StatedAct {
  readonly actor: string
  readonly reason: string
}

/** The same where a reason may be left out. */
export interface ActOptions {
  readonly actor: string
  readonly reason?: string | undefined
}

/**
 * What the audit keeps of who acts and why.
 * @throws CommandError where either is missing, or the reason holds an e-mail address: it outlives people who are erased
 */
export const statedAct = ({ actor, reason }: StatedAct): StatedAct => ({
  actor: demanded(actor.trim()),
  reason: demanded(readReason(reason)),
})

/** As `statedAct`, of an act that explains itself. @throws CommandError as `statedAct`, but where no reason is given */
export const statedOrSilent = ({ actor, reason }: ActOptions): ActOptions =>
  reason === undefined ? { actor: demanded(actor.trim()) } : statedAct({ actor, reason })

const demanded = (text: string | null): string => {
  if (text === null || text === '')
    throw new CommandError(
      'The audit needs an actor and a reason of 1 to 500 characters without an e-mail address, because it is kept.',
    )
  return text
}
