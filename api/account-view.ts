import type { Context } from 'koa'
import type { FieldError } from '../domain/errors.js'
import { isAllowed } from '../domain/permissions.js'
import type { Session } from '../store/sessions.js'
import { renderAccountPage } from '../views/pages/account.js'
import type { ApiDependencies } from './dependencies.js'
import { localeOf } from './request.js'

/** What was posted and refused, to be shown again. */
interface RefusedAddress {
  readonly errors: readonly FieldError[]
  readonly typed: string | undefined
}

/** The account's first page. */
export const renderAccount = async (
  { database, supportContact }: Pick<ApiDependencies, 'database' | 'supportContact'>,
  context: Context,
  session: Session,
  refused?: RefusedAddress,
): Promise<string> => {
  const { organization } = session
  const [emails, mails, invitations, role] = await Promise.all([
    database.users.listEmails(session.user.id),
    database.mail.statesForUser(session.user.id),
    database.offeredInvitations.list(session.user.id),
    database.roster.roleOf(organization.id, session.user.id),
  ])
  return renderAccountPage({
    locale: localeOf(context),
    now: new Date(),
    user: { name: session.user.name === '' ? undefined : session.user.name },
    organization,
    restricted: session.restricted,
    runs: role !== null && isAllowed(role, 'organization:read') ? organization : undefined,
    provider: session.providerDisplayName === null ? undefined : { displayName: session.providerDisplayName },
    addresses: emails.map((email) => ({
      id: email.id,
      address: email.address,
      primary: email.isPrimary,
      confirmed: email.verified,
      mail: mails.find(({ userEmailId }) => userEmailId === email.id),
    })),
    invitations: invitations.map(({ id, organization, role }) => ({
      id,
      organization: organization.name,
      role,
    })),
    errors: refused?.errors,
    typed: refused?.typed,
    supportContact,
  })
}
