import { formatMailedToken, parseMailedToken } from './mailed-token.js'
import type { Mac } from './mailed-token.js'

/** Life of a confirmation link, by the database clock (spec: pipeline 5). */
export const confirmationHours = 48
/** A link with less life than this left is drawn anew before it is sent (spec: mail, "budget by kind"). */
export const confirmationFreshHours = 12

/** What a confirmation link stands for. Only nonce and time are stored; the rest is what the address is at that moment. */
export interface ConfirmationFields {
  readonly emailId: string
  readonly userId: string
  readonly canonical: string
  /** 32 random bytes, base64url. */
  readonly nonce: string
  readonly issuedAt: Date
}

/** The values that the hash covers, in order: a change of any of them voids the link. */
export function* iterAttributes(fields: ConfirmationFields): Generator<string> {
  yield 'email-confirmation'
  yield fields.emailId
  yield fields.userId
  yield fields.canonical
  yield fields.nonce
  yield fields.issuedAt.toISOString()
}

/** What is hashed. Each value goes in with its length, so that no two lists of values read the same. */
export const confirmationMessage = (fields: ConfirmationFields): string =>
  [...iterAttributes(fields)].map((value) => `${value.length}:${value}`).join(',')

/** The hash of a link. */
export const buildHash = (fields: ConfirmationFields, mac: Mac): string => mac(confirmationMessage(fields))

export interface ConfirmationToken {
  readonly keyId: string
  readonly emailId: string
  readonly hash: string
}

/** The token of a link: key id, address id and hash. */
export const formatConfirmationToken = ({ keyId, emailId, hash }: ConfirmationToken): string =>
  formatMailedToken({ keyId, rowId: emailId, hash })

/** @returns null where the text is no token of this kind */
export const parseConfirmationToken = (text: string): ConfirmationToken | null => {
  const token = parseMailedToken(text)
  return token === null ? null : { keyId: token.keyId, emailId: token.rowId, hash: token.hash }
}

export const confirmationExpiresAt = (issuedAt: Date): Date =>
  new Date(issuedAt.getTime() + confirmationHours * 3_600_000)
