import { domainToASCII } from 'node:url'
import { parseEmailAddress } from '../../domain/email-address.js'
import { AppError } from '../../domain/errors.js'
import type { IdentityClaims } from '../../domain/identity-claims.js'
import { refusal } from '../../domain/policy.js'
import type { NamedAttempt } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import { changeAccount } from './change-account.js'
import type { AccountActor } from './change-account.js'
import { insertAttempt } from './start-attempt.js'
import type { StartedAttempt } from './start-attempt.js'
import { startRun } from './start-run.js'

const nextPath = '/account/former'

/**
 * "I already had an account" (spec: pipeline 3): begins an attempt of the identity that this session's account has, whose decision is
 * `merge` into the account that the same proofs name. It asks no provider: the session has shown the identity a moment ago.
 * @throws AppError `wrong_user` where the account has a verified address or no identity, what policy says of `link`,
 *   `too_many_attempts` where this browser has too many open, and as `changeAccount`
 */
export const startFold = async (
  dependencies: ApiDependencies,
  actor: AccountActor,
  attemptsOfBrowser: readonly NamedAttempt[],
): Promise<Omit<StartedAttempt, 'authorizationUrl'>> => {
  const { keyring } = dependencies
  const { session, clientNetwork, locale } = actor
  const { attempt, provider } = await changeAccount(dependencies, actor, async (change) => {
    const { stores, userId, methods, standing } = change
    const emails = await stores.users.listEmails(userId)
    const identity = methods.identities.find(({ id }) => id === standing.identityId) ?? methods.identities[0]
    if (identity === undefined || emails.some(({ verified }) => verified)) throw new AppError('wrong_user')
    const provider = await stores.organizations.findProviderById(identity.provider.id)
    const refused = provider === null ? 'provider_disabled' : refusal('link', { provider })
    if (provider === null || refused !== null) throw new AppError(refused ?? 'provider_disabled')

    const attempt = await insertAttempt(dependencies, stores, provider, {
      state: keyring.randomToken(),
      special: { purpose: 'fold' },
      returnTo: '/account',
      session,
      clientNetwork,
      locale,
      attemptsOfBrowser,
      nextPath,
    })
    const claims: IdentityClaims = {
      issuer: provider.issuer,
      subject: identity.subject,
      email: identity.email === null ? null : parseEmailAddress(identity.email, domainToASCII),
      // Had it counted, the account would have a verified address.
      emailVerified: false,
      name: session.user.name,
      locale: null,
    }
    await stores.attempts.useState(attempt.id)
    await stores.attempts.awaitDecision(attempt.id, {
      claims: keyring.seal('claims', attempt.id, JSON.stringify(claims)),
      addressIndex: null,
    })
    return { attempt, provider }
  })
  await startRun(dependencies, { ...attempt, provider })
  return attempt
}
