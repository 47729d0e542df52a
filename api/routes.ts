import type { ApiDependencies } from './dependencies.js'
import {
  postAccountEmailConfirmation,
  postAccountEmailPrimary,
  postAccountEmailRemove,
  postAccountIdentityUnlink,
  postAccountInvitationAccept,
  postAccountSessionEnd,
  postAccountSessionsEndOthers,
} from './handlers/account-forms.js'
import { deleteV1Me, getAccountDelete, postAccountDelete } from './handlers/account-delete.js'
import {
  getAccountPassword,
  postAccountPassword,
  postAccountPasswordRemove,
} from './handlers/account-password.js'
import {
  getAccountTotp,
  postAccountRecoveryCodes,
  postAccountTotp,
  postAccountTotpBegin,
  postAccountTotpDisable,
} from './handlers/account-totp.js'
import {
  getSecondFactor,
  postSecondFactor,
  postSsoOrganization,
  postV1Session,
} from './handlers/password-sign-in.js'
import {
  getPassword,
  getPasswordLink,
  postPassword,
  postPasswordLink,
  postV1PasswordResets,
  postV1Passwords,
} from './handlers/password-reset.js'
import {
  getReauthentication,
  postReauthentication,
  postReauthenticationIdentity,
  postV1SessionReauthentication,
} from './handlers/reauthentication.js'
import { deleteV1MePassword, getV1MePassword, putV1MePassword } from './handlers/v1-me-password.js'
import {
  deleteV1MeTotp,
  getV1MeTotp,
  postV1MeRecoveryCodes,
  postV1MeTotp,
  putV1MeTotp,
} from './handlers/v1-me-totp.js'
import { getAccountFormer, postAccountFormer, postV1MeFold } from './handlers/account-fold.js'
import { getAccountEvents, getAccountSessions, getAccountSignIn } from './handlers/account-pages.js'
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
import { getAttemptProofs } from './handlers/get-attempt-proofs.js'
import { getNotMe, getProve, postNotMe, postProve } from './handlers/mailed-proof-pages.js'
import { getAttemptEvents } from './handlers/get-attempt-events.js'
import { getCallback } from './handlers/get-callback.js'
import { getContinue } from './handlers/get-continue.js'
import { getHome } from './handlers/get-home.js'
import { getSso } from './handlers/get-sso.js'
import { getSsoOrganization } from './handlers/get-sso-organization.js'
import { getSsoProvider } from './handlers/get-sso-provider.js'
import { getV1Attempt } from './handlers/get-v1-attempt.js'
import { createGetDocs } from './handlers/get-docs.js'
import { createGetOpenapi } from './handlers/get-openapi.js'
import { getLivez, getReadyz } from './handlers/operation.js'
import { postAccountEmails } from './handlers/post-account-emails.js'
import {
  getOrganizationSso,
  postOrganizationDomainCheck,
  postOrganizationDomainRemoval,
  postOrganizationInvitationRemoval,
  postOrganizationInvitations,
  postOrganizationDomains,
  postOrganizationSettings,
} from './handlers/organization-pages.js'
import { postAttemptDecision } from './handlers/post-attempt-decision.js'
import { postAttemptProofs } from './handlers/post-attempt-proofs.js'
import { postAttemptSession } from './handlers/post-attempt-session.js'
import { postBackchannelLogout } from './handlers/post-backchannel-logout.js'
import { postSessionEnd } from './handlers/post-session-end.js'
import { postSsoProvider } from './handlers/post-sso-provider.js'
import { postV1AttemptDecision } from './handlers/post-v1-attempt-decision.js'
import { postV1AttemptProofs } from './handlers/post-v1-attempt-proofs.js'
import { postV1AttemptSession } from './handlers/post-v1-attempt-session.js'
import { postV1Attempts } from './handlers/post-v1-attempts.js'
import { postV1EmailConfirmations } from './handlers/post-v1-email-confirmations.js'
import { postV1SessionToken } from './handlers/post-v1-session-token.js'
import { postWebhooksSendgrid } from './handlers/post-webhooks-sendgrid.js'
import { getV1MeInvitations, postV1MeInvitation } from './handlers/v1-me-invitations.js'
import { getV1MeEvents } from './handlers/v1-me-events.js'
import {
  deleteV1MeEmail,
  getV1MeEmail,
  getV1MeEmails,
  patchV1MeEmail,
  postV1MeEmailConfirmation,
  postV1MeEmails,
} from './handlers/v1-me-emails.js'
import { deleteV1MeIdentity, getV1MeIdentities, getV1MeIdentity } from './handlers/v1-me-identities.js'
import {
  deleteV1MeSession,
  deleteV1MeSessions,
  getV1MeSession,
  getV1MeSessions,
} from './handlers/v1-me-sessions.js'
import { getV1Me } from './handlers/v1-me.js'
import { getProviderDisable, postProviderDisable } from './handlers/provider-disable.js'
import {
  getConnectProvider,
  getOrganizationProvider,
  postConnectProvider,
  postProviderDiscard,
  postProviderReminders,
  postProviderSettings,
  postProviderSetup,
} from './handlers/provider-pages.js'
import {
  deleteV1Domain,
  deleteV1Invitation,
  getV1Invitations,
  getV1Members,
  getV1OrganizationSettings,
  patchV1OrganizationSettings,
  postV1DomainProof,
  postV1Domains,
  postV1Invitations,
} from './handlers/v1-organization.js'
import {
  deleteV1Provider,
  getV1Provider,
  getV1Providers,
  patchV1Provider,
  postV1Providers,
  postV1Reminders,
} from './handlers/v1-organization-providers.js'
import { deleteV1Session, getV1Session } from './handlers/v1-session.js'
import { getChangePassword, getJwks, getRobotsTxt, getSecurityTxt } from './handlers/well-known.js'
import { describeApi } from './openapi.js'
import type { Handler, Route } from './route.js'

/** Every endpoint. Each says who may call it; a test shows the table, so that a new public one is seen in review. */
const handlers: readonly Handler[] = [
  getHome,
  getSso,
  getSsoOrganization,
  postSsoOrganization,
  getSecondFactor,
  postSecondFactor,
  getPassword,
  postPassword,
  getPasswordLink,
  postPasswordLink,
  getSsoProvider,
  postSsoProvider,
  getCallback,
  getAttempt,
  getAttemptEvents,
  postAttemptDecision,
  getAttemptProofs,
  postAttemptProofs,
  getProve,
  postProve,
  getNotMe,
  postNotMe,
  postAttemptSession,
  getKeptConfirm,
  postKeptConfirm,
  getConfirmSignIn,
  getConfirm,
  postConfirm,
  getAccount,
  postAccountEmails,
  postAccountEmailConfirmation,
  postAccountEmailPrimary,
  postAccountEmailRemove,
  getAccountSignIn,
  postAccountIdentityUnlink,
  postAccountInvitationAccept,
  getAccountPassword,
  postAccountPassword,
  postAccountPasswordRemove,
  getAccountTotp,
  postAccountTotp,
  postAccountTotpBegin,
  postAccountTotpDisable,
  postAccountRecoveryCodes,
  getReauthentication,
  postReauthentication,
  postReauthenticationIdentity,
  getAccountDelete,
  postAccountDelete,
  getAccountFormer,
  postAccountFormer,
  getAccountSessions,
  postAccountSessionsEndOthers,
  postAccountSessionEnd,
  getAccountEvents,
  postSessionEnd,
  getOrganizationSso,
  postOrganizationSettings,
  postOrganizationDomains,
  postOrganizationDomainCheck,
  postOrganizationDomainRemoval,
  postOrganizationInvitations,
  postOrganizationInvitationRemoval,
  getConnectProvider,
  postConnectProvider,
  getOrganizationProvider,
  postProviderSetup,
  postProviderDiscard,
  postProviderSettings,
  postProviderReminders,
  getProviderDisable,
  postProviderDisable,
  postV1Attempts,
  getV1Attempt,
  postV1AttemptDecision,
  postV1AttemptProofs,
  postV1AttemptSession,
  getContinue,
  postV1SessionToken,
  getV1Session,
  postV1Session,
  postV1PasswordResets,
  postV1Passwords,
  deleteV1Session,
  postV1SessionReauthentication,
  getV1Me,
  deleteV1Me,
  postV1MeFold,
  getV1MeEmails,
  getV1MeEmail,
  postV1MeEmails,
  postV1MeEmailConfirmation,
  patchV1MeEmail,
  deleteV1MeEmail,
  getV1MeIdentities,
  getV1MeIdentity,
  deleteV1MeIdentity,
  getV1MeSessions,
  getV1MeSession,
  deleteV1MeSessions,
  deleteV1MeSession,
  getV1MePassword,
  putV1MePassword,
  deleteV1MePassword,
  getV1MeTotp,
  postV1MeTotp,
  putV1MeTotp,
  deleteV1MeTotp,
  postV1MeRecoveryCodes,
  getV1MeEvents,
  getV1MeInvitations,
  postV1MeInvitation,
  getV1Providers,
  postV1Providers,
  getV1Provider,
  patchV1Provider,
  deleteV1Provider,
  postV1Reminders,
  getV1Members,
  getV1Invitations,
  postV1Invitations,
  deleteV1Invitation,
  getV1OrganizationSettings,
  patchV1OrganizationSettings,
  postV1Domains,
  postV1DomainProof,
  deleteV1Domain,
  postV1EmailConfirmations,
  postWebhooksSendgrid,
  postBackchannelLogout,
  getJwks,
  getChangePassword,
  getSecurityTxt,
  getRobotsTxt,
  getLivez,
  getReadyz,
  ...getAssets,
]

export const createRoutes = (dependencies: ApiDependencies): Route[] => {
  const routes = handlers.map((handler) => handler(dependencies))
  const api = describeApi(routes, dependencies.publicOrigin)
  return [...routes, createGetOpenapi(api), createGetDocs(api)]
}
