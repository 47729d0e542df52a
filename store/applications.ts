import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

/** A program of one organization that signs people in through us. */
export interface Application {
  readonly id: string
  readonly organization: { readonly id: string; readonly slug: string; readonly name: string }
  readonly name: string
  readonly displayName: string
  /** Tokens are posted there and nowhere else. */
  readonly origin: string
  /** The first is where people go who did not say where to. */
  readonly returnPaths: readonly string[]
}

interface NewApplication extends Omit<Application, 'id' | 'organization'> {
  readonly organizationId: string
}

export interface ApplicationStore {
  find(organizationSlug: string, name: string): Promise<Application | null>
  list(organizationId: string): Promise<Application[]>
  /** Whose applications live at an origin. */
  organizationsAt(origin: string): Promise<{ readonly id: string; readonly slug: string }[]>
  /** Adds an application, or gives the one of that name new settings. @returns its id */
  save(application: NewApplication): Promise<string>
  remove(organizationId: string, name: string): Promise<boolean>
}

interface Row {
  id: string
  organization_id: string
  slug: string
  organization_name: string
  name: string
  display_name: string
  origin: string
  return_paths: string[]
}

const select = `
  select a.id, o.id as organization_id, o.slug, o.name as organization_name, a.name, a.display_name, a.origin, a.return_paths
  from applications a join organizations o on o.id = a.organization_id`

const toApplication = (row: Row): Application => ({
  id: row.id,
  organization: { id: row.organization_id, slug: row.slug, name: row.organization_name },
  name: row.name,
  displayName: row.display_name,
  origin: row.origin,
  returnPaths: row.return_paths,
})

export const createApplicationStore = (db: Db): ApplicationStore => ({
  async find(organizationSlug, name) {
    const { rows } = await db.query<Row>(`${select} where o.slug = $1 and a.name = $2`, [
      organizationSlug,
      name,
    ])
    return rows[0] === undefined ? null : toApplication(rows[0])
  },
  async list(organizationId) {
    const { rows } = await db.query<Row>(`${select} where o.id = $1 order by a.name`, [organizationId])
    return rows.map(toApplication)
  },
  async organizationsAt(origin) {
    const { rows } = await db.query<{ id: string; slug: string }>(
      `select o.id, o.slug from organizations o
       where exists (select from applications a where a.organization_id = o.id and a.origin = $1)`,
      [origin],
    )
    return rows
  },
  async save(application) {
    const { rows } = await db.query<{ id: string }>(
      `insert into applications (organization_id, name, display_name, origin, return_paths) values ($1, $2, $3, $4, $5)
       on conflict on constraint applications_once do update
         set display_name = excluded.display_name, origin = excluded.origin, return_paths = excluded.return_paths
       returning id`,
      [
        application.organizationId,
        application.name,
        application.displayName,
        application.origin,
        application.returnPaths,
      ],
    )
    return onlyRow(rows).id
  },
  async remove(organizationId, name) {
    const { rowCount } = await db.query('delete from applications where organization_id = $1 and name = $2', [
      organizationId,
      name,
    ])
    return rowCount === 1
  },
})
