import type { RemovedMethod } from '../../domain/mail.js'
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

/** What confirms a first address, and stays. */
export interface Kept {
  readonly userId: string
  readonly emailId: string
  readonly sessionId: string | null
  readonly identityId: string | null
  readonly password: boolean
  readonly totp: boolean
}

/** What stays where a session confirms: that by which it was opened. */
export const keptBySession = async (stores: Stores, session: Session, emailId: string): Promise<Kept> => ({
  userId: session.user.id,
  emailId,
  sessionId: session.id,
  identityId: (await stores.userSessions.standing(session.id))?.identityId ?? null,
  password: session.methods.includes('password'),
  totp: session.methods.includes('totp'),
})

/**
 * Takes everything from an account that was not used to confirm its first address: nothing that an earlier stranger left there
 * survives, and tokens that rest on it are void; the person is told by mail (spec: pipeline 5, "effect"). The caller holds the
 * user's row, and has marked the address as verified.
 */
export const removeOtherMethods = async (
  stores: Stores,
  kept: Kept,
  common: Common,
): Promise<{ readonly removed: RemovedMethods; readonly events: AuditEvent[] }> => {
  const { userId } = kept
  const { identities } = await stores.signInMethods.list(userId)
  const events: AuditEvent[] = []
  const about = { kind: 'user', id: userId } as const

  const password = !kept.password && (await stores.passwords.remove(userId))
  if (password) events.push({ ...common, event: 'password.removed', target: about, data: {} })
  const totp = !kept.totp && (await stores.totp.remove(userId))
  if (totp) events.push({ ...common, event: 'totp.disabled', target: about, data: {} })
  const others = identities.filter(({ id }) => id !== kept.identityId)
  for (const { id, provider } of others) {
    await stores.signInMethods.unlink(userId, id)
    events.push({
      ...common,
      event: 'identity.unlinked',
      target: about,
      data: { identity: id, provider: provider.id },
    })
  }
  const unverified = (await stores.users.listEmails(userId)).filter(
    ({ id, verified }) => !verified && id !== kept.emailId,
  )
  for (const { id } of unverified) {
    await stores.users.deleteEmail(id)
    events.push({ ...common, event: 'email.removed', target: about, data: { email: id } })
  }
  const ended = await stores.userSessions.end(
    userId,
    kept.sessionId === null ? 'all' : { except: kept.sessionId },
  )
  events.push(...endedEvents(ended, common))
  const removed = {
    password,
    totp,
    identities: others.map(({ provider }) => provider.displayName),
    addresses: unverified.map(({ address }) => address),
    sessions: ended.sessions.length,
  }
  await tellRemoved(stores, userId, removed, common)
  return { removed, events }
}

const tellRemoved = async (
  stores: Stores,
  userId: string,
  removed: RemovedMethods,
  { organizationId }: Common,
): Promise<void> => {
  const kinds: RemovedMethod[] = [
    ...(removed.password ? (['password'] as const) : []),
    ...(removed.totp ? (['totp'] as const) : []),
    ...(removed.identities.length > 0 ? (['identities'] as const) : []),
    ...(removed.addresses.length > 0 ? (['addresses'] as const) : []),
    ...(removed.sessions > 0 ? (['sessions'] as const) : []),
  ]
  if (kinds.length === 0 || organizationId === null) return
  await stores.mail.notify({
    kind: 'sign_in_methods_removed_notice',
    userId,
    organizationId,
    attemptId: null,
    facts: { removed: kinds },
    dedupeKey: `sign_in_methods_removed_notice/${userId}`,
  })
}
