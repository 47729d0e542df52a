import type { z } from 'zod'
import type { MailState } from '../domain/mail.js'
import { maskedAddress, maskedSubject } from '../domain/masked.js'
import type { Attempt } from '../store/attempts.js'
import type { Proof } from '../store/proofs.js'
import type { Session } from '../store/sessions.js'
import type { Situation } from './acts/situation.js'
import { hasEnded } from './ended-attempt.js'
import type { EndedAttempt } from './ended-attempt.js'
import type { attemptSchema, outcomeSchema, proofSchema, sessionSchema } from './schemas.js'

/** Domain objects as the JSON of spec: http. Nothing leaves the API that is not named here. */
export const presentOutcome = ({
  outcome,
  outcomeUserId,
  restricted,
  returnTo,
}: EndedAttempt): z.infer<typeof outcomeSchema> => ({
  result: outcome.result,
  ...(outcome.how === undefined ? {} : { how: outcome.how }),
  ...(outcome.code === undefined ? {} : { code: outcome.code }),
  ...(outcome.declined === undefined ? {} : { declined: outcome.declined }),
  ...(outcome.result === 'signed_in'
    ? { ...waiting(restricted), user_id: outcomeUserId, return_to: returnTo }
    : {}),
})

/** Signed in, and without access for want of a seat. */
const waiting = (restricted: boolean) => (restricted ? ({ code: 'membership_restricted' } as const) : {})

export const presentAttempt = (
  attempt: Attempt,
  situation: Situation | null,
  mail: MailState | null,
  session: Session | null,
): z.infer<typeof attemptSchema> => ({
  id: attempt.id,
  organization: attempt.provider.organization.slug,
  provider: attempt.provider.name,
  stage: attempt.stage,
  identity:
    situation === null
      ? null
      : {
          email: situation.claims.email?.address ?? null,
          name: situation.claims.name === '' ? null : situation.claims.name,
          subject_hint: maskedSubject(situation.claims.subject),
        },
  session_user: session === null ? null : { id: session.user.id, name: session.user.name },
  ...(attempt.stage === 'awaiting_decision' && situation !== null
    ? presentOffers(situation)
    : nothingOffered),
  second_factor_required:
    !hasEnded(attempt) &&
    (attempt.awaitsSecondFactor || (situation !== null && situation.lackSecondFactor.length > 0)),
  sign_in_again_required: !hasEnded(attempt) && attempt.staleSignIn,
  outcome: hasEnded(attempt) ? presentOutcome(attempt) : null,
  mail,
  expires_at: attempt.expiresAt.toISOString(),
})

const nothingOffered = { offers: [], proofs: [], address_proof_required: false, replaces: [], version: null }

const presentOffers = ({ claims, offers, proofs, addressProof, replaced, version }: Situation) => ({
  offers: [...offers.choices],
  proofs: proofs.map(presentProof),
  address_proof_required: claims.email === null && addressProof === null,
  replaces: (['link', 'merge'] as const).filter((choice) => replaced[choice].length > 0),
  version,
})

/** As it is asked for: another identity is a proof of kind `provider`. */
export const presentProof = ({
  kind,
  userId,
  canonicalEmail,
  expiresAt,
}: Pick<Proof, 'kind' | 'userId' | 'canonicalEmail' | 'expiresAt'>): z.infer<typeof proofSchema> => ({
  kind: kind === 'identity' ? 'provider' : kind,
  user_hint: canonicalEmail === null ? maskedSubject(userId ?? '') : maskedAddress(canonicalEmail),
  expires_at: expiresAt.toISOString(),
})

export const presentSession = (session: Session): z.infer<typeof sessionSchema> => ({
  user: { id: session.user.id, name: session.user.name },
  organization: session.organization.slug,
  attempt_id: session.attemptId,
  authenticated_at: session.authenticatedAt.toISOString(),
  methods: [...session.methods],
  expires_at: session.expiresAt.toISOString(),
  ...waiting(session.restricted),
})
