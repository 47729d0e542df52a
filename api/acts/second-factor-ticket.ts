import { z } from 'zod'
import { AppError } from '../../domain/errors.js'
import type { ApiDependencies } from '../dependencies.js'

/** Minutes in which the second factor may follow a right password. */
const ticketMinutes = 5

/** Whose password was right in this browser a moment ago, and for which sign-in. */
export interface SecondFactorTicket {
  readonly userId: string
  /** Of the account's sign-in methods when the password was compared: any change of them voids the ticket. */
  readonly methodsVersion: number
  readonly organizationId: string
  readonly returnTo: string | undefined
}

const sealed = z.object({
  userId: z.string(),
  organizationId: z.string(),
  returnTo: z.string().optional(),
  methodsVersion: z.number(),
  /** By the database's clock. */
  expiresAt: z.number(),
})

type Dependencies = Pick<ApiDependencies, 'database' | 'keyring'>

/** Draws a ticket for the browser's cookie. @throws AppError `proof_invalid` where the account's methods have just changed */
export const drawTicket = async (dependencies: Dependencies, ticket: SecondFactorTicket): Promise<string> => {
  const standing = await standingOf(dependencies, ticket.userId)
  if (standing?.methodsVersion !== ticket.methodsVersion) throw new AppError('proof_invalid')
  const text = JSON.stringify({
    ...ticket,
    expiresAt: standing.now.getTime() + ticketMinutes * 60_000,
  } satisfies z.input<typeof sealed>)
  return dependencies.keyring.seal('second-factor', 'ticket', text).toString('base64url')
}

/** @returns null where it is none of ours, too old, or the account's methods have changed since */
export const readTicket = async (
  dependencies: Dependencies,
  text: string,
): Promise<SecondFactorTicket | null> => {
  const ticket = open(dependencies, text)
  if (ticket === null) return null
  const standing = await standingOf(dependencies, ticket.userId)
  if (standing?.methodsVersion !== ticket.methodsVersion) return null
  if (standing.now.getTime() >= ticket.expiresAt) return null
  const { userId, methodsVersion, organizationId, returnTo } = ticket
  return { userId, methodsVersion, organizationId, returnTo }
}

const open = ({ keyring }: Dependencies, text: string): z.output<typeof sealed> | null => {
  try {
    return sealed.parse(JSON.parse(keyring.open('second-factor', 'ticket', Buffer.from(text, 'base64url'))))
  } catch {
    return null
  }
}

const standingOf = async (
  { database }: Dependencies,
  userId: string,
): Promise<{ methodsVersion: number; now: Date } | null> => {
  const [password, factor] = await Promise.all([database.passwords.find(userId), database.totp.find(userId)])
  if (password === null || factor?.confirmed !== true) return null
  return { methodsVersion: password.methodsVersion, now: factor.now }
}
