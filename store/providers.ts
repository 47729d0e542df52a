import type { ProviderFault } from '../domain/provider-fault.js'
import type { Admission, ProviderStatus, Role } from '../domain/policy.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

/** A provider as the people see it who run the organization: everything but its secret. */
export interface ProviderSettings {
  readonly id: string
  readonly name: string
  readonly displayName: string
  readonly issuer: string
  /** Empty until the provider has given one. */
  readonly clientId: string
  readonly hasSecret: boolean
  readonly status: ProviderStatus
  readonly admission: Admission
  readonly defaultRole: Role
  readonly requireLink: boolean
  /** What was wrong with the newest test sign-in. */
  readonly setupFault: ProviderFault | null
  /** Members with an identity there. */
  readonly linked: number
}

/** What an organization may change of a provider that people sign in with. */
export type EditableSettings = Pick<
  ProviderSettings,
  'displayName' | 'admission' | 'defaultRole' | 'requireLink'
>

export interface ProviderStore {
  /** All of an organization, by name. */
  list(organizationId: string): Promise<ProviderSettings[]>
  find(organizationId: string, name: string): Promise<ProviderSettings | null>
  /** As `find`, and nobody else changes it until the transaction ends. */
  lock(organizationId: string, name: string): Promise<ProviderSettings | null>
  /**
   * Notes an issuer that an organization means to sign in with, or another issuer for a provider that nobody signs in with yet.
   * @returns null where a provider of that name is in use
   */
  draft(
    organizationId: string,
    draft: Pick<ProviderSettings, 'name' | 'displayName' | 'issuer'>,
  ): Promise<{ id: string } | null>
  /** Client and rules of a provider in setup. `clientSecret` is sealed; undefined keeps the one that is stored. */
  setClient(
    providerId: string,
    client: Pick<ProviderSettings, 'clientId' | 'admission' | 'defaultRole'> & {
      readonly clientSecret: Buffer | null | undefined
    },
  ): Promise<void>
  setSetupFault(providerId: string, fault: ProviderFault | null): Promise<void>
  /** Ends the setup: from now on people sign in with it. */
  enable(providerId: string): Promise<void>
  /** Nobody signs in with it any more, and nobody has to. */
  disable(providerId: string): Promise<void>
  /** Ends its undecided attempts, `rejected`. @returns their ids */
  endAttempts(providerId: string): Promise<string[]>
  /** Ends the sessions that it opened, but for one that a password proves as well. @returns their ids */
  endSessions(providerId: string, exceptSessionId: string): Promise<string[]>
  /** A draft that came to nothing; false where the provider was in use. */
  discard(providerId: string): Promise<boolean>
  edit(providerId: string, settings: EditableSettings): Promise<void>
  /** Whether some owner of the organization has an identity at the provider. */
  hasLinkedOwner(providerId: string): Promise<boolean>
}

interface Row {
  id: string
  name: string
  display_name: string
  issuer: string
  client_id: string
  has_secret: boolean
  status: ProviderStatus
  admission: Admission
  default_role: Role
  require_link: boolean
  setup_fault: ProviderFault | null
  linked: number
}

const select = `
  select p.id, p.name, p.display_name, p.issuer, p.client_id, p.client_secret is not null as has_secret, p.status, p.admission,
    p.default_role, p.require_link, p.setup_fault,
    (select count(*)::int from identities i
     join organization_members m on m.user_id = i.user_id and m.organization_id = p.organization_id
     where i.provider_id = p.id) as linked
  from providers p`

const toSettings = (row: Row): ProviderSettings => ({
  id: row.id,
  name: row.name,
  displayName: row.display_name,
  issuer: row.issuer,
  clientId: row.client_id,
  hasSecret: row.has_secret,
  status: row.status,
  admission: row.admission,
  defaultRole: row.default_role,
  requireLink: row.require_link,
  setupFault: row.setup_fault,
  linked: row.linked,
})

export const createProviderStore = (db: Db): ProviderStore => {
  const one = async (organizationId: string, name: string, lock: '' | 'for update of p') => {
    const { rows } = await db.query<Row>(`${select} where p.organization_id = $1 and p.name = $2 ${lock}`, [
      organizationId,
      name,
    ])
    return rows[0] === undefined ? null : toSettings(rows[0])
  }

  return {
    async list(organizationId) {
      const { rows } = await db.query<Row>(`${select} where p.organization_id = $1 order by p.name`, [
        organizationId,
      ])
      return rows.map(toSettings)
    },
    find: (organizationId, name) => one(organizationId, name, ''),
    lock: (organizationId, name) => one(organizationId, name, 'for update of p'),
    async draft(organizationId, { name, displayName, issuer }) {
      const { rows } = await db.query<{ id: string }>(
        `insert into providers (organization_id, name, display_name, issuer, client_id, client_authentication, status)
         values ($1, $2, $3, $4, '', 'none', 'setup')
         on conflict on constraint providers_name_unique do update set
           display_name = excluded.display_name, issuer = excluded.issuer, setup_fault = null, status = 'setup'
         where providers.status <> 'enabled'
         returning id`,
        [organizationId, name, displayName, issuer],
      )
      return rows[0] ?? null
    },
    async setClient(providerId, { clientId, clientSecret, admission, defaultRole }) {
      await db.query(
        `update providers set client_id = $2, admission = $3, default_role = $4, setup_fault = null,
           client_secret = case when $5 then $6 else client_secret end,
           client_authentication = case when (case when $5 then $6 else client_secret end) is null then 'none' end
         where id = $1 and status = 'setup'`,
        [providerId, clientId, admission, defaultRole, clientSecret !== undefined, clientSecret ?? null],
      )
    },
    async setSetupFault(providerId, fault) {
      await db.query(`update providers set setup_fault = $2 where id = $1 and status = 'setup'`, [
        providerId,
        fault,
      ])
    },
    async enable(providerId) {
      await db.query(`update providers set status = 'enabled', setup_fault = null where id = $1`, [
        providerId,
      ])
    },
    async disable(providerId) {
      await db.query(`update providers set status = 'disabled', require_link = false where id = $1`, [
        providerId,
      ])
    },
    async endAttempts(providerId) {
      const { rows } = await db.query<{ id: string }>(
        `update attempts set stage = 'ended', outcome = 'rejected', outcome_code = 'provider_disabled', ended_at = app.now(),
           provider_request = null
         where provider_id = $1 and outcome is null and stage in ('awaiting_provider', 'awaiting_decision')
         returning id`,
        [providerId],
      )
      return rows.map(({ id }) => id)
    },
    async endSessions(providerId, exceptSessionId) {
      const { rows } = await db.query<{ id: string }>(
        `update sessions set ended_at = app.now()
         where ended_at is null and not (id = $2 and 'password' = any(methods)) and identity_id in (select id from identities where provider_id = $1)
         returning id`,
        [providerId, exceptSessionId],
      )
      return rows.map(({ id }) => id)
    },
    async discard(providerId) {
      const { rowCount } = await db.query(
        `delete from providers p where p.id = $1 and p.status = 'setup'
           and not exists (select from identities i where i.provider_id = p.id)`,
        [providerId],
      )
      return rowCount === 1
    },
    async edit(providerId, { displayName, admission, defaultRole, requireLink }) {
      await db.query(
        `update providers set display_name = $2, admission = $3, default_role = $4, require_link = $5 where id = $1`,
        [providerId, displayName, admission, defaultRole, requireLink],
      )
    },
    async hasLinkedOwner(providerId) {
      const { rows } = await db.query<{ found: boolean }>(
        `select exists (
           select from identities i join providers p on p.id = i.provider_id
           join organization_members m on m.user_id = i.user_id and m.organization_id = p.organization_id
           where p.id = $1 and m.role = 'owner') as found`,
        [providerId],
      )
      return onlyRow(rows).found
    },
  }
}
