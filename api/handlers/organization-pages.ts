import { domainToASCII } from 'node:url'
import type { Context } from 'koa'
import { z } from 'zod'
import { domainRecord } from '../../domain/domain-name.js'
import { parseEmailAddress } from '../../domain/email-address.js'
import { AppError } from '../../domain/errors.js'
import { isAllowed } from '../../domain/permissions.js'
import { roles } from '../../domain/policy.js'
import { isUuid } from '../../domain/uuid.js'
import { settingText } from '../../views/fault-text.js'
import type { Locale } from '../../views/locale.js'
import { paths } from '../../views/paths.js'
import { renderOrganizationSsoPage } from '../../views/pages/organization-sso.js'
import type { OrganizationSsoPageData } from '../../views/pages/organization-sso.js'
import { editOrganization } from '../acts/edit-organization.js'
import { refusedField } from '../acts/draft-provider.js'
import { inviteMember } from '../acts/invite-member.js'
import { claimDomain, proveDomain, removeDomain } from '../acts/organization-domains.js'
import { revokeInvitation } from '../acts/revoke-invitation.js'
import { visitOrganization } from '../acts/visit-organization.js'
import type { Visit } from '../acts/visit-organization.js'
import type { ApiDependencies } from '../dependencies.js'
import { orProveFirst } from '../prove-first.js'
import { showRefused } from '../refused-form.js'
import type { Typed } from '../refused-form.js'
import { localeOf, parseBody, pathPart, queryValue } from '../request.js'
import type { Handler } from '../route.js'
import { settingFields } from '../setting-body.js'
import { isTouched, shownAgain, shownFields } from '../touched-fields.js'
import { typedBefore } from '../typed-before.js'

const path = '/organizations/:organization/sso'
const formOn = (context: Context): string => paths.singleSignOn(pathPart(context, 'organization'))

/** How an organization signs in, for those who run it. */
export const getOrganizationSso: Handler = (dependencies) => ({
  method: 'GET',
  path,
  access: 'session',
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:read')
    const typed = typedBefore(dependencies, context, formOn(context), visit.session.user.id)
    // Other forms of the page have nothing that is typed; their buttons are pressed once more.
    const kept = typed?.['email'] !== undefined || typed?.['seat_limit'] !== undefined
    await show(dependencies, context, visit, kept ? { ...shownOf(typed), kept } : {})
  },
})

export const postOrganizationSettings: Handler = orProveFirst([], (dependencies) => ({
  method: 'POST',
  path: `${path}/settings`,
  access: 'session',
  formOn,
  handle: (context) =>
    change(dependencies, context, async (visit) => {
      const body = parseBody(context, settingsForm)
      const seats = body.seat_limit.trim()
      if (!/^([1-9]\d{0,8})?$/.test(seats))
        throw refusedField('seat_limit', settingText(localeOf(context), 'seats'))
      await editOrganization(dependencies, visit, {
        ...(isTouched(body, 'seat_limit') ? { seatLimit: seats === '' ? null : Number(seats) } : {}),
        ...(isTouched(body, 'require_second_factor')
          ? { requireSecondFactor: body.require_second_factor !== undefined }
          : {}),
      })
    }),
}))

export const postOrganizationDomains: Handler = (dependencies) => ({
  method: 'POST',
  path: `${path}/domains`,
  access: 'session',
  formOn,
  handle: (context) =>
    change(dependencies, context, async (visit) => {
      await claimDomain(dependencies, visit, domainOf(context), localeOf(context))
    }),
})

export const postOrganizationDomainCheck: Handler = orProveFirst([], (dependencies) => ({
  method: 'POST',
  path: `${path}/domains/check`,
  access: 'session',
  formOn,
  handle: (context) =>
    change(dependencies, context, async (visit) => {
      await proveDomain(dependencies, visit, domainOf(context), localeOf(context))
    }),
}))

export const postOrganizationDomainRemoval: Handler = orProveFirst([], (dependencies) => ({
  method: 'POST',
  path: `${path}/domains/remove`,
  access: 'session',
  formOn,
  handle: (context) =>
    change(dependencies, context, (visit) => removeDomain(dependencies, visit, domainOf(context))),
}))

const settingsForm = z.object({
  seat_limit: z.string().default(''),
  require_second_factor: z.string().optional(),
  ...shownFields('seat_limit', 'require_second_factor'),
})

const domainOf = (context: Context): string =>
  parseBody(context, z.object({ domain: settingFields(localeOf(context)).domain })).domain

const invitationForm = (locale: Locale) =>
  z.object({ email: z.string().default(''), role: z.enum(roles, settingText(locale, 'role')) })

export const postOrganizationInvitations: Handler = orProveFirst([], (dependencies) => ({
  method: 'POST',
  path: `${path}/invitations`,
  access: 'session',
  formOn,
  handle: (context) =>
    change(
      dependencies,
      context,
      async (visit) => {
        const locale = localeOf(context)
        const { email: typed, role } = parseBody(context, invitationForm(locale))
        const email = parseEmailAddress(typed, domainToASCII)
        if (email === null) throw refusedField('email', settingText(locale, 'email'))
        await inviteMember(dependencies, visit, email, role, locale)
      },
      'invited',
    ),
}))

/** One that was taken back, or accepted, is gone already: twice is once. */
export const postOrganizationInvitationRemoval: Handler = (dependencies) => ({
  method: 'POST',
  path: `${path}/invitations/remove`,
  access: 'session',
  formOn,
  handle: (context) =>
    change(dependencies, context, async (visit) => {
      const { invitation } = parseBody(context, z.object({ invitation: z.string() }))
      await revokeInvitation(dependencies, visit, invitation).catch((error: unknown) => {
        if (!(error instanceof AppError) || error.code !== 'not_found') throw error
      })
    }),
})

/** Carries a form out and shows the page anew; or says on the page what is wrong with it. @param said what the page says then */
const change = async (
  dependencies: ApiDependencies,
  context: Context,
  act: (visit: Visit) => Promise<void>,
  said: 'saved' | 'invited' = 'saved',
): Promise<void> => {
  const visit = await visitOrganization(dependencies, context, 'organization:write')
  try {
    await act(visit)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const body = showRefused(context, error)
    // A domain that stands on the page with its record is not typed anew.
    const typed = context.path.endsWith('/domains') ? body : { ...body, domain: undefined }
    await show(dependencies, context, visit, { errors: error.details.errors, ...shownOf(typed) })
    return
  }
  context.status = 303
  context.redirect(`/organizations/${visit.organization.slug}/sso?${said}=true`)
}

/** What was typed, in the fields of the page. */
const shownOf = (typed: Typed): Pick<OrganizationSsoPageData, 'values' | 'shown'> => {
  const { domain, seat_limit: seats, email, role } = typed
  return { values: { domain, seats, email, role }, shown: shownAgain(typed) }
}

const invitationsShown = 50

const show = async (
  { database }: ApiDependencies,
  context: Context,
  { organization, role }: Visit,
  refused: Pick<OrganizationSsoPageData, 'errors' | 'values' | 'shown' | 'kept'> = {},
): Promise<void> => {
  const after = queryValue(context, 'after') ?? ''
  const [providers, domains, settings, members, invitations] = await Promise.all([
    database.providers.list(organization.id),
    database.domains.list(organization.id),
    database.organizationSettings.find(organization.id),
    database.roster.count(organization.id),
    database.invitations.list(organization.id, invitationsShown, isUuid(after) ? after : null),
  ])
  const canEdit = isAllowed(role, 'organization:write')
  context.body = renderOrganizationSsoPage({
    locale: localeOf(context),
    organization,
    canEdit,
    now: new Date(),
    members: members.all,
    seatsTaken: members.all - members.restricted,
    invitations: invitations.items,
    moreInvitations: invitations.next ?? undefined,
    providers,
    domains: domains.map(({ name, token, provedAt }) => ({
      name,
      proved: provedAt !== null,
      record: provedAt === null && token !== null && canEdit ? domainRecord(name, token) : undefined,
    })),
    settings,
    saved: queryValue(context, 'saved') === 'true',
    invited: queryValue(context, 'invited') === 'true',
    ...refused,
  })
}
