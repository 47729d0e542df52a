import { AppError } from '../../domain/errors.js'
import {
  resendLimits,
  resendLimitsOverAll,
  resendNetworkLimit,
  resendUserLimit,
} from '../../domain/mail-limits.js'
import type { Stores } from '../../store/stores.js'

interface WantedMail {
  readonly userId: string
  /** Of the address that is to be confirmed. */
  readonly canonical: string
  readonly clientNetwork: string
}

/**
 * Takes one of what an account may ask for of mails that confirm an address (spec: pipeline 5, "resend limits"). What browsers cause
 * that nobody has signed in to counts elsewhere.
 * @throws AppError `rate_limited` with the seconds after which it may be asked for again
 */
export const takeMailAllowance = async (
  stores: Stores,
  { userId, canonical, clientNetwork }: WantedMail,
): Promise<void> => {
  const seconds = await stores.rateLimits.take(
    { limit: resendUserLimit, of: userId },
    ...resendLimits.map((limit) => ({ limit, of: `${userId} ${canonical}` })),
    ...resendLimitsOverAll.map((limit) => ({ limit, of: canonical })),
    { limit: resendNetworkLimit, of: clientNetwork },
  )
  if (seconds > 0) throw new AppError('rate_limited', { retryAfter: seconds, nextPath: '/account' })
}
