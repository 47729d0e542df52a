import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common'
import type { Duration, RetryPolicy } from '@temporalio/common'
import type { Choice, Outcome } from '../domain/attempt.js'
import type { MailState } from '../domain/mail.js'

/** Names that client, worker and workflow share. Ids, names and search attributes are never encrypted: opaque ids only. */
export const taskQueues = { pipeline: 'auth-pipeline', mail: 'mail' } as const

export const authPipelineWorkflowType = 'AuthPipelineWorkflow'

export interface AuthPipelineInput {
  readonly attemptId: string
  /** Absolute, milliseconds since 1970: a run that is reset or started late keeps the person's deadline. */
  readonly deadline: number
}

export interface AuthPipelineResult {
  readonly outcome: Outcome
  /** How the confirmation ended; absent where there was nothing to confirm. */
  readonly mail?: MailState
}

/**
 * Signals are nudges: they carry no authority and no data, the run reads the decision row. The four decisions are signals of
 * their own name (`Choice`); this one says that something happened to the confirmation.
 */
export type Nudge = Choice | typeof mailNudge | typeof bulkNudge
export const mailNudge = 'mailChanged'
export const bulkNudge = 'backlogChanged'

export const mailDeliveryWorkflowType = 'MailDeliveryWorkflow'

export interface MailDeliveryInput {
  readonly mailId: string
  /** The round that is open. */
  readonly round: number
  /** Support's wish to send it in another round, of runs that began when the wish was no row; one `request` opens one round. */
  readonly retry?: { readonly actor: string; readonly reason: string; readonly request: string }
}

export const bulkMailWorkflowType = 'BulkMailWorkflow'

export interface BulkMailInput {
  readonly organizationId: string
}

/** What support may ask of a run that holds a mail; `SupportRequest` and `RetryRequest` are what it says. */
export const updates = {
  retryEmail: 'retryEmail',
  giveUpEmail: 'giveUpEmail',
  extend: 'extend',
} as const

/** Support gives the person more time: for the first or for the second time. */
export interface ExtendRequest {
  /** As in `SupportRequest`. */
  readonly actor?: string
  readonly reason: string
  /** 1 or 2: asked twice, it counts once. The next one where absent. */
  readonly extension?: number
}

/**
 * What the Web UI shows beside runs, timers and activities, and what updates answer. The codec leaves these texts readable, as
 * they say nothing of anybody.
 */
export const labels = {
  signIn: 'Sign-in of an unknown identity',
  delivery: 'Delivery of one mail',
  bulkMail: 'Mails to the members of an organization',
  decision: 'the person decides',
  confirmation: 'the address is confirmed',
  mail: 'SendGrid',
  retried: 'the mail is sent once more',
  givenUp: 'the mail is given up',
  extended: 'the person gets more time',
} as const

/** Search attributes with their types, as they must be registered on the server. */
export const searchAttributeTypes = {
  AuthOrganization: SearchAttributeType.KEYWORD,
  AuthProvider: SearchAttributeType.KEYWORD,
  AuthStage: SearchAttributeType.KEYWORD,
  AuthOutcome: SearchAttributeType.KEYWORD,
  MailState: SearchAttributeType.KEYWORD,
  DecisionDeadline: SearchAttributeType.DATETIME,
} as const

export const searchAttributes = {
  organization: defineSearchAttributeKey('AuthOrganization', searchAttributeTypes.AuthOrganization),
  provider: defineSearchAttributeKey('AuthProvider', searchAttributeTypes.AuthProvider),
  stage: defineSearchAttributeKey('AuthStage', searchAttributeTypes.AuthStage),
  outcome: defineSearchAttributeKey('AuthOutcome', searchAttributeTypes.AuthOutcome),
  mailState: defineSearchAttributeKey('MailState', searchAttributeTypes.MailState),
  deadline: defineSearchAttributeKey('DecisionDeadline', searchAttributeTypes.DecisionDeadline),
} as const

interface CallPolicy {
  readonly startToCloseTimeout: Duration
  readonly heartbeatTimeout?: Duration
  readonly retry: RetryPolicy
}

/** Every timeout and retry policy of the pipeline. */
export const callPolicies = {
  /**
   * The short leash: two quick local tries, then the same function as a regular activity. A local activity left to its own
   * retries would hold up updates and write three events every eight seconds of a database outage (ARCHITECTURE.md).
   */
  local: {
    startToCloseTimeout: '2s',
    retry: { maximumAttempts: 2, initialInterval: '100ms' },
  },
  durable: {
    startToCloseTimeout: '5s',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5s' },
  },
  /**
   * Tries without cap: the mail's own budget decides when it is parked (`domain/mail.ts`). A worker that died in a send is noticed
   * by the heartbeat that is missing.
   */
  mail: {
    startToCloseTimeout: '12s',
    heartbeatTimeout: '6s',
    retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '5m' },
  },
} as const satisfies Record<string, CallPolicy>

/**
 * How long the server waits for a worker that took a workflow task and may have died with it: somebody looks at the page
 * meanwhile. Longer than two local tries, after which the SDK would have to ask for more time (at 80 %).
 */
export const workflowTaskTimeout = '6s'
