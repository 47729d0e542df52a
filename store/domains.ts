import type { Db } from './pool.js'

/** A domain that an organization claims, and since when DNS agrees. */
export interface Domain {
  readonly name: string
  /** What DNS has to say; null where staff granted the domain without it. */
  readonly token: string | null
  readonly provedAt: Date | null
}

export interface DomainStore {
  /** Domains of the whole organization, by name; what staff granted to one provider is not among them. */
  list(organizationId: string): Promise<Domain[]>
  find(organizationId: string, name: string): Promise<Domain | null>
  /** Claims a domain; a claim that stands keeps its token. */
  claim(organizationId: string, name: string, token: string): Promise<void>
  /** DNS agreed. @returns false where it was proved before */
  prove(organizationId: string, name: string): Promise<boolean>
  /** Staff say that one provider's word counts for a domain, or no longer. @returns whether that is new */
  grant(organizationId: string, providerId: string, name: string): Promise<boolean>
  withdraw(providerId: string, name: string): Promise<boolean>
  /** Takes claim and proof. @returns whether there was one */
  remove(organizationId: string, name: string): Promise<boolean>
}

interface Row {
  name: string
  token: string | null
  proved_at: Date | null
}

const select = `
  select coalesce(c.name, d.name) as name, c.token, d.proved_at
  from (select * from domain_claims where organization_id = $1) c
  full join (select * from domains where organization_id = $1 and provider_id is null) d on d.name = c.name`

const toDomain = (row: Row): Domain => ({ name: row.name, token: row.token, provedAt: row.proved_at })

export const createDomainStore = (db: Db): DomainStore => ({
  async list(organizationId) {
    const { rows } = await db.query<Row>(`${select} order by 1`, [organizationId])
    return rows.map(toDomain)
  },
  async find(organizationId, name) {
    const { rows } = await db.query<Row>(`${select} where coalesce(c.name, d.name) = $2`, [
      organizationId,
      name,
    ])
    return rows[0] === undefined ? null : toDomain(rows[0])
  },
  async claim(organizationId, name, token) {
    await db.query(
      'insert into domain_claims (organization_id, name, token) values ($1, $2, $3) on conflict do nothing',
      [organizationId, name, token],
    )
  },
  async prove(organizationId, name) {
    const { rowCount } = await db.query(
      'insert into domains (organization_id, name) values ($1, $2) on conflict do nothing',
      [organizationId, name],
    )
    return rowCount === 1
  },
  async grant(organizationId, providerId, name) {
    const { rowCount } = await db.query(
      `insert into domains (organization_id, provider_id, name) values ($1, $2, $3)
       on conflict on constraint domains_once do nothing`,
      [organizationId, providerId, name],
    )
    return rowCount === 1
  },
  async withdraw(providerId, name) {
    const { rowCount } = await db.query('delete from domains where provider_id = $1 and name = $2', [
      providerId,
      name,
    ])
    return rowCount === 1
  },
  async remove(organizationId, name) {
    const { rows } = await db.query<{ removed: boolean }>(
      `with claim as (delete from domain_claims where organization_id = $1 and name = $2 returning 1),
       proof as (delete from domains where organization_id = $1 and name = $2 and provider_id is null returning 1)
       select exists (select from claim) or exists (select from proof) as removed`,
      [organizationId, name],
    )
    return rows[0]?.removed === true
  },
})
