import { AppError } from '../../domain/errors.js'
import type { IdentityClaims } from '../../domain/identity-claims.js'
import { invitationUsed } from '../../domain/invitation.js'
import { joinsAs, refusal } from '../../domain/policy.js'
import type { Attempt } from '../../store/attempts.js'
import type { IdentityOwner } from '../../store/identities.js'
import type { KnownSignIn, OpenedKnown, Session } from '../../store/sessions.js'
import type { Stores } from '../../store/stores.js'
import type { ApiDependencies } from '../dependencies.js'
import { takeSeat } from './take-seat.js'
import { holdVerified } from './verify-password.js'

export interface KnownInput {
  readonly attempt: Attempt
  readonly claims: IdentityClaims
  readonly owner: IdentityOwner
  readonly session: Session | null
  readonly clientNetwork: string
  /** The account asked for a second factor, and got it. */
  readonly secondFactor: boolean
}

export type SignedIn =
  /** Signed in: the token is for this browser's cookie alone. */
  | { readonly kind: 'signed_in'; readonly sessionToken: string }
  /** Signed in, and the page has something to say first: the member waits for a seat. */
  | { readonly kind: 'signed_in_restricted'; readonly sessionToken: string }
  /** Known as somebody else than who is signed in here: the page asks before the session becomes another one. */
  | { readonly kind: 'other_user' }

/**
 * Signs the owner of a known identity in (spec: pipeline 3): with one statement and no workflow.
 * @throws AppError what policy says, `not_a_member`, as `holdVerified` where a second factor was given, or `invalid_state` where owner, provider or membership changed meanwhile
 */
export const signInKnown = async (
  { database, keyring }: Pick<ApiDependencies, 'database' | 'keyring'>,
  { attempt, claims, owner, session, clientNetwork, secondFactor }: KnownInput,
): Promise<SignedIn> => {
  const { membership } = owner
  const refused = refusal('sign_in', { provider: attempt.provider, user: owner, membership })
  const role = joinsAs(membership)
  if (refused !== null || role === null) throw new AppError(refused ?? 'not_a_member')
  // An application's page can begin a sign-in that nobody asked for: it puts no session in the place of another organization's.
  const { hostOrigin, provider } = attempt
  const isElsewhere = hostOrigin !== null && session?.organization.id !== provider.organization.id
  const isOther = session !== null && (session.user.id !== owner.userId || isElsewhere)
  const sessionToken = keyring.randomToken()
  const signIn: KnownSignIn = {
    attemptId: attempt.id,
    identityId: owner.identityId,
    claims,
    joinsAs: role,
    tokenHash: isOther ? null : keyring.hashToken(sessionToken),
    clientNetwork,
    secondFactor,
  }
  const isPlain =
    role === 'unchanged' && !secondFactor && !membership.isRestricted && attempt.invitationId === null
  const opened = isPlain
    ? await database.sessions.openForKnownIdentity(signIn)
    : await database.transaction(async (stores) => {
        // A code is worth something as long as the factor is the one that it was compared with.
        if (secondFactor) await holdVerified(stores, owner)
        // Before the seats: whoever joins locks an invitation first, and the seats then.
        if (role === 'unchanged') await takeInvitation(stores, { attempt, owner, clientNetwork })
        if (membership.isRestricted) {
          const { id: organizationId } = attempt.provider.organization
          await takeSeat(stores, {
            userId: owner.userId,
            organizationId,
            attemptId: attempt.id,
            clientNetwork,
          })
        }
        const done =
          role === 'unchanged'
            ? await stores.sessions.openForKnownIdentity(signIn)
            : await openForNewMember(stores, signIn, { attempt, owner, clientNetwork })
        if (done === null) throw new AppError('invalid_state')
        return done
      })
  if (opened === null) throw new AppError('invalid_state')
  if (isOther) return { kind: 'other_user' }
  return { kind: opened.restricted ? 'signed_in_restricted' : 'signed_in', sessionToken }
}

/** Who comes in anew may use up an invitation, and takes a seat: what admits is asked once more, and seats are counted, under locks. */
const openForNewMember = async (
  stores: Stores,
  signIn: KnownSignIn,
  newcomer: Pick<KnownInput, 'attempt' | 'owner' | 'clientNetwork'>,
): Promise<OpenedKnown | null> => {
  const { attempt, owner } = newcomer
  const { provider, invitationId } = attempt
  const role = joinsAs(await stores.members.lockFacts(owner.userId, provider.id, invitationId))
  if (role === null) throw new AppError('not_a_member')
  if (role === 'unchanged') await takeInvitation(stores, newcomer)
  const joinsRestricted = !(await stores.members.lockSeats(provider.organization.id))
  return stores.sessions.openForKnownIdentity({ ...signIn, joinsAs: role, joinsRestricted })
}

/** Who is a member already has followed an invitation's link: it counts once, and may raise the role. */
const takeInvitation = async (
  stores: Stores,
  { attempt, owner, clientNetwork }: Pick<KnownInput, 'attempt' | 'owner' | 'clientNetwork'>,
): Promise<void> => {
  const { invitationId, provider } = attempt
  if (invitationId === null) return
  const taken = await stores.members.takeInvitation(owner.userId, provider.organization.id, invitationId)
  if (taken === null) return
  await stores.audit.record({
    ...invitationUsed(invitationId, taken.raisedTo),
    actor: { kind: 'user', id: owner.userId },
    organizationId: provider.organization.id,
    attemptId: attempt.id,
    clientNetwork,
  })
}
