import { isOpen } from './attempt-outcome.js'
import type { Db } from './pool.js'

/** What a browser names, and shows the secret of. */
export interface AttemptOfBrowser {
  readonly id: string
  readonly browserHash: Buffer
}

export interface OpenAttempt {
  readonly id: string
  readonly organizationId: string
  /** Whom: the provider's answer is not there, or is being looked at, or is good. */
  readonly awaits: 'provider' | 'callback' | 'person'
  readonly secondsLeft: number
}

export const lockOpenAttempts = async (
  db: Db,
  named: readonly AttemptOfBrowser[],
): Promise<OpenAttempt[]> => {
  const { rows } = await db.query<OpenAttempt>(
    `select id, organization_id as "organizationId", ceil(extract(epoch from expires_at - app.now()))::int as "secondsLeft",
       case when stage <> 'awaiting_provider' or awaits_second_factor then 'person'
         when state_used_at is null then 'provider' else 'callback' end as awaits
     from attempts
     where (id, browser_hash) in (select * from unnest($1::uuid[], $2::bytea[])) and ${isOpen('attempts')} and expires_at > app.now()
     order by id for update`,
    [named.map(({ id }) => id), named.map(({ browserHash }) => browserHash)],
  )
  return rows
}
