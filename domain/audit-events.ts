import type { Choice, How, Outcome, Purpose } from './attempt.js'
import type { ToldState } from './mail-event.js'
import type { MailKind } from './mail.js'
import type { MailedLinkPurpose } from './mailed-token.js'
import type { Admission, Role, UserStatus } from './policy.js'
import type { ProofKind } from './proof.js'
import type { StaffRole } from './support.js'

type Nothing = Readonly<Record<string, never>>

/** An event about one thing, and its data: words of ours, in snake_case, nothing personal and nothing secret. */
interface On<Kind extends string, Data = Nothing> {
  readonly target: { readonly kind: Kind; readonly id: string }
  readonly data: Data
}

/** One that may be about nothing that has an id. */
interface Loose<Kind extends string, Data> {
  readonly target: On<Kind>['target'] | null
  readonly data: Data
}

/** What a setting was, and what it is. */
export type Change = readonly [unknown, unknown]
type Changes<Name extends string> = Readonly<Partial<Record<Name, Change>>>

type OrganizationSetting = 'seat_limit' | 'require_second_factor' | 'domain'
export type ClientSetting =
  'display_name' | 'issuer' | 'client_id' | 'client_secret' | 'admission' | 'default_role'
type ProviderSetting = ClientSetting | 'status' | 'require_link'
/** What staff trusted a provider with, and do; of domains, whether its word counts for addresses there. */
export type TrustChanges = Changes<'text_true_is_verified' | 'legacy_subject_claim'> & {
  readonly domains?: Readonly<Record<string, Change>>
}
export type ApplicationChanges = Changes<'display_name' | 'origin' | 'return_paths'>
export type ApplicationAct = {
  readonly act: 'add_application' | 'change_application' | 'remove_application'
  readonly name: string
  readonly reason?: string
} & ApplicationChanges

/** What staff did, where no event of its own says it. */
type StaffActed =
  | { readonly act: 'add_organization'; readonly invitation: string; readonly reason: string }
  | ({ readonly act: 'add_provider' | 'change_provider'; readonly reason?: string } & Changes<ClientSetting> &
      TrustChanges)
  | ApplicationAct
  | { readonly trust: TrustChanges; readonly reason: string }
  | { readonly status: UserStatus; readonly reason: string }
  | {
      readonly act: 'extend'
      readonly extension: number
      readonly minutes: number
      readonly reason: string
    }
  | { readonly act: 'retry_many'; readonly mails: number; readonly reason: string }
  | { readonly act: 'retry_many_agreed' }
  | { readonly act: 'decode' | 'pause_transport' | 'resume_transport'; readonly reason: string }
  | { readonly route: string; readonly refused: string }

/** An attempt that ended with the session that it was begun in. */
export const endedWithSession = { result: 'cancelled', reason: 'session_ended' } as const

/**
 * The events of spec: pipeline 8, and those of ours. Rows are kept for 400 days and are never written anew, so
 * that a word of theirs is chosen once.
 */
interface AuditEvents {
  'attempt.started': On<'provider', { readonly purpose?: Purpose; readonly parent?: string }>
  'attempt.identity_received': On<
    'attempt',
    {
      readonly known: false
      readonly has_email: boolean
      readonly email_verified: boolean
      readonly is_stale: boolean
    }
  >
  /** What a look-up found stands here and nowhere that the person sees (spec: pipeline 3). */
  'attempt.decided': On<
    'attempt',
    {
      readonly choice: Choice
      readonly policy_version: number
      readonly provider: string
      readonly trusted: boolean
      /** T, and who holds the address: users, or null. */
      readonly user: string | null
      readonly holder: string | null
      readonly held: boolean
    }
  >
  /** `parent`: the attempt that an identity was proved for. `reason`: a word of ours, or what staff wrote. */
  'attempt.ended': On<'attempt', Outcome & { readonly reason?: string; readonly parent?: string }>
  'proof.failed': Loose<'user', { readonly kind: 'password' | 'email' | 'second_factor' }>
  /** To an attempt, or to a session whose sign-in is too old. The user is null where a code proved an address that nobody holds. */
  'proof.shown': Loose<
    'user' | 'session',
    {
      readonly kind: ProofKind
      readonly methods?: readonly string[]
      /** The code of the authenticator app is still owed. */
      readonly awaits_code?: boolean
      /** A mailed code reached an account. */
      readonly account?: boolean
      readonly identity?: string
      readonly second_factor?: boolean
    }
  >
  /** By the commit that rests on it, once (spec: pipeline 2.3). */
  'proof.used': On<'proof', { readonly kind: ProofKind; readonly second_factor: boolean }>
  'user.created': On<'user', { readonly address_verified: boolean; readonly mails: number }>
  'user.signed_in': On<
    'identity' | 'user',
    { readonly how: How | 'password'; readonly methods?: readonly string[] }
  >
  /** `from`: the user that is deleted. */
  'user.folded': On<'user', { readonly from: string }>
  'user.deleted': On<'user', { readonly by?: 'support'; readonly reason?: string }>
  /** `to`: the user that it moved to with all others. */
  'identity.linked': On<'identity', { readonly to?: string }>
  /** `changed`: which parts of the copy of what its provider tells. */
  'identity.refreshed': On<'identity', { readonly changed: readonly string[] }>
  'identity.replaced': On<'identity', { readonly reason?: 'legacy_subject' }>
  'identity.unlinked': On<
    'user',
    {
      readonly identity: string
      readonly provider: string
      readonly reason?: 'owner_inactive' | 'sso_disabled'
    }
  >
  'member.added': On<'user', { readonly role: Role; readonly restricted: boolean }>
  /** `role`: what the member got by it, where that is more than before. */
  'member.accepted': On<'invitation', { readonly role?: Role }>
  'member.flagged': On<
    'user',
    { readonly restricted: false } | { readonly linked: false; readonly reason: 'sso_disabled' }
  >
  'member.promoted': On<'user', { readonly role: Role }>
  'member.invited': On<'invitation', { readonly role: Role }>
  'member.uninvited': On<'invitation'>
  'member.reminded': On<'provider', { readonly members_told: number }>
  /** `email`: id of the address. `reason`: of staff. */
  'email.added': On<'user', { readonly email: string; readonly reason?: string }>
  'email.confirmed': On<'user', { readonly email: string }>
  'email.removed': On<'user', { readonly email: string; readonly reason?: string }>
  'email.dropped': On<'user'>
  'email.made_primary': On<'user', { readonly email: string }>
  'password.set': On<'user', { readonly changed?: boolean; readonly by?: MailedLinkPurpose }>
  'password.removed': On<'user'>
  'totp.enabled': On<'user'>
  'totp.disabled': On<'user'>
  'totp.codes_renewed': On<'user'>
  'mail.accepted': On<'mail', { readonly round: number; readonly kind?: MailKind }>
  'mail.bounced': On<
    'mail',
    { readonly round: number; readonly state: ToldState; readonly reason: string | null }
  >
  'mail.parked': On<'mail', { readonly kind: MailKind; readonly round: number; readonly reason: string }>
  'mail.asked_again': On<'mail'>
  'mail.retried': On<'mail', { readonly round: number; readonly reason: string }>
  'mail.given_up': On<'mail', { readonly reason: string }>
  'session.started': On<'session'>
  /** One session; or, by staff, so many of a user in the organization. `user`: of the session. */
  'session.ended': On<
    'session' | 'user',
    {
      readonly reason?: string
      readonly user?: string
      readonly sessions?: number
      readonly not_redeemed?: number
    }
  >
  'organization.edited': On<'organization' | 'domain', Changes<OrganizationSetting>>
  'domain.proved': On<'domain'>
  'sso.enabled': On<
    'provider',
    {
      readonly issuer: string
      readonly admission: Admission
      readonly default_role: Role
      readonly members_told: number
    }
  >
  'sso.edited': On<'provider', Changes<ProviderSetting> & TrustChanges>
  'sso.disabled': On<'provider', { readonly members: number; readonly sessions: number }>
  'staff.acted': Loose<
    'attempt' | 'mail' | 'person' | 'retry' | 'user' | 'organization' | 'provider' | 'application',
    StaffActed
  >
  /** `reason`: why claims were looked at that are hidden else. */
  'staff.viewed': On<'attempt', { readonly reason?: string }>
  'staff.decoded': On<'workflow', { readonly payloads: number; readonly failed: number }>
  'staff.signed_in': { readonly target: null; readonly data: { readonly roles: readonly StaffRole[] } }
}

export type AuditEventName = keyof AuditEvents
export type AuditTarget<Event extends AuditEventName> = AuditEvents[Event]['target']
export type AuditData<Event extends AuditEventName> = AuditEvents[Event]['data']
