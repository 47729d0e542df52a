import type { Context } from 'koa'
import { z } from 'zod'
import { AppError } from '../../domain/errors.js'
import { domainRecord } from '../../domain/domain-name.js'
import { isAllowed } from '../../domain/permissions.js'
import { settingText } from '../../views/fault-text.js'
import { renderOrganizationSsoPage } from '../../views/pages/organization-sso.js'
import type { OrganizationSsoPageData } from '../../views/pages/organization-sso.js'
import { editOrganization } from '../acts/edit-organization.js'
import { refusedField } from '../acts/draft-provider.js'
import { claimDomain, proveDomain, removeDomain } from '../acts/organization-domains.js'
import { visitOrganization } from '../acts/visit-organization.js'
import type { Visit } from '../acts/visit-organization.js'
import type { ApiDependencies } from '../dependencies.js'
import { orProveFirst } from '../prove-first.js'
import { showRefused } from '../refused-form.js'
import { localeOf, parseBody, queryValue } from '../request.js'
import type { Handler } from '../route.js'
import { settingFields } from '../setting-body.js'

const path = '/organizations/:organization/sso'

/** How an organization signs in, for those who run it. */
export const getOrganizationSso: Handler = (dependencies) => ({
  method: 'GET',
  path,
  access: 'session',
  async handle(context) {
    await show(dependencies, context, await visitOrganization(dependencies, context, 'organization:read'))
  },
})

export const postOrganizationSettings: Handler = orProveFirst([], (dependencies) => ({
  method: 'POST',
  path: `${path}/settings`,
  access: 'session',
  handle: (context) =>
    change(dependencies, context, async (visit) => {
      const body = parseBody(context, settingsForm)
      const seats = body.seat_limit.trim()
      if (!/^([1-9]\d{0,8})?$/.test(seats))
        throw refusedField('seat_limit', settingText(localeOf(context), 'seats'))
      await editOrganization(dependencies, visit, {
        seatLimit: seats === '' ? null : Number(seats),
        requireSecondFactor: body.require_second_factor !== undefined,
      })
    }),
}))

export const postOrganizationDomains: Handler = (dependencies) => ({
  method: 'POST',
  path: `${path}/domains`,
  access: 'session',
  handle: (context) =>
    change(dependencies, context, async (visit) => {
      await claimDomain(dependencies, visit, domainOf(context), localeOf(context))
    }),
})

export const postOrganizationDomainCheck: Handler = orProveFirst([], (dependencies) => ({
  method: 'POST',
  path: `${path}/domains/check`,
  access: 'session',
  handle: (context) =>
    change(dependencies, context, async (visit) => {
      await proveDomain(dependencies, visit, domainOf(context), localeOf(context))
    }),
}))

export const postOrganizationDomainRemoval: Handler = orProveFirst([], (dependencies) => ({
  method: 'POST',
  path: `${path}/domains/remove`,
  access: 'session',
  handle: (context) =>
    change(dependencies, context, (visit) => removeDomain(dependencies, visit, domainOf(context))),
}))

const settingsForm = z.object({
  seat_limit: z.string().default(''),
  require_second_factor: z.string().optional(),
})

const domainOf = (context: Context): string =>
  parseBody(context, z.object({ domain: settingFields(localeOf(context)).domain })).domain

/** Carries a form out and shows the page anew; or says on the page what is wrong with it. */
const change = async (
  dependencies: ApiDependencies,
  context: Context,
  act: (visit: Visit) => Promise<void>,
): Promise<void> => {
  const visit = await visitOrganization(dependencies, context, 'organization:write')
  try {
    await act(visit)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { domain, seat_limit: seats } = showRefused(context, error)
    // A domain that stands on the page with its record is not typed anew.
    const typed = context.path.endsWith('/domains') ? domain : undefined
    await show(dependencies, context, visit, {
      errors: error.details.errors,
      values: { domain: typed, seats },
    })
    return
  }
  context.status = 303
  context.redirect(`/organizations/${visit.organization.slug}/sso?saved=true`)
}

const show = async (
  { database }: ApiDependencies,
  context: Context,
  { organization, role }: Visit,
  refused: Pick<OrganizationSsoPageData, 'errors' | 'values'> = {},
): Promise<void> => {
  const [providers, domains, settings, members] = await Promise.all([
    database.providers.list(organization.id),
    database.domains.list(organization.id),
    database.organizationSettings.find(organization.id),
    database.roster.count(organization.id),
  ])
  const canEdit = isAllowed(role, 'organization:write')
  context.body = renderOrganizationSsoPage({
    locale: localeOf(context),
    organization,
    canEdit,
    members: members.all,
    seatsTaken: members.all - members.restricted,
    providers,
    domains: domains.map(({ name, token, provedAt }) => ({
      name,
      proved: provedAt !== null,
      record: provedAt === null && token !== null && canEdit ? domainRecord(name, token) : undefined,
    })),
    settings,
    saved: queryValue(context, 'saved') === 'true',
    ...refused,
  })
}
