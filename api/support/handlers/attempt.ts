import type { Context } from 'koa'
import { hasRole, maxExtensions } from '../../../domain/support.js'
import type { Attempt } from '../../../store/attempts.js'
import type { StaffSession } from '../../../store/staff.js'
import { renderAttemptConsolePage } from '../../../views/pages/support/attempt.js'
import type { AttemptPageData } from '../../../views/pages/support/attempt.js'
import { detailsOf } from '../../../views/pages/support/sentences.js'
import { maskedRecipient } from '../../../support/masked-recipient.js'
import { clientNetwork, parseBody, pathPart } from '../../request.js'
import { showActAgain } from '../act-again.js'
import { actOf, reasonBody } from '../act-routes.js'
import { recordOf } from '../attempt-record.js'
import type { AttemptRecord } from '../attempt-record.js'
import type { SupportDependencies } from '../dependencies.js'
import { liveEvents } from '../live-pages.js'
import { maskClaims, presentAttempt, presentEntry, revealClaims } from '../present.js'
import type { MaskedClaims } from '../present.js'
import type { SupportHandler } from '../route.js'
import { scopedAttempt } from '../scope.js'
import { viewerOf } from '../viewer.js'

export const getAttempt: SupportHandler = (dependencies) => ({
  method: 'GET',
  path: '/attempts/:attempt',
  role: 'view',
  async handle(context, staff) {
    const record = await openRecord(dependencies, context, staff)
    context.body = await renderRecord(dependencies, staff, record)
  },
})

export const getV1Attempt: SupportHandler = (dependencies) => ({
  method: 'GET',
  path: '/v1/support/attempts/:attempt',
  role: 'view',
  async handle(context, staff) {
    const { attempt, story, claims } = await openRecord(dependencies, context, staff)
    context.body = presentAttempt(dependencies, attempt, story, claims === null ? null : maskClaims(claims))
  },
})

export const getV1Timeline: SupportHandler = (dependencies) => ({
  method: 'GET',
  path: '/v1/support/attempts/:attempt/timeline',
  role: 'view',
  async handle(context, staff) {
    const { entries } = await openRecord(dependencies, context, staff)
    context.body = { items: entries.map(presentEntry), next: null }
  },
})

/** All of it as one file, for a ticket; masked like the page. */
export const getDownload: SupportHandler = (dependencies) => ({
  method: 'GET',
  path: '/attempts/:attempt/download',
  role: 'view',
  async handle(context, staff) {
    const { attempt, story, claims, entries } = await openRecord(dependencies, context, staff)
    context.attachment(`sign-in-${attempt.id}.json`)
    context.type = 'application/json'
    context.body = JSON.stringify(
      {
        ...presentAttempt(dependencies, attempt, story, claims === null ? null : maskClaims(claims)),
        timeline: entries.map(presentEntry),
      },
      null,
      2,
    )
  },
})

const viewing = (context: Context, staff: StaffSession, attempt: Attempt) =>
  ({
    event: 'staff.viewed',
    actor: { kind: 'staff', id: staff.staffId },
    organizationId: attempt.provider.organization.id,
    attemptId: attempt.id,
    target: { kind: 'attempt', id: attempt.id },
    clientNetwork: clientNetwork(context),
    data: {},
  }) as const

/** Whoever opens a sign-in is noted, once an hour however often the page is loaded. */
const openRecord = async (
  dependencies: SupportDependencies,
  context: Context,
  staff: StaffSession,
): Promise<AttemptRecord> => {
  const attempt = await scopedAttempt(dependencies, context, staff)
  await dependencies.database.audit.recordHourly(viewing(context, staff, attempt))
  return recordOf(dependencies, attempt)
}

/** What the provider said, whole, for one view; who looked and why is noted before anything is shown. */
const reveal = async (
  dependencies: SupportDependencies,
  context: Context,
  staff: StaffSession,
): Promise<AttemptRecord> => {
  const attempt = await scopedAttempt(dependencies, context, staff)
  const { reason } = actOf(staff, parseBody(context, reasonBody))
  await dependencies.database.audit.record({ ...viewing(context, staff, attempt), data: { reason } })
  return recordOf(dependencies, attempt)
}

export const postReveal: SupportHandler = (dependencies) => [
  {
    method: 'POST',
    path: '/attempts/:attempt/reveal',
    role: 'view',
    formOn: (context) => `/attempts/${pathPart(context, 'attempt')}`,
    async handle(context, staff) {
      const record = await reveal(dependencies, context, staff)
      context.body = await renderRecord(dependencies, staff, record, true)
    },
    showAgain: (context, error, staff) =>
      showActAgain(context, staff, error, {
        label: 'Show it whole',
        place: 'attempts',
        fields: Object.keys(reasonBody.shape),
        back: '/',
      }),
  },
  {
    method: 'POST',
    path: '/v1/support/attempts/:attempt/claims',
    role: 'view',
    async handle(context, staff) {
      const { claims } = await reveal(dependencies, context, staff)
      context.body = { identity: claims === null ? null : revealClaims(claims) }
    },
  },
]

export const getEvents = liveEvents('/attempts/:attempt/events', 'attempts', scopedAttempt)

const renderRecord = async (
  dependencies: SupportDependencies,
  staff: StaffSession,
  { attempt, story, claims, entries, run, workflowId }: AttemptRecord,
  revealed = false,
): Promise<string> => {
  const { database, temporalUi } = dependencies
  const [current] = await database.attemptStory.listVersions([attempt.id])
  const nextTryAt = run?.pending.find(({ activity }) => activity === 'sendMail')?.nextAt ?? undefined
  return renderAttemptConsolePage({
    viewer: viewerOf(staff),
    attempt: {
      id: attempt.id,
      organization: attempt.provider.organization.name,
      provider: attempt.provider.displayName,
      stage: attempt.stage,
      outcome: attempt.outcome?.result ?? null,
      how: attempt.outcome?.how ?? null,
      code: attempt.outcome?.code ?? null,
      userId: attempt.outcomeUserId,
      clientNetwork: attempt.clientNetwork,
      createdAt: story.createdAt,
      expiresAt: attempt.expiresAt,
    },
    claims: claims === null ? undefined : shown(revealed ? revealClaims(claims) : maskClaims(claims)),
    decision:
      story.decision === null
        ? undefined
        : {
            choice: story.decision.choice,
            facts: detailsOf(story.decision.facts),
            at: story.decision.at,
          },
    mails: story.mails.map((mail) => ({
      id: mail.id,
      kind: mail.kind,
      to: maskedRecipient(dependencies, mail),
      state: mail.state,
      reason: mail.reason,
      nextTryAt: mail.workflowId === workflowId ? nextTryAt : undefined,
    })),
    entries,
    run:
      run === null
        ? undefined
        : {
            status: run.status,
            href:
              temporalUi === null
                ? undefined
                : `${temporalUi.origin}/namespaces/${encodeURIComponent(temporalUi.namespace)}/workflows/${encodeURIComponent(workflowId)}/${run.runId}`,
          },
    acts: actsOn(staff, attempt, story.extensions),
    extensions: story.extensions,
    // A page that shows claims whole must not load itself anew: that would be another view.
    version: revealed ? undefined : current?.version,
  })
}

const actsOn = (
  staff: StaffSession,
  { outcome, stage }: AttemptRecord['attempt'],
  extensions: number,
): AttemptPageData['acts'] => {
  const operates = hasRole(staff.roles, 'operate') && outcome === null && stage !== 'finishing'
  return [
    'reveal',
    ...(operates && stage === 'awaiting_decision' && extensions < maxExtensions ? ['extend' as const] : []),
    ...(operates ? ['cancel' as const] : []),
  ]
}

const shown = ({ email_verified: emailVerified, ...claims }: MaskedClaims) => ({ ...claims, emailVerified })
