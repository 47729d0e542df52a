import { wrongTriesCap } from '../domain/attempt.js'
import type { Outcome, Purpose, Stage } from '../domain/attempt.js'
import { confirmationKinds } from '../domain/mail.js'
import type { MailState } from '../domain/mail.js'
import { auditValue, insertAudit } from './audit.js'
import type { AuditEvent } from './audit.js'
import { isOpen, isRedeemable, owedToRun, toOutcome } from './attempt-outcome.js'
import type { OutcomeColumns } from './attempt-outcome.js'
import { isRestricted } from './members.js'
import { createAttempt } from './new-attempts.js'
import type { NewAttempt } from './new-attempts.js'
import { lockOpenAttempts } from './open-attempts.js'
import type { AttemptOfBrowser, OpenAttempt } from './open-attempts.js'
import { providerColumns, toProvider } from './organizations.js'
import type { Provider, ProviderRow } from './organizations.js'
import { newId } from './new-id.js'
import type { Db } from './pool.js'

/** One journey of one browser. */
export interface Attempt {
  readonly id: string
  readonly purpose: Purpose
  /** The attempt that this one proves an identity for. */
  readonly parentId: string | null
  readonly provider: Provider
  readonly stage: Stage
  readonly browserHash: Buffer
  /** Sealed nonce and PKCE verifier (`provider-request`). */
  readonly providerRequest: Buffer | null
  readonly stateUsedAt: Date | null
  readonly returnTo: string
  /** The origin of the application whose page began it; null where ours did. */
  readonly hostOrigin: string | null
  /** The page of an application that asks for the decision; ours where null. */
  readonly decisionPage: string | null
  readonly locale: string
  readonly clientNetwork: string | null
  /** R: session and user of the browser when the attempt began. */
  readonly sessionId: string | null
  readonly sessionUserId: string | null
  /** The invitation whose token the browser brought. */
  readonly invitationId: string | null
  /** Sealed `IdentityClaims` (`claims`); null until the provider answered. */
  readonly claims: Buffer | null
  /** The sign-in at the provider is too old to prove the identity; one there anew does. */
  readonly staleSignIn: boolean
  /** A known identity whose owner has yet to show a second factor. */
  readonly awaitsSecondFactor: boolean
  /** Sealed `EmailAddress` (`attempt-email`) that was typed where the provider sent none. */
  readonly email: Buffer | null
  readonly outcome: Outcome | null
  readonly outcomeUserId: string | null
  readonly outcomeIdentityId: string | null
  /** Whom it signed in is a member without a seat. */
  readonly restricted: boolean
  /** `signed_in`, young enough, resting on an identity and on sign-in methods that still are, and its former session is live. */
  readonly redeemable: boolean
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly expired: boolean
}

/** What a provider said of somebody unknown. */
interface Received {
  /** Sealed `IdentityClaims`. */
  readonly claims: Buffer
  /** As `staleSignIn` of an attempt; false where absent. */
  readonly isStale?: boolean
  /** Blind index of the address among them, by which support finds the attempt; null where there is none. */
  readonly addressIndex: Buffer | null
}

export interface AttemptProgress {
  readonly id: string
  readonly stage: Stage
  readonly outcome: Outcome | null
  /** The newest confirmation mail that came of it. */
  readonly mail: MailState | null
}

export interface AttemptStore {
  /** The key of an attempt that is yet to be created: what is sealed for it names the key. */
  newId(): string
  create(attempt: NewAttempt, ...audit: AuditEvent[]): Promise<{ id: string; expiresAt: Date }>
  /** The open ones of the attempts that a browser names, oldest first; nobody else changes them until the transaction ends. */
  lockOpen(named: readonly AttemptOfBrowser[]): Promise<OpenAttempt[]>
  find(attemptId: string): Promise<Attempt | null>
  /** As `find`, and nobody else changes it until the transaction ends. */
  lock(attemptId: string): Promise<Attempt | null>
  findOutcome(attemptId: string): Promise<Outcome | null>
  /** Where attempts stand, for the pages that wait for them; one statement for all. */
  listProgress(attemptIds: readonly string[]): Promise<AttemptProgress[]>
  findByState(stateHash: Buffer): Promise<Attempt | null>
  /** Uses up the state of an open attempt; false where somebody did so before. */
  useState(attemptId: string): Promise<boolean>
  /**
   * The provider's answer was good and nobody is known under it: the person decides now. False, and nothing is told, where the
   * attempt has ended.
   */
  awaitDecision(attemptId: string, received: Received, ...audit: AuditEvent[]): Promise<boolean>
  /** The person signed in at the provider anew. */
  renewSignIn(attemptId: string): Promise<void>
  /** The provider's answer was good and names an account that asks for a second factor. False where the attempt has ended. */
  awaitSecondFactor(attemptId: string, received: Omit<Received, 'isStale'>): Promise<boolean>
  /**
   * Takes one of the tries with a password or a code that an open attempt has, before it is made, so that many at once are counted.
   * @returns how many that makes; null where none is left, or the attempt has ended
   */
  takeTry(attemptId: string): Promise<number | null>
  /** Undoes one `takeTry`, for what turned out not to be wrong. */
  giveTryBack(attemptId: string): Promise<void>
  /** Fixes the address that was typed where the provider sent none. */
  setEmail(
    attemptId: string,
    email: { readonly sealed: Buffer; readonly addressIndex: Buffer },
  ): Promise<void>
  /**
   * Ends an open attempt; false, and nothing is told, where it has ended before. A change of the user's methods that comes later voids
   * the outcome.
   */
  end(
    attemptId: string,
    outcome: Outcome,
    of?: { userId: string; identityId: string | null } | null,
    ...audit: AuditEvent[]
  ): Promise<boolean>
  markStarted(attemptId: string): Promise<void>
}

type AttemptRow = ProviderRow &
  OutcomeColumns & {
    attempt_id: string
    purpose: Purpose
    parent_id: string | null
    invitation_id: string | null
    stage: Stage
    browser_hash: Buffer
    provider_request: Buffer | null
    state_used_at: Date | null
    return_to: string
    host_origin: string | null
    decision_page: string | null
    locale: string
    client_network: string | null
    session_id: string | null
    session_user_id: string | null
    claims: Buffer | null
    stale_sign_in: boolean
    awaits_second_factor: boolean
    email: Buffer | null
    outcome_user_id: string | null
    outcome_identity_id: string | null
    restricted: boolean
    redeemable: boolean
    created_at: Date
    expires_at: Date
    expired: boolean
  }

const select = `
  select a.id as attempt_id, a.purpose, a.parent_id, a.invitation_id, a.stage, a.browser_hash, a.provider_request, a.state_used_at, a.return_to, a.host_origin, a.decision_page, a.locale,
    a.client_network, a.session_id, a.session_user_id, a.claims, a.stale_sign_in, a.awaits_second_factor, a.email, a.outcome, a.outcome_how, a.outcome_code, a.declined,
    a.outcome_user_id, a.outcome_identity_id, ${isRestricted('a.organization_id', 'a.outcome_user_id')} as restricted, a.created_at, a.expires_at, a.expires_at <= app.now() as expired,
    ${isRedeemable('a')} as redeemable,
    ${providerColumns}
  from attempts a join providers p on p.id = a.provider_id join organizations o on o.id = a.organization_id`

const toAttempt = (row: AttemptRow): Attempt => ({
  id: row.attempt_id,
  purpose: row.purpose,
  parentId: row.parent_id,
  invitationId: row.invitation_id,
  provider: toProvider(row),
  stage: row.stage,
  browserHash: row.browser_hash,
  providerRequest: row.provider_request,
  stateUsedAt: row.state_used_at,
  returnTo: row.return_to,
  hostOrigin: row.host_origin,
  decisionPage: row.decision_page,
  locale: row.locale,
  clientNetwork: row.client_network,
  sessionId: row.session_id,
  sessionUserId: row.session_user_id,
  claims: row.claims,
  staleSignIn: row.stale_sign_in,
  awaitsSecondFactor: row.awaits_second_factor,
  email: row.email,
  outcome: toOutcome(row),
  outcomeUserId: row.outcome_user_id,
  outcomeIdentityId: row.outcome_identity_id,
  restricted: row.restricted,
  redeemable: row.redeemable,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  expired: row.expired,
})

export const createAttemptStore = (db: Db): AttemptStore => {
  const one = async (condition: string, value: string | Buffer): Promise<Attempt | null> => {
    const { rows } = await db.query<AttemptRow>(`${select} where ${condition}`, [value])
    return rows[0] === undefined ? null : toAttempt(rows[0])
  }
  const changed = async (statement: string, values: unknown[]): Promise<boolean> =>
    (await db.query(statement, values)).rowCount === 1

  return {
    newId,
    create: (attempt, ...audit) => createAttempt(db, attempt, audit),
    lockOpen: (named) => lockOpenAttempts(db, named),
    find: (attemptId) => one('a.id = $1', attemptId),
    lock: (attemptId) => one('a.id = $1 for update of a', attemptId),
    async findOutcome(attemptId) {
      const { rows } = await db.query<OutcomeColumns>(
        'select outcome, outcome_how, outcome_code, declined from attempts where id = $1',
        [attemptId],
      )
      return rows[0] === undefined ? null : toOutcome(rows[0])
    },
    async listProgress(attemptIds) {
      const { rows } = await db.query<OutcomeColumns & { id: string; stage: Stage; mail: MailState | null }>(
        `select a.id, a.stage, a.outcome, a.outcome_how, a.outcome_code, a.declined,
           (select m.state from mail_messages m where m.attempt_id = a.id and m.kind = any($2) order by m.id desc limit 1) as mail
         from attempts a where a.id = any($1::uuid[])`,
        [attemptIds, confirmationKinds],
      )
      return rows.map((row) => ({ id: row.id, stage: row.stage, outcome: toOutcome(row), mail: row.mail }))
    },
    findByState: (stateHash) => one('a.state_hash = $1', stateHash),
    useState: (attemptId) =>
      changed(
        `update attempts set state_used_at = app.now()
         where id = $1 and state_used_at is null and ${isOpen('attempts')} and expires_at > app.now()`,
        [attemptId],
      ),
    awaitDecision: (attemptId, { claims, isStale = false, addressIndex }, ...audit) =>
      changed(
        `with waiting as (
           update attempts set stage = 'awaiting_decision', claims = $2, stale_sign_in = $3, address_index = $4, provider_request = null
           where id = $1 and stage = 'awaiting_provider' returning id
         ), audited as (${insertAudit('$5', 'waiting')})
         select from waiting`,
        [attemptId, claims, isStale, addressIndex, auditValue(audit)],
      ),
    async renewSignIn(attemptId) {
      await db.query('update attempts set stale_sign_in = false where id = $1', [attemptId])
    },
    awaitSecondFactor: (attemptId, { claims, addressIndex }) =>
      changed(
        `update attempts set awaits_second_factor = true, claims = $2, address_index = $3, provider_request = null
         where id = $1 and stage = 'awaiting_provider'`,
        [attemptId, claims, addressIndex],
      ),
    async takeTry(attemptId) {
      const { rows } = await db.query<{ wrong_tries: number }>(
        `update attempts set wrong_tries = wrong_tries + 1
         where id = $1 and ${isOpen('attempts')} and wrong_tries < ${wrongTriesCap} returning wrong_tries`,
        [attemptId],
      )
      return rows[0]?.wrong_tries ?? null
    },
    async giveTryBack(attemptId) {
      await db.query('update attempts set wrong_tries = wrong_tries - 1 where id = $1 and wrong_tries > 0', [
        attemptId,
      ])
    },
    async setEmail(attemptId, { sealed, addressIndex }) {
      await db.query('update attempts set email = $2, address_index = $3 where id = $1 and email is null', [
        attemptId,
        sealed,
        addressIndex,
      ])
    },
    end: (attemptId, outcome, of, ...audit) =>
      changed(
        `with ended as (
           update attempts set stage = 'ended', outcome = $2, outcome_how = $3, outcome_code = $4, outcome_user_id = $5,
             outcome_identity_id = $6, outcome_methods_version = (select methods_version from users where id = $5), declined = $7,
             ended_at = app.now(), provider_request = null, nudge_owed_since = ${owedToRun('attempts')}
           where id = $1 and ${isOpen('attempts')} returning id
         ), audited as (${insertAudit('$8', 'ended')})
         select from ended`,
        [
          attemptId,
          outcome.result,
          outcome.how ?? null,
          outcome.code ?? null,
          of?.userId ?? null,
          of?.identityId ?? null,
          outcome.declined ?? false,
          auditValue(audit),
        ],
      ),
    async markStarted(attemptId) {
      await db.query('update attempts set started_at = app.now() where id = $1 and started_at is null', [
        attemptId,
      ])
    },
  }
}
