import { minutes } from '../domain/attempt.js'
import { proofMinutes } from '../domain/proof.js'
import type { ProofBinding, ProofKind, ProofStanding } from '../domain/proof.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

export interface NewProof extends ProofBinding {
  readonly kind: ProofKind
  /** Of the account's sign-in methods when it was shown (`users.methods_version`); null where it proves an address of nobody. */
  readonly methodsVersion: number | null
  /** The provider that vouched for the account; null where a password or a mail did. */
  readonly provingProviderId: string | null
  /** The account asked for a second factor, and got it. */
  readonly secondFactor: boolean
}

/** Evidence that the browser of an attempt has shown. */
export interface Proof extends NewProof, ProofStanding {
  readonly id: string
  /** The organization of the provider that vouched for it. */
  readonly provingOrganizationId: string | null
  readonly createdAt: Date
  readonly expiresAt: Date
}

export interface ProofStore {
  /** Keeps a proof; void from the first where the sign-in methods or addresses of its account changed since it was shown. */
  insert(proof: NewProof): Promise<{ id: string; expiresAt: Date }>
  find(proofId: string): Promise<Proof | null>
  /** As `find`; proof and account stay as they are until the transaction ends, so that what is read here holds at the commit. */
  lock(proofId: string): Promise<Proof | null>
  /** What an attempt may rest a decision on now, newest first. */
  listUsable(attemptId: string): Promise<Proof[]>
  /** What would do but for its time, newest first. */
  listExpired(attemptId: string): Promise<Proof[]>
  /** The account got its second factor besides; false where the proof was used, has expired or is void. */
  addSecondFactor(proofId: string): Promise<boolean>
  /** Uses a proof up; false where it was used, has expired or is void. */
  use(proofId: string): Promise<boolean>
}

interface ProofRow {
  id: string
  attempt_id: string
  kind: ProofKind
  provider_id: string
  issuer: string
  subject: string
  user_id: string | null
  methods_version: number | null
  canonical_email: string | null
  browser_hash: Buffer
  proving_provider_id: string | null
  proving_organization_id: string | null
  second_factor: boolean
  created_at: Date
  expires_at: Date
  used: boolean
  expired: boolean
  voided: boolean
}

/** Rule 13: a change of the account's methods or addresses voids what was proved before it. */
const voided = `p.user_id is not null and (u.status <> 'active' or u.methods_version <> p.methods_version)`

const select = `
  select p.id, p.attempt_id, p.kind, p.provider_id, p.issuer, p.subject, p.user_id, p.methods_version, p.canonical_email, p.browser_hash,
    p.proving_provider_id, w.organization_id as proving_organization_id, p.second_factor, p.created_at, p.expires_at, p.used_at is not null as used, p.expires_at <= app.now() as expired,
    ${voided} as voided
  from proofs p left join users u on u.id = p.user_id left join providers w on w.id = p.proving_provider_id`

const toProof = (row: ProofRow): Proof => ({
  id: row.id,
  attemptId: row.attempt_id,
  kind: row.kind,
  providerId: row.provider_id,
  issuer: row.issuer,
  subject: row.subject,
  userId: row.user_id,
  methodsVersion: row.methods_version,
  canonicalEmail: row.canonical_email,
  browserHash: row.browser_hash,
  provingProviderId: row.proving_provider_id,
  provingOrganizationId: row.proving_organization_id,
  secondFactor: row.second_factor,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  used: row.used,
  expired: row.expired,
  voided: row.voided,
})

export const createProofStore = (db: Db): ProofStore => {
  const one = async (proofId: string): Promise<Proof | null> => {
    const { rows } = await db.query<ProofRow>(`${select} where p.id = $1`, [proofId])
    return rows[0] === undefined ? null : toProof(rows[0])
  }

  const unused = async (attemptId: string, inTime: string): Promise<Proof[]> => {
    const { rows } = await db.query<ProofRow>(
      `${select} where p.attempt_id = $1 and p.used_at is null and ${inTime} and (${voided}) is not true
       order by p.id desc`,
      [attemptId],
    )
    return rows.map(toProof)
  }

  /** One that may still be used. */
  const change = async (proofId: string, set: string): Promise<boolean> => {
    const { rowCount } = await db.query(
      `update proofs set ${set}
       where id = $1 and id in (select p.id from proofs p left join users u on u.id = p.user_id
         where p.id = $1 and p.used_at is null and p.expires_at > app.now() and (${voided}) is not true)
         and used_at is null`,
      [proofId],
    )
    return rowCount === 1
  }

  return {
    async insert(proof) {
      const { rows } = await db.query<{ id: string; expires_at: Date }>(
        `insert into proofs (attempt_id, kind, provider_id, issuer, subject, user_id, methods_version, canonical_email,
           browser_hash, second_factor, proving_provider_id, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
           app.now() + interval '${minutes(proofMinutes)}')
         returning id, expires_at`,
        [
          proof.attemptId,
          proof.kind,
          proof.providerId,
          proof.issuer,
          proof.subject,
          proof.userId,
          proof.methodsVersion,
          proof.canonicalEmail,
          proof.browserHash,
          proof.secondFactor,
          proof.provingProviderId,
        ],
      )
      const row = onlyRow(rows)
      return { id: row.id, expiresAt: row.expires_at }
    },
    find: one,
    async lock(proofId) {
      // The account first, as everything does that changes its methods; a row that is waited for is read again below.
      await db.query(
        'select from users where id = (select user_id from proofs where id = $1) for no key update',
        [proofId],
      )
      await db.query('select from proofs where id = $1 for update', [proofId])
      return one(proofId)
    },
    listUsable: (attemptId) => unused(attemptId, 'p.expires_at > app.now()'),
    listExpired: (attemptId) => unused(attemptId, 'p.expires_at <= app.now()'),
    addSecondFactor: (proofId) => change(proofId, 'second_factor = true'),
    use: (proofId) => change(proofId, 'used_at = app.now()'),
  }
}
