import { AppError } from '../../domain/errors.js'
import { passwordRefusal } from '../../domain/password-sign-in.js'
import { isSlug } from '../../domain/slug.js'
import type { Organization } from '../../store/organizations.js'
import type { Session } from '../../store/sessions.js'
import type { ApiDependencies } from '../dependencies.js'
import { endedEvents } from './change-account.js'
import type { SecondFactorTicket } from './second-factor-ticket.js'
import { takeSeat } from './take-seat.js'
import { useSecondFactor } from './use-second-factor.js'
import { auditFailure, counted, holdVerified, verifyPassword } from './verify-password.js'
import type { Verified } from './verify-password.js'

/** From which browser somebody signs in. */
export interface SignInOrigin {
  readonly clientNetwork: string
  /** Whose session the browser has now. */
  readonly session: Session | null
}

/** The organization of a slug. @throws AppError `provider_unknown`, as for everything at a sign-in that does not exist */
export const findOrganization = async (
  { database }: Pick<ApiDependencies, 'database'>,
  slug: string,
): Promise<Organization> => {
  const organization = isSlug(slug) ? await database.organizations.find(slug) : null
  if (organization === null) throw new AppError('provider_unknown')
  return organization
}

export type PasswordSignIn =
  /** The token is for this browser's cookie alone. */
  | { readonly kind: 'signed_in'; readonly sessionToken: string }
  /** The password was right, and the account asks for a code besides. */
  | { readonly kind: 'awaits_code'; readonly userId: string; readonly methodsVersion: number }

/**
 * Signs a member in who has a password. It serves those who set one: there is no sign-up here.
 * @throws AppError as `verifyPassword`; `wrong_user` where somebody else is signed in here; once the password was right also
 *   `not_a_member`, `provider_mismatch` where the organization lets people in through a provider only, and `second_factor_required`
 *   where it asks for one that the account does not have
 */
export const signInWithPassword = async (
  dependencies: ApiDependencies,
  organization: Organization,
  shown: { readonly email: string; readonly password: string; readonly otp: string | undefined },
  origin: SignInOrigin,
): Promise<PasswordSignIn> => {
  const verified = await verifyPassword(dependencies, shown.email, { ...shown, ...origin })
  if (verified.awaitsCode) {
    const { userId, methodsVersion } = verified
    return { kind: 'awaits_code', userId, methodsVersion }
  }
  const sessionToken = await openSession(dependencies, organization.id, verified, origin)
  return { kind: 'signed_in', sessionToken }
}

/**
 * The second step of a page: the password was right a moment ago (`second-factor-ticket.ts`).
 * @returns the session's token
 * @throws AppError `proof_invalid`, `too_many_attempts`, and as `signInWithPassword`
 */
export const finishWithCode = async (
  dependencies: ApiDependencies,
  { userId, methodsVersion, organizationId }: Omit<SecondFactorTicket, 'returnTo'>,
  otp: string,
  origin: SignInOrigin,
): Promise<string> => {
  await counted(dependencies, userId, origin.clientNetwork, async () => {
    if (await useSecondFactor(dependencies, dependencies.database, userId, otp)) return
    await auditFailure(dependencies, userId, origin, 'second_factor')
    throw new AppError('proof_invalid')
  })
  return openSession(
    dependencies,
    organizationId,
    { userId, methodsVersion, methods: ['password', 'totp'] },
    origin,
  )
}

const openSession = async (
  { database, keyring }: ApiDependencies,
  organizationId: string,
  { userId, methodsVersion, methods }: Omit<Verified, 'awaitsCode'>,
  { clientNetwork, session: former }: SignInOrigin,
): Promise<string> => {
  if (former !== null && former.user.id !== userId) throw new AppError('wrong_user', { nextPath: '/account' })
  const token = keyring.randomToken()
  await database.transaction(async (stores) => {
    await holdVerified(stores, { userId, methodsVersion })
    const reach = await stores.userSessions.passwordReach(userId, organizationId)
    const refused = passwordRefusal(reach, methods)
    if (refused !== null) throw new AppError(refused)
    await takeSeat(stores, { userId, organizationId, attemptId: null, clientNetwork })
    const common = { actor: { kind: 'user', id: userId }, clientNetwork } as const
    const ended = former === null ? null : await stores.userSessions.end(userId, { only: former.id })
    const opened = await stores.userSessions.openWithPassword({
      userId,
      organizationId,
      methods,
      tokenHash: keyring.hashToken(token),
    })
    await stores.audit.record(
      ...(ended === null ? [] : endedEvents(ended, common)),
      {
        ...common,
        event: 'user.signed_in',
        organizationId,
        attemptId: null,
        target: { kind: 'user', id: userId },
        data: { how: 'password', methods },
      },
      {
        ...common,
        event: 'session.started',
        organizationId,
        attemptId: null,
        target: { kind: 'session', id: opened.id },
        data: {},
      },
    )
  })
  return token
}
