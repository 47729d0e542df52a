import { randomBytes } from 'node:crypto'
import { domainToASCII } from 'node:url'
import type { EmailAddress } from '../../domain/email-address.js'
import { parseEmailAddress } from '../../domain/email-address.js'
import { AppError } from '../../domain/errors.js'
import { anonymousMailLimits, codeNetworkLimit } from '../../domain/mail-limits.js'
import { ownAddress } from '../../domain/sealed-claims.js'
import type { Attempt } from '../../store/attempts.js'
import type { Stores } from '../../store/stores.js'
import type { ApiDependencies } from '../dependencies.js'
import { lockProvable } from './proving.js'
import type { ProofOrigin, ProvableAttempt } from './proving.js'

/**
 * Mails link and code to the attempt's own address: the asserted one, or the one that is typed where none was, which is fixed from
 * then on. Within 60 s the code that is out stands, and no second mail goes out. Nobody looks here whether anybody holds the
 * address, so nothing of it can be told from answer, time or mail.
 * @returns when the code expires
 * @throws AppError `email_invalid`, `proof_invalid` for another address than the attempt's own, `rate_limited` with seconds, and as `demandProvable`
 */
export const mailCode = (
  dependencies: ApiDependencies,
  attempt: Attempt,
  typed: string | undefined,
  { session, clientNetwork }: ProofOrigin,
): Promise<{ expiresAt: Date }> =>
  dependencies.database.transaction(async (stores) => {
    const locked = await lockProvable(stores, attempt, session)
    const address = await addressOf(dependencies, stores, locked, typed)
    const challenge = await stores.emailChallenges.open(locked.id, randomBytes(32))
    if (!challenge.fresh) return challenge
    const seconds = await stores.rateLimits.take(
      ...anonymousMailLimits.map((limit) => ({ limit, of: address.canonical })),
      { limit: codeNetworkLimit, of: clientNetwork },
    )
    if (seconds > 0) throw new AppError('rate_limited', { retryAfter: seconds })
    await stores.mail.enqueue({
      kind: 'merge_proof',
      userEmailId: null,
      organizationId: locked.provider.organization.id,
      attemptId: locked.id,
      referenceId: challenge.id,
      locale: locked.locale,
      dedupeKey: `merge_proof/${challenge.id}`,
    })
    return challenge
  })

const addressOf = async (
  { keyring }: ApiDependencies,
  stores: Stores,
  attempt: ProvableAttempt,
  typed: string | undefined,
): Promise<EmailAddress> => {
  const known = ownAddress(keyring, attempt)
  const wanted = typed === undefined || typed === '' ? null : parseEmailAddress(typed, domainToASCII)
  const isMissing = known === null && wanted === null
  const isUnreadable = typed !== undefined && typed !== '' && wanted === null
  const isAnother = known !== null && wanted !== null && known.canonical !== wanted.canonical
  if (isAnother) throw new AppError('proof_invalid', { about: 'another_address' })
  if (isMissing || isUnreadable)
    throw new AppError('email_invalid', {
      errors: [{ field: 'email', message: 'must be one e-mail address' }],
    })
  if (known !== null) return known
  if (wanted === null) throw new AppError('email_invalid')
  const [addressIndex] = keyring.blindIndexes('address-index', wanted.canonical)
  await stores.attempts.setEmail(attempt.id, {
    sealed: keyring.seal('attempt-email', attempt.id, JSON.stringify(wanted)),
    addressIndex,
  })
  return wanted
}
