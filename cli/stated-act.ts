import { readReason } from '../domain/support.js'
import { CommandError } from './dependencies.js'

/** Who acts and why, as typed at the terminal. */
interface StatedAct {
  readonly actor: string
  readonly reason: string
}

/**
 * What the audit keeps of who acts and why.
 * @throws CommandError where either is missing, or the reason holds an e-mail address: it outlives people who are erased
 */
export const statedAct = (typed: StatedAct): StatedAct => {
  const actor = typed.actor.trim()
  const reason = readReason(typed.reason)
  if (actor === '' || reason === null)
    throw new CommandError(
      'The audit needs an actor and a reason of 1 to 500 characters without an e-mail address, because it is kept.',
    )
  return { actor, reason }
}
