import type { IdentityClaims } from '../../domain/identity-claims.js'
import { addressForStaff, maskedName, maskedSubject } from '../../domain/masked.js'
import type { Attempt } from '../../store/attempts.js'
import type { FoundAttempt } from '../../store/attempt-search.js'
import type { AttemptStory, StoryMail } from '../../store/attempt-story.js'
import type { BoardMail } from '../../store/mail-board.js'
import type { SupportDependencies } from './dependencies.js'
import { maskedRecipient } from '../../support/masked-recipient.js'
import type { TimelineEntry } from '../../support/timeline.js'

/** Domain objects as the console's JSON. Nothing leaves the listener that is not named here; addresses are masked. */
export const presentFound = (found: FoundAttempt) => ({
  id: found.id,
  organization: found.organization,
  provider: found.provider,
  stage: found.stage,
  outcome:
    found.outcome === null
      ? null
      : {
          result: found.outcome,
          ...(found.how === null ? {} : { how: found.how }),
          ...(found.code === null ? {} : { code: found.code }),
        },
  mail: found.mail,
  created_at: found.createdAt.toISOString(),
  expires_at: found.expiresAt.toISOString(),
})

type Opens = Pick<SupportDependencies, 'keyring'>

export const presentAttempt = (
  dependencies: Opens,
  attempt: Attempt,
  story: AttemptStory,
  claims: MaskedClaims | null,
) => ({
  id: attempt.id,
  organization: attempt.provider.organization.slug,
  provider: attempt.provider.name,
  stage: attempt.stage,
  outcome: attempt.outcome,
  user_id: attempt.outcomeUserId,
  session_user_id: attempt.sessionUserId,
  client_network: attempt.clientNetwork,
  identity: claims,
  decision:
    story.decision === null
      ? null
      : {
          choice: story.decision.choice,
          facts: story.decision.facts,
          decided_at: story.decision.at.toISOString(),
        },
  extensions: story.extensions,
  mails: story.mails.map((mail) => presentMail(dependencies, mail)),
  created_at: story.createdAt.toISOString(),
  expires_at: attempt.expiresAt.toISOString(),
  ended_at: story.endedAt?.toISOString() ?? null,
})

export const presentEntry = ({ at, source, event, actor, organization, attemptId, data }: TimelineEntry) => ({
  at: at.toISOString(),
  source,
  event,
  actor,
  organization,
  attempt_id: attemptId,
  data,
})

const presentAnyMail = (dependencies: Opens, mail: StoryMail | BoardMail) => ({
  id: mail.id,
  kind: mail.kind,
  organization: mail.organization,
  attempt_id: mail.attemptId,
  to: maskedRecipient(dependencies, mail),
  state: mail.state,
  reason: mail.reason,
  round: mail.round,
  created_at: mail.createdAt.toISOString(),
})

export const presentMail = (dependencies: Opens, mail: StoryMail) => ({
  ...presentAnyMail(dependencies, mail),
  tries: mail.tries.map((one) => ({
    round: one.round,
    try: one.attempt,
    state: one.state,
    provider_said: one.reason,
    started_at: one.startedAt.toISOString(),
    finished_at: one.finishedAt?.toISOString() ?? null,
    events: one.events.map((told) => ({ ...told, at: told.at.toISOString() })),
  })),
})

export const presentBoardMail = (dependencies: Opens, mail: BoardMail) => ({
  ...presentAnyMail(dependencies, mail),
  tries: mail.tries,
})

/** What a provider said of a person, as staff see it before they have said why, and after. */
export type MaskedClaims = ReturnType<typeof maskClaims>

export const maskClaims = (claims: IdentityClaims) => ({
  revealed: false,
  email: claims.email === null ? null : addressForStaff(claims.email.address),
  email_verified: claims.emailVerified,
  name: claims.name === '' ? null : maskedName(claims.name),
  subject: maskedSubject(claims.subject),
  issuer: claims.issuer,
  locale: claims.locale,
})

export const revealClaims = (claims: IdentityClaims): MaskedClaims => ({
  ...maskClaims(claims),
  revealed: true,
  email: claims.email?.address ?? null,
  name: claims.name === '' ? null : claims.name,
  subject: claims.subject,
})
