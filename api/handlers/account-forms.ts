import { accountForm } from '../account-form.js'
import { idInPath } from '../account-actor.js'
import { acceptInvitation } from '../acts/accept-invitation.js'
import { endSessions } from '../acts/end-sessions.js'
import { makeEmailPrimary } from '../acts/make-email-primary.js'
import { removeEmail } from '../acts/remove-email.js'
import { resendConfirmation } from '../acts/resend-confirmation.js'
import { unlinkIdentity } from '../acts/unlink-identity.js'

export const postAccountEmailPrimary = accountForm(
  '/account/emails/:id/primary',
  '/account',
  (dependencies, actor, context) => makeEmailPrimary(dependencies, actor, idInPath(context)),
)

export const postAccountEmailRemove = accountForm(
  '/account/emails/:id/remove',
  '/account',
  (dependencies, actor, context) => removeEmail(dependencies, actor, idInPath(context)),
)

export const postAccountEmailConfirmation = accountForm(
  '/account/emails/:id/confirmation',
  '/account',
  (dependencies, actor, context) => resendConfirmation(dependencies, actor, idInPath(context)),
)

export const postAccountIdentityUnlink = accountForm(
  '/account/identities/:id/unlink',
  '/account/sign-in',
  (dependencies, actor, context) => unlinkIdentity(dependencies, actor, idInPath(context)),
)

export const postAccountSessionEnd = accountForm(
  '/account/sessions/:id/end',
  '/account/sessions',
  (dependencies, actor, context) => endSessions(dependencies, actor, { only: idInPath(context) }),
)

export const postAccountSessionsEndOthers = accountForm(
  '/account/sessions/end-others',
  '/account/sessions',
  (dependencies, actor) => endSessions(dependencies, actor, 'others'),
)

export const postAccountInvitationAccept = accountForm(
  '/account/invitations/:id/accept',
  '/account',
  (dependencies, actor, context) => acceptInvitation(dependencies, actor, idInPath(context)),
)
