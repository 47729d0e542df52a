import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { domainToASCII } from 'node:url'
import { parseEmailAddress } from '../../domain/email-address.js'
import { AppError } from '../../domain/errors.js'
import { passwordResetMinutes } from '../../domain/password.js'
import { resetsPerAddress, resetsPerNetwork } from '../../domain/password-limits.js'
import { isSlug } from '../../domain/slug.js'
import type { ApiDependencies } from '../dependencies.js'

/** Longer than all that is done for an address that somebody holds: the answer takes as long for one that nobody does. */
const answerAfterMs = 250

export interface ResetRequest {
  readonly email: string
  /** Slug of the organization at whose page the person was; the mail is in its name if the person is a member. */
  readonly organization: string | undefined
  readonly locale: string
  readonly clientNetwork: string
}

/**
 * Mails a link that sets a password to the account that holds an address as verified; does nothing for any other address. Nobody
 * can tell which, by the answer or by the time that it takes.
 * @throws AppError `email_invalid`; `rate_limited` with seconds, counted by address and by network whoever holds the address
 */
export const requestPasswordReset = async (
  dependencies: ApiDependencies,
  request: ResetRequest,
): Promise<void> => {
  const email = parseEmailAddress(request.email, domainToASCII)
  if (email === null) throw new AppError('email_invalid')
  const [result] = await Promise.allSettled([
    queue(dependencies, email.canonical, request),
    sleep(answerAfterMs),
  ])
  if (result.status === 'rejected') throw result.reason
}

const queue = async (
  { database }: ApiDependencies,
  canonical: string,
  { organization, locale, clientNetwork }: ResetRequest,
): Promise<void> => {
  const seconds = await database.rateLimits.take(
    ...resetsPerAddress.map((limit) => ({ limit, of: canonical })),
    { limit: resetsPerNetwork, of: clientNetwork },
  )
  if (seconds > 0) throw new AppError('rate_limited', { retryAfter: seconds })
  await database.transaction(async (stores) => {
    const holder = await stores.addresses.holderOf(canonical)
    const user = holder === null ? null : await stores.users.find(holder.userId)
    if (holder === null || user?.status !== 'active') return
    const asked =
      organization !== undefined && isSlug(organization)
        ? await stores.organizations.find(organization)
        : null
    const isMember = asked !== null && (await stores.userSessions.passwordReach(user.id, asked.id)).isMember
    const slug = isMember ? asked.slug : await stores.users.organizationOfEmail(holder.emailId)
    const named = slug === null ? null : await stores.organizations.find(slug)
    if (named === null) return
    const link = await stores.mailedLinks.issue({
      purpose: 'password_reset',
      userEmailId: holder.emailId,
      nonce: randomBytes(32),
      minutes: passwordResetMinutes,
    })
    await stores.mail.enqueue({
      kind: 'password_reset',
      userEmailId: holder.emailId,
      organizationId: named.id,
      attemptId: null,
      referenceId: link.id,
      locale,
      dedupeKey: `password_reset/${link.id}`,
    })
  })
}
