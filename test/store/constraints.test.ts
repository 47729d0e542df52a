import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { constraintCodes, violatedConstraint } from '../../store/constraints.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { claimsOf, createWorld, decisionOf } from './world.js'
import type { World } from './world.js'

let test: TestDatabase
let world: World
let organizationId: string
let providerId: string
beforeAll(async () => {
  test = await createTestDatabase()
  world = createWorld(test.pool)
  organizationId = await world.organization()
  providerId = await world.provider(organizationId)
})
afterAll(() => test.drop())

const decide = (attemptId: string, idempotencyKey: string): Promise<void> =>
  world.database.decisions.accept(decisionOf(attemptId, 'cancel', idempotencyKey))

type Mapped = keyof typeof constraintCodes
/** What a request may bring about, through the stores as the product calls them. */
const violations: Record<Mapped, readonly (() => Promise<unknown>)[]> = {
  identities_one_owner: [
    async () => {
      await world.database.identities.create(await world.user(), providerId, claimsOf('shared'))
      await world.database.identities.create(await world.user(), providerId, claimsOf('shared'))
    },
  ],
  identities_one_per_provider: [
    async () => {
      const userId = await world.user()
      await world.database.identities.create(userId, providerId, claimsOf('former'))
      await world.database.identities.create(userId, providerId, claimsOf('second'))
    },
  ],
  user_emails_verified_holder: [
    async () => {
      const email = world.email()
      await world.user(email, true)
      await world.user(email, true)
    },
    async () => {
      const email = world.email()
      const [address] = await world.database.users.listEmails(await world.user(email, false))
      await world.user(email, true)
      await world.database.users.markVerified(address?.id ?? '')
    },
  ],
  user_emails_once: [
    async () => {
      const email = world.email()
      const userId = await world.user(email)
      await world.database.addresses.add(userId, { ...email, address: email.address.toUpperCase() })
    },
  ],
  decisions_pkey: [
    async () => {
      const attemptId = await world.waitingAttempt(providerId)
      await decide(attemptId, 'one')
      await decide(attemptId, 'other')
    },
  ],
  decisions_idempotency_key_length: [
    async () => decide(await world.waitingAttempt(providerId), ''),
    async () => decide(await world.waitingAttempt(providerId), 'k'.repeat(201)),
  ],
}

/** Why no request violates the others, whatever it holds and whenever it comes. */
const impossible: Readonly<Record<string, readonly string[]>> = {
  'the database draws the key': [
    'attempts_pkey audit_events_pkey domains_pkey identities_pkey invitations_pkey mail_messages_pkey mail_tries_pkey',
    'applications_pkey organizations_pkey providers_pkey sessions_pkey user_emails_pkey users_pkey proofs_pkey email_challenges_pkey mailed_links_pkey',
    'audit_seals_pkey bulk_campaigns_pkey domain_claims_pkey staff_pkey staff_retries_pkey staff_sessions_pkey',
  ],
  '256 random bits do not meet': [
    'attempts_state_unique invitations_token_unique sessions_token_unique user_recovery_codes_once signing_keys_kid_key',
    'staff_sessions_token_unique',
  ],
  'the statement says what to do on conflict': [
    'domains_once invitations_one_open mail_events_once mail_messages_once mail_tries_once organization_members_pkey',
    'applications_once logout_tokens_once signing_keys_pkey organizations_slug_unique providers_name_unique rate_limits_pkey user_passwords_pkey user_totp_pkey',
    'domain_claims_once staff_once staff_retries_once',
  ],
  'the attempt is locked while its session or its code is replaced': [
    'email_challenges_one_live sessions_one_per_attempt',
  ],
  'a change of the primary address takes the former one back first': ['user_emails_one_primary'],
  'what it points to was read in the same transaction or is never deleted': [
    'applications_organization_id_fkey logout_tokens_provider_id_fkey attempts_organization_id_fkey attempts_outcome_identity_id_fkey attempts_outcome_user_id_fkey attempts_provider_id_fkey',
    'attempts_session_user_id_fkey decisions_attempt_id_fkey decisions_session_user_id_fkey domains_organization_id_fkey',
    'domains_provider identities_provider_id_fkey identities_user_id_fkey invitations_accepted_by_fkey',
    'invitations_organization_id_fkey mail_events_try_id_fkey mail_messages_attempt_id_fkey mail_messages_organization_id_fkey',
    'mail_messages_user_email_id_fkey mail_tries_mail_id_fkey organization_members_organization_id_fkey',
    'organization_members_user_id_fkey providers_organization_id_fkey sessions_attempt_id_fkey sessions_identity_id_fkey',
    'sessions_organization_id_fkey sessions_user_id_fkey user_emails_user_id_fkey',
    'attempts_parent_id_fkey decisions_proof_id_fkey email_challenges_attempt_id_fkey proofs_attempt_id_fkey',
    'proofs_provider_id_fkey proofs_user_id_fkey user_passwords_user_id_fkey user_recovery_codes_user_id_fkey',
    'user_totp_user_id_fkey mailed_links_user_id_fkey mailed_links_user_email_id_fkey',
    'bulk_campaigns_organization_id_fkey bulk_campaigns_provider_id_fkey bulk_mails_campaign_id_fkey bulk_mails_mail_id_fkey',
    'bulk_mails_user_id_fkey domain_claims_organization_id_fkey staff_retries_agreed_by_fkey staff_retries_asked_by_fkey',
    'staff_retry_mails_mail_id_fkey staff_retry_mails_retry_id_fkey staff_sessions_staff_id_fkey',
    'proofs_proving_provider_id_fkey idempotency_keys_user_id_fkey',
  ],
  'the value comes from a closed list of our own': [
    'attempts_outcome attempts_outcome_how attempts_stage audit_events_actor_kind decisions_choice invitations_role',
    'mail_events_event mail_messages_kind mail_messages_state mail_tries_state organization_members_role providers_admission',
    'providers_client_authentication providers_default_role providers_serves providers_status users_status',
    'attempts_purpose proofs_kind mailed_links_purpose',
    'bulk_campaigns_kind staff_sessions_roles',
  ],
  'one statement sets all columns that it speaks of': [
    'attempts_code_only_refused attempts_decidable_has_claims attempts_ended_has_outcome attempts_how_only_signed_in',
    'mail_transport_pkey mail_transport_single user_emails_confirmation_whole user_emails_nonce_length',
    'mailed_links_nonce_length',
    'attempts_prove_has_parent attempts_proved_is_child attempts_reauthenticate_serves attempts_fold_has_session attempts_invitation_id_fkey attempts_second_factor_has_claims email_challenges_nonce_length proofs_of_something proofs_version_of_user',
    'attempts_address_index_length audit_seals_hash_length',
    'attempts_declined_is_provider_error proofs_identity_has_proving_provider',
  ],
  'domain/ has checked the text before': [
    'attempts_return_to_path attempts_decision_page_absolute attempts_host_origin_only identities_subject_shape user_emails_address_length users_name_length',
    'domain_claims_name_canonical staff_name_length staff_retries_key_length',
    'idempotency_keys_length idempotency_keys_address_index_length',
  ],
  'the statement takes only rows that are not there yet, or not that far': [
    'attempts_extensions bulk_mails_once staff_retries_two_people staff_retry_mails_once',
    'idempotency_keys_once',
  ],
  'one sealer works under a lock': [
    'audit_sealer_pkey audit_sealer_single audit_seals_event_once audit_unsealed_pkey',
  ],
  'no request sets it, only an operator': [
    'domains_name_canonical organizations_name_length organizations_slug_shape providers_display_name_length providers_name_free providers_name_shape',
    'organizations_seat_limit_positive applications_name_slug applications_has_return_path',
  ],
}

describe('the constraints of the schema', () => {
  it('are all accounted for: a request can violate them and a code tells so, or no request can', async () => {
    const names = await world.rows<{ name: string }>(
      `select conname as name from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n'
         and conrelid <> 'migrations'::regclass
       union all
       select relname from pg_index join pg_class on pg_class.oid = indexrelid
       where indisunique and relnamespace = 'public'::regnamespace
         and not exists (select from pg_constraint where conindid = indexrelid)`,
    )
    const accounted = [
      ...Object.keys(constraintCodes),
      ...Object.values(impossible)
        .flat()
        .flatMap((line) => line.split(' ')),
    ]
    expect(accounted.toSorted()).toEqual(names.map(({ name }) => name).toSorted())
  })

  it.each(
    Object.entries(violations).flatMap(([name, ways]) =>
      ways.map((way, n) => [name as Mapped, n + 1, way] as const),
    ),
  )('%s is told as its code, brought about in way %i', async (name, _n, violate) => {
    const error: unknown = await violate().then(
      () => null,
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({
      constraint: name,
      code: name === 'decisions_idempotency_key_length' ? '23514' : '23505',
    })
    expect(violatedConstraint(error)).toBe(name)
    expect(world.database.refusalOf(error)).toBe(constraintCodes[name])
  })

  it('are told only where one was violated', async () => {
    const unmapped: unknown = await world
      .rows(`insert into organizations (slug, name) values ('A', 'A')`)
      .catch((reason: unknown) => reason)
    expect(unmapped).toMatchObject({ constraint: 'organizations_slug_shape' })
    const others = [
      unmapped,
      null,
      undefined,
      'decisions_pkey',
      {},
      new Error('x'),
      { constraint: 'toString' },
      { constraint: '__proto__' },
      { constraint: 7 },
    ]
    expect(others.map((error) => world.database.refusalOf(error))).toEqual(others.map(() => null))
  })
})
