import { timingSafeEqual } from 'node:crypto'
import {
  challengeCode,
  challengeLinkMessage,
  challengeRepeatSeconds,
  parseChallengeCode,
} from '../../domain/email-challenge.js'
import { AppError } from '../../domain/errors.js'
import { mailedTokenMessage, parseMailedToken } from '../../domain/mailed-token.js'
import { openClaims, ownAddress } from '../../domain/sealed-claims.js'
import type { Attempt } from '../../store/attempts.js'
import type { AuditEvent } from '../../store/audit.js'
import type { EmailChallenge } from '../../store/email-challenges.js'
import type { Stores } from '../../store/stores.js'
import type { ApiDependencies } from '../dependencies.js'
import { bindingOf, endAfterWrongTries, lockProvable, countWrongTry } from './proving.js'
import type { ProofOrigin, ProvableAttempt } from './proving.js'

/** What a mailed code has proved: an account, or only that this browser's person reads the mailbox. */
export interface ProvedByMail {
  readonly expiresAt: Date
  readonly canonicalEmail: string
  /** The account that the address leads to, which may be merged into. */
  readonly userId: string | null
}

/**
 * Takes the six digits that were mailed to the attempt's own address.
 * @throws AppError `proof_invalid` for a wrong code and where none was mailed, `proof_used` where the code was taken already,
 *   `proof_expired` where it is dead, `too_many_attempts` with seconds after the fifth wrong one (a new code helps) and after the tenth of
 *   the attempt (a new sign-in does), and as `demandProvable`
 */
export const proveByCode = async (
  dependencies: ApiDependencies,
  attempt: Attempt,
  typed: string,
  origin: ProofOrigin,
): Promise<ProvedByMail> => {
  const { database, keyring } = dependencies
  const code = parseChallengeCode(typed)
  const taken = await database.transaction(async (stores) => {
    const locked = await lockProvable(stores, attempt, origin.session)
    const challenge = await stores.emailChallenges.findNewest(locked.id)
    if (challenge === null) return 'none' as const
    if (!challenge.live) return challenge.used ? ('used' as const) : ('dead' as const)
    const right = challengeCode(challenge, (text) => keyring.sign('email-challenge', text))
    if (code !== null && timingSafeEqual(Buffer.from(code), Buffer.from(right)))
      return accept(dependencies, stores, locked, challenge, origin)
    const left = await stores.emailChallenges.countWrongTry(challenge.id)
    await stores.audit.record(wrongCode(locked, origin.clientNetwork))
    if (!(await countWrongTry(stores, locked))) return 'attempt_over' as const
    return left > 0 ? ('wrong' as const) : ('code_over' as const)
  })
  switch (taken) {
    case 'none':
    case 'wrong':
      throw new AppError('proof_invalid')
    case 'used':
      throw new AppError('proof_used')
    case 'dead':
      throw new AppError('proof_expired')
    case 'code_over':
      throw new AppError('too_many_attempts', { retryAfter: challengeRepeatSeconds })
    case 'attempt_over':
      return endAfterWrongTries(dependencies, attempt, origin.clientNetwork)
    default:
      return taken
  }
}

const wrongCode = (attempt: Attempt, clientNetwork: string): AuditEvent => ({
  event: 'proof.failed',
  actor: { kind: 'system' },
  organizationId: attempt.provider.organization.id,
  attemptId: attempt.id,
  target: null,
  clientNetwork,
  data: { kind: 'email' },
})

/** The challenge of a mailed link, with its attempt; null for what is none, whatever it is. Changes nothing. */
export const readProofLink = async (
  { database, keyring }: Pick<ApiDependencies, 'database' | 'keyring'>,
  tokenText: string,
  purpose: 'email-challenge' | 'not-me',
): Promise<{ challenge: EmailChallenge; attempt: Attempt } | null> => {
  const token = parseMailedToken(tokenText)
  const challenge = token === null ? null : await database.emailChallenges.find(token.rowId)
  if (token === null || challenge === null) return null
  const message = mailedTokenMessage(challenge.id, challenge.nonce)
  const signed = purpose === 'email-challenge' ? challengeLinkMessage(message) : message
  if (!keyring.verify(purpose, token.keyId, signed, token.hash)) return null
  const attempt = await database.attempts.find(challenge.attemptId)
  return attempt === null ? null : { challenge, attempt }
}

/**
 * Takes a mailed link, in the browser that holds the attempt's secret; the caller has seen to that.
 * @throws AppError `link_expired` where the code is used, replaced or too old, and as `demandProvable`
 */
export const proveByLink = (
  dependencies: ApiDependencies,
  { challenge, attempt }: { readonly challenge: EmailChallenge; readonly attempt: Attempt },
  origin: ProofOrigin,
): Promise<ProvedByMail> =>
  dependencies.database.transaction(async (stores) => {
    const locked = await lockProvable(stores, attempt, origin.session)
    const live = await stores.emailChallenges.findLive(locked.id)
    if (live?.id !== challenge.id) throw new AppError('link_expired')
    return accept(dependencies, stores, locked, live, origin)
  })

/**
 * Uses the code up and keeps what it proves. It reaches an account only if that holds the address as verified and is a member of
 * this organization, or invited to it (spec: pipeline 3, "Proofs for merge").
 */
const accept = async (
  { keyring }: ApiDependencies,
  stores: Stores,
  attempt: ProvableAttempt,
  challenge: EmailChallenge,
  { clientNetwork }: ProofOrigin,
): Promise<ProvedByMail> => {
  const claims = openClaims(keyring, attempt)
  const canonical = ownAddress(keyring, attempt)?.canonical ?? null
  if (canonical === null || !(await stores.emailChallenges.use(challenge.id)))
    throw new AppError('proof_expired')
  const holder = await stores.passwords.reachableHolder(canonical, attempt.provider.organization.id)
  const userId = holder?.userId ?? null
  const { expiresAt } = await stores.proofs.insert({
    ...bindingOf(attempt, claims),
    kind: 'email',
    userId,
    methodsVersion: holder?.methodsVersion ?? null,
    canonicalEmail: canonical,
    provingProviderId: null,
    secondFactor: false,
  })
  await stores.audit.record({
    event: 'proof.shown',
    actor: { kind: 'system' },
    organizationId: attempt.provider.organization.id,
    attemptId: attempt.id,
    target: userId === null ? null : { kind: 'user', id: userId },
    clientNetwork,
    data: { kind: 'email', account: userId !== null },
  })
  return { expiresAt, canonicalEmail: canonical, userId }
}
