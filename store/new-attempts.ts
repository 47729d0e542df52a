import { attemptMinutes, minutes } from '../domain/attempt.js'
import type { Purpose } from '../domain/attempt.js'
import { auditValue, insertAudit } from './audit.js'
import type { AuditEvent } from './audit.js'
import { newId } from './new-id.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

/** An attempt that begins. */
export interface NewAttempt {
  /** A new one where absent. */
  readonly id?: string
  /** Sealed nonce and PKCE verifier (`provider-request`). */
  readonly providerRequest?: Buffer
  readonly providerId: string
  readonly stateHash: Buffer
  readonly browserHash: Buffer
  readonly returnTo: string
  /** The origin of the application whose page began it; null where ours did. */
  readonly hostOrigin?: string | null
  /** The page of an application that asks for the decision; ours where absent. */
  readonly decisionPage?: string | undefined
  readonly locale: string
  readonly clientNetwork: string
  readonly sessionId: string | null
  readonly sessionUserId: string | null
  readonly invitationId?: string | null
  /** `sign_in` where absent. */
  readonly purpose?: Purpose
  readonly parentId?: string | null
}

export const createAttempt = async (
  db: Db,
  attempt: NewAttempt,
  audit: readonly AuditEvent[],
): Promise<{ id: string; expiresAt: Date }> => {
  const { rows } = await db.query<{ id: string; expires_at: Date }>(
    `with begun as (
       insert into attempts (id, organization_id, provider_id, state_hash, browser_hash, return_to, locale, client_network,
         session_id, session_user_id, invitation_id, purpose, parent_id, provider_request, host_origin, decision_page, expires_at)
       select $1, organization_id, id, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
         app.now() + interval '${minutes(attemptMinutes)}'
       from providers where id = $2
       returning id, expires_at
     ), audited as (${insertAudit('$16', 'begun')})
     select id, expires_at from begun`,
    [
      attempt.id ?? newId(),
      attempt.providerId,
      attempt.stateHash,
      attempt.browserHash,
      attempt.returnTo,
      attempt.locale,
      attempt.clientNetwork,
      attempt.sessionId,
      attempt.sessionUserId,
      attempt.invitationId ?? null,
      attempt.purpose ?? 'sign_in',
      attempt.parentId ?? null,
      attempt.providerRequest ?? null,
      attempt.hostOrigin ?? null,
      attempt.decisionPage ?? null,
      auditValue(audit),
    ],
  )
  const row = onlyRow(rows)
  return { id: row.id, expiresAt: row.expires_at }
}
