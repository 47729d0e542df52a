import type { AuditEvent } from '../../store/audit.js'
import type { Session } from '../../store/sessions.js'
import type { Stores } from '../../store/stores.js'
import { endedEvents } from './change-account.js'

/** What a first confirmed address took from an account. */
export interface RemovedMethods {
  readonly password: boolean
  readonly totp: boolean
  /** Display names of their providers. */
  readonly identities: readonly string[]
  readonly addresses: readonly string[]
  readonly sessions: number
}

type Common = Pick<AuditEvent, 'actor' | 'organizationId' | 'attemptId' | 'clientNetwork'>

/**
 * Takes everything from an account that the session did not use which confirms its first address: nothing that an earlier stranger
 * left there survives, and tokens that rest on it are void (spec: pipeline 5, "effect"). The caller holds the user's row.
 */
export const removeOtherMethods = async (
  stores: Stores,
  session: Session,
  confirmedEmailId: string,
  common: Common,
): Promise<{ readonly removed: RemovedMethods; readonly events: AuditEvent[] }> => {
  const { id: userId } = session.user
  const standing = await stores.userSessions.standing(session.id)
  const { identities } = await stores.signInMethods.list(userId)
  const events: AuditEvent[] = []
  const about = { kind: 'user', id: userId } as const

  const password = !session.methods.includes('password') && (await stores.passwords.remove(userId))
  if (password) events.push({ ...common, event: 'password.removed', target: about })
  const totp = !session.methods.includes('totp') && (await stores.totp.remove(userId))
  if (totp) events.push({ ...common, event: 'totp.disabled', target: about })
  const others = identities.filter(({ id }) => id !== standing?.identityId)
  for (const { id, provider } of others) {
    await stores.signInMethods.unlink(userId, id)
    events.push({
      ...common,
      event: 'identity.unlinked',
      target: { kind: 'identity', id },
      data: { provider: provider.id },
    })
  }
  const unverified = (await stores.users.listEmails(userId)).filter(
    ({ id, verified }) => !verified && id !== confirmedEmailId,
  )
  for (const { id } of unverified) {
    await stores.users.deleteEmail(id)
    events.push({ ...common, event: 'email.removed', target: { kind: 'user_email', id } })
  }
  const ended = await stores.userSessions.end(userId, { except: session.id })
  events.push(...endedEvents(ended, common))
  return {
    removed: {
      password,
      totp,
      identities: others.map(({ provider }) => provider.displayName),
      addresses: unverified.map(({ address }) => address),
      sessions: ended.sessions.length,
    },
    events,
  }
}
