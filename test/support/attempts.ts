import { randomBytes, randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Choice } from '../../domain/attempt.js'
import { factsFor } from '../../domain/decision-facts.js'
import type { IdentityClaims } from '../../domain/identity-claims.js'
import type { Keyring } from '../../clients/keyring.js'
import type { PipelineRun } from '../../clients/temporal.js'
import type { Database } from '../../store/stores.js'
import { anyNetwork } from './person.js'

interface Parts {
  readonly database: Database
  readonly keyring: Keyring
}

/** An attempt of organization acme that awaits a decision, as the callback leaves it behind, without a browser. */
export const openAttempt = async (
  { database, keyring }: Parts,
  name: string = randomUUID(),
  claims: Partial<IdentityClaims> = {},
): Promise<PipelineRun> => {
  const provider = await database.organizations.findProvider('acme', 'demo')
  if (provider === null) throw new Error('the seed is missing')
  const { id, expiresAt } = await database.attempts.create({
    providerId: provider.id,
    stateHash: keyring.hashToken(randomUUID()),
    browserHash: keyring.hashToken(randomUUID()),
    returnTo: '/account',
    locale: 'en',
    clientNetwork: anyNetwork(),
    sessionId: null,
    sessionUserId: null,
  })
  const address = `${name}@people.example`
  const whole: IdentityClaims = {
    issuer: provider.issuer,
    subject: name,
    email: { address, canonical: address, domain: 'people.example' },
    emailVerified: false,
    name: 'Somebody New',
    locale: null,
    ...claims,
  }
  const claimsSealed = keyring.seal('claims', id, JSON.stringify(whole))
  await database.attempts.awaitDecision(id, { claims: claimsSealed, addressIndex: null })
  return { attemptId: id, organizationId: provider.organization.id, providerId: provider.id, expiresAt }
}

/** Whom an identity is to be attached to: R, whose session the attempt began in, or the account that a proof of it names. */
export interface Target {
  readonly userId: string
  readonly proofId: string | null
}

/** As if the attempt had begun in a session of this user. */
export const pinFor = async (
  { testDatabase: { pool } }: { readonly testDatabase: { readonly pool: pg.Pool } },
  { attemptId, organizationId }: PipelineRun,
  userId: string,
): Promise<Target> => {
  await pool.query(
    `with session as (
       insert into sessions (token_hash, user_id, organization_id, methods, expires_at)
       values ($3, $2, $4, '{provider}', app.now() + interval '1 hour') returning id)
     update attempts set session_user_id = $2, session_id = (select id from session) where id = $1`,
    [attemptId, userId, randomBytes(32), organizationId],
  )
  return { userId, proofId: null }
}

/** As if this browser had shown the password of this user. */
export const proveFor = async (
  { database, keyring }: Parts,
  { attemptId, providerId }: PipelineRun,
  userId: string,
): Promise<Target> => {
  const attempt = await database.attempts.find(attemptId)
  if (attempt === null || attempt.claims === null) throw new Error('no such attempt')
  const claims = JSON.parse(keyring.open('claims', attemptId, attempt.claims)) as IdentityClaims
  const { id } = await database.proofs.insert({
    attemptId,
    kind: 'password',
    providerId,
    issuer: claims.issuer,
    subject: claims.subject,
    userId,
    methodsVersion:
      (await database.transaction((stores) => stores.users.lock(userId)))?.methodsVersion ?? null,
    canonicalEmail: null,
    browserHash: attempt.browserHash,
    provingProviderId: null,
    secondFactor: false,
  })
  return { userId, proofId: id }
}

/** The decision row, as the API writes it; nobody is told. */
export const decideFor = async (
  { database, keyring }: Parts,
  attemptId: string,
  choice: Choice,
  target?: Target,
): Promise<void> => {
  await database.transaction(async (stores) => {
    const attempt = await stores.attempts.find(attemptId)
    if (attempt === null) throw new Error('no such attempt')
    await stores.decisions.accept({
      attemptId,
      choice,
      idempotencyKey: 'test',
      bodyHash: keyring.hashToken(choice),
      input: null,
      facts: factsFor(choice, {
        provider: attempt.provider,
        trusted: false,
        target: target?.userId ?? null,
        holder: null,
      }),
      sessionUserId: attempt.sessionUserId,
      proofId: target?.proofId ?? null,
      replace: false,
    })
  })
}
