import type { Db } from './pool.js'

/** What an organization rules of itself. */
export interface OrganizationSettings {
  /** Members above it join restricted; null is no limit. */
  readonly seatLimit: number | null
  readonly requireSecondFactor: boolean
}

export interface OrganizationSettingsStore {
  find(organizationId: string): Promise<OrganizationSettings>
  /** As `find`; whoever else wants to change the organization waits until the transaction ends. */
  lock(organizationId: string): Promise<OrganizationSettings>
  save(organizationId: string, settings: OrganizationSettings): Promise<void>
}

export const createOrganizationSettingsStore = (db: Db): OrganizationSettingsStore => {
  const find = async (organizationId: string, lock: '' | 'for update'): Promise<OrganizationSettings> => {
    const { rows } = await db.query<{ seat_limit: number | null; require_second_factor: boolean }>(
      `select seat_limit, require_second_factor from organizations where id = $1 ${lock}`,
      [organizationId],
    )
    return {
      seatLimit: rows[0]?.seat_limit ?? null,
      requireSecondFactor: rows[0]?.require_second_factor === true,
    }
  }
  return {
    find: (organizationId) => find(organizationId, ''),
    lock: (organizationId) => find(organizationId, 'for update'),
    async save(organizationId, { seatLimit, requireSecondFactor }) {
      await db.query('update organizations set seat_limit = $2, require_second_factor = $3 where id = $1', [
        organizationId,
        seatLimit,
        requireSecondFactor,
      ])
    },
  }
}
