import { randomUUID } from 'node:crypto'
import type { Choice } from '../../domain/attempt.js'
import { factsFor } from '../../domain/decision-facts.js'
import type { IdentityClaims } from '../../domain/identity-claims.js'
import type { Keyring } from '../../clients/keyring.js'
import type { PipelineRun } from '../../clients/temporal.js'
import type { Database } from '../../store/stores.js'

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
    clientNetwork: '127.0.0.1',
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
  await database.attempts.awaitDecision(id, keyring.seal('claims', id, JSON.stringify(whole)))
  return { attemptId: id, organizationId: provider.organization.id, providerId: provider.id, expiresAt }
}

/** The decision row, as the API writes it; nobody is told. */
export const decideFor = async (
  { database, keyring }: Parts,
  attemptId: string,
  choice: Choice,
): Promise<void> => {
  await database.transaction(async (stores) => {
    const attempt = await stores.attempts.find(attemptId)
    if (attempt === null) throw new Error('no such attempt')
    await stores.decisions.insert({
      attemptId,
      choice,
      idempotencyKey: 'test',
      bodyHash: keyring.hashToken(choice),
      input: null,
      facts: factsFor(choice, { provider: attempt.provider, trusted: false, target: null, holder: null }),
      sessionUserId: null,
      proofId: null,
      replace: false,
    })
    await stores.attempts.markFinishing(attemptId)
  })
}
