import type { Act, Admission, ProviderStatus, Role } from '../domain/policy.js'
import { onlyRow } from './pool.js'
import type { Db } from './pool.js'

export interface Organization {
  readonly id: string
  readonly slug: string
  readonly name: string
}

/** An OpenID Provider of one organization, as the pipeline uses it. */
export interface Provider {
  readonly id: string
  readonly organization: Organization
  readonly name: string
  readonly displayName: string
  readonly issuer: string
  readonly clientId: string
  /** Sealed for the purpose `client-secret`; null for a public client. */
  readonly clientSecret: Buffer | null
  readonly clientAuthentication: ClientAuthentication | null
  readonly status: ProviderStatus
  readonly serves: readonly Act[]
  readonly admission: Admission
  readonly defaultRole: Role
  /** Members sign in through this provider only. */
  readonly requireLink: boolean
  /** Name of another provider of the organization through which alone its members sign in; null where there is none. */
  readonly overruledBy: string | null
  /** The exact text "true" counts as `email_verified`; staff's to grant, as the next one. */
  readonly textTrueIsVerified: boolean
  /** Claim that holds the subject under the provider's former scheme. */
  readonly legacySubjectClaim: string | null
}

type ClientAuthentication = 'client_secret_basic' | 'client_secret_post' | 'none'

export type NewProvider = Pick<
  Provider,
  'name' | 'displayName' | 'issuer' | 'clientId' | 'clientAuthentication' | 'admission' | 'defaultRole'
> & { readonly organizationId: string }

export interface OrganizationStore {
  /**
   * Adds an organization; one of that short name gets this name while nobody owns it.
   * @returns its id; null where it stands already and has an owner
   */
  add(slug: string, name: string): Promise<string | null>
  find(slug: string): Promise<Organization | null>
  findProvider(organizationSlug: string, providerName: string): Promise<Provider | null>
  findProviderById(providerId: string): Promise<Provider | null>
  /** Providers that sign people in, by name; where the organization signs in through one only, that one. */
  listProviders(organizationId: string): Promise<Provider[]>
  /** The open, approved invitation of an organization that has this token; null where there is none. */
  findInvitation(organizationId: string, tokenHash: Buffer): Promise<string | null>
  /**
   * Adds a provider, or gives the one of that name new settings; its secret is set apart, because sealing needs the id. What staff
   * granted goes with the issuer.
   */
  saveProvider(provider: NewProvider): Promise<string>
  /** What staff alone grant a provider (spec: pipeline 4). */
  setTrust(
    providerId: string,
    trust: Pick<Provider, 'textTrueIsVerified' | 'legacySubjectClaim'>,
  ): Promise<void>
  setClientSecret(providerId: string, sealed: Buffer | null): Promise<void>
  /** Domains for which this provider's word for an address counts, as A-labels. */
  trustedDomains(providerId: string): Promise<string[]>
}

/** The provider that overrules provider p, where its organization signs in through another one only. */
export const overruledBy = `(
    select q.name from providers q where q.organization_id = p.organization_id and q.require_link and q.status = 'enabled'
      and not p.require_link order by q.name limit 1)`

/** Columns of a provider with its organization; `p` and `o` are their names in the statement. */
export const providerColumns = `
  p.id as provider_id, p.name as provider_name, p.display_name, p.issuer, p.client_id, p.client_secret,
  p.client_authentication, p.status as provider_status, p.serves, p.admission, p.default_role,
  p.require_link, p.text_true_is_verified, p.legacy_subject_claim, ${overruledBy} as overruled_by,
  o.id as organization_id, o.slug as organization_slug, o.name as organization_name`

export interface ProviderRow {
  provider_id: string
  provider_name: string
  display_name: string
  issuer: string
  client_id: string
  client_secret: Buffer | null
  client_authentication: ClientAuthentication | null
  provider_status: ProviderStatus
  serves: Act[]
  admission: Admission
  default_role: Role
  require_link: boolean
  text_true_is_verified: boolean
  legacy_subject_claim: string | null
  overruled_by: string | null
  organization_id: string
  organization_slug: string
  organization_name: string
}

export const toProvider = (row: ProviderRow): Provider => ({
  id: row.provider_id,
  organization: { id: row.organization_id, slug: row.organization_slug, name: row.organization_name },
  name: row.provider_name,
  displayName: row.display_name,
  issuer: row.issuer,
  clientId: row.client_id,
  clientSecret: row.client_secret,
  clientAuthentication: row.client_authentication,
  status: row.provider_status,
  serves: row.serves,
  admission: row.admission,
  defaultRole: row.default_role,
  requireLink: row.require_link,
  overruledBy: row.overruled_by,
  textTrueIsVerified: row.text_true_is_verified,
  legacySubjectClaim: row.legacy_subject_claim,
})

export const createOrganizationStore = (db: Db): OrganizationStore => ({
  async add(slug, name) {
    const { rows } = await db.query<{ id: string }>(
      `insert into organizations as o (slug, name) values ($1, $2)
       on conflict on constraint organizations_slug_unique do update set name = excluded.name
         where not exists (select from organization_members m where m.organization_id = o.id and m.role = 'owner')
       returning id`,
      [slug, name],
    )
    return rows[0]?.id ?? null
  },
  async find(slug) {
    const { rows } = await db.query<{ id: string; slug: string; name: string }>(
      'select id, slug, name from organizations where slug = $1',
      [slug],
    )
    return rows[0] ?? null
  },
  async findProvider(organizationSlug, providerName) {
    const { rows } = await db.query<ProviderRow>(
      `select ${providerColumns} from providers p join organizations o on o.id = p.organization_id
       where o.slug = $1 and p.name = $2`,
      [organizationSlug, providerName],
    )
    return rows[0] === undefined ? null : toProvider(rows[0])
  },
  async findProviderById(providerId) {
    const { rows } = await db.query<ProviderRow>(
      `select ${providerColumns} from providers p join organizations o on o.id = p.organization_id where p.id = $1`,
      [providerId],
    )
    return rows[0] === undefined ? null : toProvider(rows[0])
  },
  async listProviders(organizationId) {
    const { rows } = await db.query<ProviderRow>(
      `select ${providerColumns} from providers p join organizations o on o.id = p.organization_id
       where o.id = $1 and p.status = 'enabled' and 'sign_in' = any(p.serves)
         and ${overruledBy} is null order by p.name`,
      [organizationId],
    )
    return rows.map(toProvider)
  },
  async findInvitation(organizationId, tokenHash) {
    const { rows } = await db.query<{ id: string }>(
      `select id from invitations where organization_id = $1 and token_hash = $2 and approved and accepted_at is null
         and expires_at > app.now()`,
      [organizationId, tokenHash],
    )
    return rows[0]?.id ?? null
  },
  async saveProvider(provider) {
    const { rows } = await db.query<{ id: string }>(
      `with former as (
         select id from providers where organization_id = $1 and name = $2 and issuer <> $4
       ), withdrawn as (
         delete from domains d using former where d.provider_id = former.id
       )
       insert into providers
         (organization_id, name, display_name, issuer, client_id, client_authentication, admission, default_role)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict on constraint providers_name_unique do update set
         display_name = excluded.display_name, issuer = excluded.issuer, client_id = excluded.client_id,
         client_authentication = excluded.client_authentication, admission = excluded.admission,
         default_role = excluded.default_role,
         text_true_is_verified = providers.text_true_is_verified and providers.issuer = excluded.issuer,
         legacy_subject_claim = case when providers.issuer = excluded.issuer then providers.legacy_subject_claim end
       returning id`,
      [
        provider.organizationId,
        provider.name,
        provider.displayName,
        provider.issuer,
        provider.clientId,
        provider.clientAuthentication,
        provider.admission,
        provider.defaultRole,
      ],
    )
    return onlyRow(rows).id
  },
  async setClientSecret(providerId, sealed) {
    await db.query('update providers set client_secret = $2 where id = $1', [providerId, sealed])
  },
  async setTrust(providerId, { textTrueIsVerified, legacySubjectClaim }) {
    await db.query(
      'update providers set text_true_is_verified = $2, legacy_subject_claim = $3 where id = $1',
      [providerId, textTrueIsVerified, legacySubjectClaim],
    )
  },
  async trustedDomains(providerId) {
    const { rows } = await db.query<{ name: string }>(
      `select d.name from providers p
       join domains d on d.organization_id = p.organization_id and (d.provider_id is null or d.provider_id = p.id)
       where p.id = $1 order by d.name`,
      [providerId],
    )
    return rows.map((row) => row.name)
  },
})
