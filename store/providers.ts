import type { TrustChanges } from '../domain/audit-events.js'
import type { ProviderFault } from '../domain/provider-fault.js'
import type { Admission, ProviderStatus, Role } from '../domain/policy.js'
import { owedToRun } from './attempt-outcome.js'
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
  /** Notes an issuer that an organization means to sign in with. @returns its id; null where the name is taken */
  draft(
    organizationId: string,
    draft: Pick<ProviderSettings, 'name' | 'displayName' | 'issuer'>,
  ): Promise<string | null>
  /** Begins the setup of a provider that nobody signs in with once more. */
  redraft(providerId: string, displayName: string): Promise<void>
  /**
   * Gives a provider another issuer. What belonged to the former one goes with it: the client, and what staff granted. @returns the grants that are gone, as the audit names them
   */
  replaceIssuer(providerId: string, issuer: string): Promise<TrustChanges>
  /**
   * Client and rules of a provider in setup. `clientSecret` is sealed; undefined keeps the one of the same client.
   * Without rules, those that there are stay, and nothing is stored while a sign-in that would end the setup is under way.
   * @returns whether the provider is in setup with this issuer still
   */
  setClient(
    providerId: string,
    client: Pick<ProviderSettings, 'issuer' | 'clientId'> & {
      readonly clientSecret: Buffer | null | undefined
    },
    rules: Pick<ProviderSettings, 'admission' | 'defaultRole'> | null,
  ): Promise<boolean>
  setSetupFault(providerId: string, fault: ProviderFault | null): Promise<void>
  /** Ends the setup: from now on people sign in with it. */
  enable(providerId: string): Promise<void>
  /** Nobody signs in with it any more, and nobody has to. */
  disable(providerId: string): Promise<void>
  /** Ends its undecided attempts, `rejected`. @returns their ids */
  endAttempts(providerId: string, code: 'provider_disabled' | 'invalid_state'): Promise<string[]>
  /** Ends the sessions that it opened, but for one that a password proves as well. @returns their ids */
  endSessions(providerId: string, exceptSessionId: string): Promise<string[]>
  /**
   * Ends a setup that came to nothing. What anybody tried is kept, `disabled`: attempts would go with their provider (spec:
   * pipeline 9).
   * @returns whether the provider is kept
   */
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
         on conflict on constraint providers_name_unique do nothing
         returning id`,
        [organizationId, name, displayName, issuer],
      )
      return rows[0]?.id ?? null
    },
    async redraft(providerId, displayName) {
      await db.query(
        `update providers set display_name = $2, setup_fault = null, status = 'setup' where id = $1 and status <> 'enabled'`,
        [providerId, displayName],
      )
    },
    async replaceIssuer(providerId, issuer) {
      const { rows } = await db.query<{
        text_true_is_verified: boolean
        legacy_subject_claim: string | null
        domains: string[]
      }>(
        `with former as (
           select id, text_true_is_verified, legacy_subject_claim from providers where id = $1 for update
         ), withdrawn as (
           delete from domains d using former where d.provider_id = former.id returning d.name
         ), replaced as (
           update providers p set issuer = $2, client_id = '', client_secret = null, client_authentication = 'none',
             text_true_is_verified = false, legacy_subject_claim = null
           from former where p.id = former.id
         )
         select text_true_is_verified, legacy_subject_claim, array(select name from withdrawn order by name) as domains from former`,
        [providerId, issuer],
      )
      const { text_true_is_verified, legacy_subject_claim, domains } = onlyRow(rows)
      return {
        ...(text_true_is_verified ? { text_true_is_verified: [true, false] as const } : {}),
        ...(legacy_subject_claim === null
          ? {}
          : { legacy_subject_claim: [legacy_subject_claim, null] as const }),
        ...(domains.length === 0
          ? {}
          : { domains: Object.fromEntries(domains.map((name) => [name, [true, false] as const])) }),
      }
    },
    async setClient(providerId, { issuer, clientId, clientSecret }, rules) {
      const { rowCount } = await db.query(
        `with kept as (
           select id, case when $6 then $7 when client_id = $3 then client_secret end as secret from providers
           where id = $1 and status = 'setup' and issuer = $2
             and ($4::text is not null or not exists (
               select from attempts where provider_id = $1 and purpose = 'setup' and outcome is null))
           for update)
         update providers p set client_id = $3, admission = coalesce($4, admission), default_role = coalesce($5, default_role),
           setup_fault = null, client_secret = kept.secret, client_authentication = case when kept.secret is null then 'none' end
         from kept where p.id = kept.id`,
        [
          providerId,
          issuer,
          clientId,
          rules?.admission ?? null,
          rules?.defaultRole ?? null,
          clientSecret !== undefined,
          clientSecret ?? null,
        ],
      )
      return rowCount === 1
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
    async endAttempts(providerId, code) {
      const { rows } = await db.query<{ id: string }>(
        `update attempts set stage = 'ended', outcome = 'rejected', outcome_code = $2, ended_at = app.now(),
           provider_request = null, nudge_owed_since = ${owedToRun('attempts')}
         where provider_id = $1 and outcome is null and stage in ('awaiting_provider', 'awaiting_decision')
         returning id`,
        [providerId, code],
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
        `update providers p set status = 'disabled', setup_fault = null where p.id = $1 and p.status = 'setup'
           and exists (select from attempts a where a.provider_id = p.id)`,
        [providerId],
      )
      if (rowCount === 1) return true
      await db.query(`delete from providers where id = $1 and status = 'setup'`, [providerId])
      return false
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
