import { randomUUID } from 'node:crypto'
import { endedWithSession } from '../../domain/audit-events.js'
import type { AuditData, AuditEventName, AuditTarget } from '../../domain/audit-events.js'
import { AppError } from '../../domain/errors.js'
import type { MailFacts, MailKind } from '../../domain/mail.js'
import { mayChangeMethods } from '../../domain/reauthentication.js'
import type { SessionStanding } from '../../domain/reauthentication.js'
import type { AuditEvent } from '../../store/audit.js'
import type { Session } from '../../store/sessions.js'
import type { SignInMethods } from '../../store/sign-in-methods.js'
import type { Stores } from '../../store/stores.js'
import type { Ended } from '../../store/user-sessions.js'
import type { ApiDependencies } from '../dependencies.js'
import { provedTooLittle } from './demand-fresh-proof.js'

/** Who changes the own account, and from where. */
export interface AccountActor {
  readonly session: Session
  readonly clientNetwork: string
  readonly locale: string
}

/** The account while its owner changes it; nobody else does until the transaction ends. */
export interface AccountChange {
  readonly stores: Stores
  readonly userId: string
  readonly methods: SignInMethods
  readonly standing: SessionStanding
  /** Notes what is done; written when the change is. */
  note<Event extends AuditEventName>(event: Event, target: AuditTarget<Event>, data: AuditData<Event>): void
  /** Tells the person by mail, at its verified primary address. */
  tell(kind: MailKind, facts?: MailFacts): Promise<unknown>
  /** As `note` for sessions that end, and the attempts in them. */
  noteEnded(ended: Ended): void
}

/**
 * Changes sign-in methods or addresses of the account that a session belongs to: in one transaction, one change at a time, and only
 * where the session proved the account a moment ago (spec: pipeline 2.2 and 2.12).
 * @throws AppError `reauthentication_required`; `not_authenticated` where the session ended meanwhile
 */
export const changeAccount = async <T>(
  { database }: Pick<ApiDependencies, 'database'>,
  actor: AccountActor,
  work: (change: AccountChange) => Promise<T>,
): Promise<T> => {
  const { session, clientNetwork } = actor
  return database
    .transaction(async (stores) => {
      const methods = await stores.signInMethods.lock(session.user.id)
      const standing = await stores.userSessions.standing(session.id)
      if (methods === null || standing === null) throw new AppError('not_authenticated')
      if (!mayChangeMethods(standing, methods)) throw provedTooLittle(standing)

      const events: AuditEvent[] = []
      const common = {
        actor: { kind: 'user', id: session.user.id },
        organizationId: session.organization.id,
        attemptId: null,
        clientNetwork,
      } as const
      const result = await work({
        stores,
        userId: session.user.id,
        methods,
        standing,
        note: (event, target, data) => {
          events.push({ ...common, event, target, data } as AuditEvent)
        },
        tell: (kind, facts = {}) =>
          stores.mail.notify({
            kind,
            userId: session.user.id,
            organizationId: session.organization.id,
            attemptId: null,
            facts,
            dedupeKey: `${kind}/${randomUUID()}`,
          }),
        noteEnded: (ended) => events.push(...endedEvents(ended, common)),
      })
      if (events.length > 0) await stores.audit.record(...events)
      return result
    })
    .catch((error: unknown) => {
      const code = database.refusalOf(error)
      throw code === null ? error : new AppError(code, { cause: error })
    })
}

/** Sessions that ended with what they rested on, and the attempts in them. */
export const endedEvents = (
  { sessions, attempts }: Ended,
  common: Pick<AuditEvent, 'actor' | 'clientNetwork'>,
): AuditEvent[] => [
  ...sessions.map(({ id, organizationId }) => ({
    ...common,
    event: 'session.ended' as const,
    organizationId,
    attemptId: null,
    target: { kind: 'session' as const, id },
    data: {},
  })),
  ...attempts.map(({ id, organizationId }) => ({
    ...common,
    event: 'attempt.ended' as const,
    organizationId,
    attemptId: id,
    target: { kind: 'attempt' as const, id },
    data: endedWithSession,
  })),
]
