import type { Choice } from '../domain/attempt.js'
import type { DecisionFacts } from '../domain/decision-facts.js'
import { auditValue, insertAudit } from './audit.js'
import type { AuditEvent } from './audit.js'
import type { Db } from './pool.js'

/** What a person chose, with the facts that it rests on (spec: pipeline 2.10). */
export interface Decision {
  readonly attemptId: string
  readonly choice: Choice
  readonly idempotencyKey: string
  /** Keyed; empty once whoever decided was erased: nothing is the same body then. */
  readonly bodyHash: Buffer
  /** Sealed `DecisionInput` (`decision-input`); null where nothing was typed. */
  readonly input: Buffer | null
  readonly facts: DecisionFacts
  readonly sessionUserId: string | null
  /** The proof of T's account that it rests on; it is used up in the commit. */
  readonly proofId: string | null
  /** T's other identity at this provider is to be replaced. */
  readonly replace: boolean
}

export interface DecisionStore {
  /**
   * Inserts the only decision of an attempt, which is carried out from now on; violates `decisions_pkey` where there is one.
   */
  accept(decision: Decision, ...audit: AuditEvent[]): Promise<void>
  find(attemptId: string): Promise<Decision | null>
  markSignalled(attemptId: string): Promise<void>
}

export const createDecisionStore = (db: Db): DecisionStore => ({
  async accept(decision, ...audit) {
    await db.query(
      `with decided as (
         insert into decisions (attempt_id, choice, idempotency_key, body_hash, input, facts, session_user_id, proof_id, replace)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ), finishing as (
         update attempts set stage = 'finishing' where id = $1 and stage = 'awaiting_decision'
       )
       ${insertAudit('$10')}`,
      [
        decision.attemptId,
        decision.choice,
        decision.idempotencyKey,
        decision.bodyHash,
        decision.input,
        decision.facts,
        decision.sessionUserId,
        decision.proofId,
        decision.replace,
        auditValue(audit),
      ],
    )
  },
  async find(attemptId) {
    const { rows } = await db.query<{
      attempt_id: string
      choice: Choice
      idempotency_key: string
      body_hash: Buffer
      input: Buffer | null
      facts: DecisionFacts
      session_user_id: string | null
      proof_id: string | null
      replace: boolean
    }>(
      `select attempt_id, choice, idempotency_key, body_hash, input, facts, session_user_id, proof_id, replace
       from decisions where attempt_id = $1`,
      [attemptId],
    )
    const [row] = rows
    if (row === undefined) return null
    return {
      attemptId: row.attempt_id,
      choice: row.choice,
      idempotencyKey: row.idempotency_key,
      bodyHash: row.body_hash,
      input: row.input,
      facts: row.facts,
      sessionUserId: row.session_user_id,
      proofId: row.proof_id,
      replace: row.replace,
    }
  },
  async markSignalled(attemptId) {
    await db.query('update decisions set signalled_at = app.now() where attempt_id = $1', [attemptId])
  },
})
