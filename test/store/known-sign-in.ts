import { randomBytes } from 'node:crypto'
import type { KnownSignIn } from '../../store/sessions.js'
import { claimsOf } from './world.js'
import type { World } from './world.js'

/** An owner of a known identity who comes back, with a member's rights and an attempt of its own. */
export interface KnownCase {
  readonly organizationId: string
  readonly providerId: string
  readonly userId: string
  readonly identityId: string
  readonly attemptId: string
  readonly input: KnownSignIn
}

/** @param change replaces parts of what the owner signs in with */
export const prepareKnownSignIn = async (
  world: World,
  change: Partial<KnownSignIn> = {},
): Promise<KnownCase> => {
  const organizationId = await world.organization()
  const providerId = await world.provider(organizationId)
  const owner = await world.owner(organizationId, providerId, world.email())
  const attemptId = await world.attempt(providerId)
  const input: KnownSignIn = {
    attemptId,
    identityId: owner.identityId,
    claims: { ...claimsOf(owner.userId, world.email()), emailVerified: true, name: 'Nora Renamed' },
    joinsAs: 'unchanged',
    tokenHash: randomBytes(32),
    clientNetwork: '2001:db8::/64',
    ...change,
  }
  return { organizationId, providerId, ...owner, attemptId, input }
}

/** The owner is no member any more. */
export const leave = (world: World, { userId }: KnownCase): Promise<unknown> =>
  world.rows('delete from organization_members where user_id = $1', [userId])
