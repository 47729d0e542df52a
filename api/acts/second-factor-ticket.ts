import { z } from 'zod'
import { AppError } from '../../domain/errors.js'
import type { ApiDependencies } from '../dependencies.js'

/** Minutes in which the second factor may follow a right password. */
const ticketMinutes = 5

/** Whose password was right in this browser a moment ago, and for which sign-in. */
export interface SecondFactorTicket {
  readonly userId: string
  readonly organizationId: string
  readonly returnTo: string | undefined
}

const sealed = z.object({
  userId: z.string(),
  organizationId: z.string(),
  returnTo: z.string().optional(),
  /** Of the password's hash: a change of the password voids the ticket. */
  passwordHash: z.string(),
  /** By the database's clock. */
  expiresAt: z.number(),
})

type Dependencies = Pick<ApiDependencies, 'database' | 'keyring'>

/** Draws a ticket for the browser's cookie. @throws AppError `proof_invalid` where the account's methods have just changed */
export const drawTicket = async (dependencies: Dependencies, ticket: SecondFactorTicket): Promise<string> => {
  const standing = await standingOf(dependencies, ticket.userId)
  if (standing === null) throw new AppError('proof_invalid')
  const text = JSON.stringify({
    ...ticket,
    passwordHash: standing.passwordHash,
    expiresAt: standing.now.getTime() + ticketMinutes * 60_000,
  } satisfies z.input<typeof sealed>)
  return dependencies.keyring.seal('second-factor', 'ticket', text).toString('base64url')
}

/** @returns null where it is none of ours, too old, or the password has changed since */
export const readTicket = async (
  dependencies: Dependencies,
  text: string,
): Promise<SecondFactorTicket | null> => {
  const ticket = open(dependencies, text)
  if (ticket === null) return null
  const standing = await standingOf(dependencies, ticket.userId)
  if (standing === null || standing.passwordHash !== ticket.passwordHash) return null
  if (standing.now.getTime() >= ticket.expiresAt) return null
  return { userId: ticket.userId, organizationId: ticket.organizationId, returnTo: ticket.returnTo }
}

const open = ({ keyring }: Dependencies, text: string): z.output<typeof sealed> | null => {
  try {
    return sealed.parse(JSON.parse(keyring.open('second-factor', 'ticket', Buffer.from(text, 'base64url'))))
  } catch {
    return null
  }
}

const standingOf = async (
  { database, keyring }: Dependencies,
  userId: string,
): Promise<{ passwordHash: string; now: Date } | null> => {
  const [password, factor] = await Promise.all([database.passwords.find(userId), database.totp.find(userId)])
  if (password === null || factor?.confirmed !== true) return null
  return { passwordHash: keyring.hashToken(password.hash).toString('base64url'), now: factor.now }
}
