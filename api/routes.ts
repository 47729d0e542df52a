import type { ApiDependencies } from './dependencies.js'
import { getAssets } from './handlers/assets.js'
import {
  getConfirm,
  getConfirmSignIn,
  getKeptConfirm,
  postConfirm,
  postKeptConfirm,
} from './handlers/confirm-pages.js'
import { getAccount } from './handlers/get-account.js'
import { getAttempt } from './handlers/get-attempt.js'
import { getAttemptEvents } from './handlers/get-attempt-events.js'
import { getCallback } from './handlers/get-callback.js'
import { getHome } from './handlers/get-home.js'
import { getSso } from './handlers/get-sso.js'
import { getSsoOrganization } from './handlers/get-sso-organization.js'
import { getSsoProvider } from './handlers/get-sso-provider.js'
import { getV1Attempt } from './handlers/get-v1-attempt.js'
import { createGetDocs } from './handlers/get-docs.js'
import { createGetOpenapi } from './handlers/get-openapi.js'
import { getLivez, getReadyz } from './handlers/operation.js'
import { postAttemptDecision } from './handlers/post-attempt-decision.js'
import { postAttemptSession } from './handlers/post-attempt-session.js'
import { postSessionEnd } from './handlers/post-session-end.js'
import { postSsoProvider } from './handlers/post-sso-provider.js'
import { postV1AttemptDecision } from './handlers/post-v1-attempt-decision.js'
import { postV1AttemptSession } from './handlers/post-v1-attempt-session.js'
import { postV1Attempts } from './handlers/post-v1-attempts.js'
import { postV1EmailConfirmations } from './handlers/post-v1-email-confirmations.js'
import { postWebhooksSendgrid } from './handlers/post-webhooks-sendgrid.js'
import { deleteV1Session, getV1Session } from './handlers/v1-session.js'
import { describeApi } from './openapi.js'
import type { Handler, Route } from './route.js'

/** Every endpoint. Each says who may call it; a test shows the table, so that a new public one is seen in review. */
const handlers: readonly Handler[] = [
  getHome,
  getSso,
  getSsoOrganization,
  getSsoProvider,
  postSsoProvider,
  getCallback,
  getAttempt,
  getAttemptEvents,
  postAttemptDecision,
  postAttemptSession,
  getKeptConfirm,
  postKeptConfirm,
  getConfirmSignIn,
  getConfirm,
  postConfirm,
  getAccount,
  postSessionEnd,
  postV1Attempts,
  getV1Attempt,
  postV1AttemptDecision,
  postV1AttemptSession,
  getV1Session,
  deleteV1Session,
  postV1EmailConfirmations,
  postWebhooksSendgrid,
  getLivez,
  getReadyz,
  ...getAssets,
]

export const createRoutes = (dependencies: ApiDependencies): Route[] => {
  const routes = handlers.map((handler) => handler(dependencies))
  const api = describeApi(routes, dependencies.publicOrigin)
  return [...routes, createGetOpenapi(api), createGetDocs(api)]
}
