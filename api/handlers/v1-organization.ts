import { domainToASCII } from 'node:url'
import { z } from 'zod'
import { parseEmailAddress } from '../../domain/email-address.js'
import { AppError } from '../../domain/errors.js'
import { roles } from '../../domain/policy.js'
import type { Stores } from '../../store/stores.js'
import { editOrganization } from '../acts/edit-organization.js'
import { inviteMember } from '../acts/invite-member.js'
import { claimDomain, proveDomain, removeDomain } from '../acts/organization-domains.js'
import { revokeInvitation } from '../acts/revoke-invitation.js'
import { visitOrganization } from '../acts/visit-organization.js'
import type { Visit } from '../acts/visit-organization.js'
import { answerOnce } from '../idempotency-key.js'
import { pageOfList, pageQuery } from '../page-of-list.js'
import { presentInvitation, presentMember, presentOrganizationSettings } from '../present-settings.js'
import { localeOf, parseBody, pathPart } from '../request.js'
import type { Handler } from '../route.js'
import { settingFields } from '../setting-body.js'
import { invitationSchema, memberSchema, organizationSettingsSchema } from '../setting-schemas.js'

const path = '/v1/organizations/:organization'

export const getV1Members: Handler = (dependencies) => ({
  method: 'GET',
  path: `${path}/members`,
  access: 'session',
  contract: {
    summary: 'Members of an organization',
    query: pageQuery,
    answers: { 200: z.object({ items: z.array(memberSchema), next: z.string().nullable() }) },
  },
  async handle(context) {
    const { organization } = await visitOrganization(dependencies, context, 'organization:read')
    const { limit, after } = pageOfList(context)
    const { items, next } = await dependencies.database.roster.list(organization.id, limit, after ?? null)
    context.body = { items: items.map(presentMember), next }
  },
})

export const getV1Invitations: Handler = (dependencies) => ({
  method: 'GET',
  path: `${path}/invitations`,
  access: 'session',
  contract: {
    summary: 'Open invitations of an organization',
    query: pageQuery,
    answers: { 200: z.object({ items: z.array(invitationSchema), next: z.string().nullable() }) },
  },
  async handle(context) {
    const { organization } = await visitOrganization(dependencies, context, 'organization:read')
    const { limit, after } = pageOfList(context)
    const page = await dependencies.database.invitations.list(organization.id, limit, after ?? null)
    context.body = { items: page.items.map(presentInvitation), next: page.next }
  },
})

const invitationBody = z.object({
  email: z.string().max(254),
  role: z.enum(roles).default('member'),
})

/** Whoever signs in with this address, verified, or follows the link that it is mailed, joins with this role. */
export const postV1Invitations: Handler = (dependencies) => ({
  method: 'POST',
  path: `${path}/invitations`,
  access: 'session',
  contract: {
    summary: 'Invite an address',
    body: invitationBody,
    answers: { 201: invitationSchema },
    idempotent: true,
  },
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    const body = parseBody(context, invitationBody)
    const email = parseEmailAddress(body.email, domainToASCII)
    if (email === null) throw new AppError('email_invalid')
    await answerOnce(dependencies, context, {
      owner: { userId: visit.session.user.id, address: email.canonical },
      body,
      act: (keeping) => inviteMember(keeping, visit, email, body.role, localeOf(context)),
      present: (invitation) => ({ status: 201, body: presentInvitation(invitation) }),
    })
  },
})

export const deleteV1Invitation: Handler = (dependencies) => ({
  method: 'DELETE',
  path: `${path}/invitations/:invitation`,
  access: 'session',
  contract: { summary: 'Take an open invitation back', answers: { 204: null }, idempotent: true },
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    await answerOnce(dependencies, context, {
      owner: { userId: visit.session.user.id },
      act: (keeping) => revokeInvitation(keeping, visit, pathPart(context, 'invitation')),
    })
  },
})

export const getV1OrganizationSettings: Handler = (dependencies) => ({
  method: 'GET',
  path: `${path}/settings`,
  access: 'session',
  contract: { summary: 'Settings of an organization', answers: { 200: organizationSettingsSchema } },
  async handle(context) {
    const { organization } = await visitOrganization(dependencies, context, 'organization:read')
    context.body = await settingsOf(dependencies.database, organization.id)
  },
})

const ofProvider = `is a setting of each provider: PATCH ${path.replace(':organization', '{organization}')}/providers/{provider}`
const ofProviders = { require_link: ofProvider, default_role: ofProvider, admission: ofProvider }

const settingsBody = z.object({
  seat_limit: z.int().min(1).max(1_000_000_000).nullable().optional(),
  require_second_factor: z.boolean().optional(),
})

export const patchV1OrganizationSettings: Handler = (dependencies) => ({
  method: 'PATCH',
  path: `${path}/settings`,
  access: 'session',
  contract: {
    summary: 'Change settings of an organization',
    body: settingsBody,
    answers: { 200: organizationSettingsSchema },
    idempotent: true,
  },
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    const body = parseBody(context, settingsBody, { elsewhere: ofProviders })
    const { seat_limit: seatLimit, require_second_factor: requireSecondFactor } = body
    const wanted = {
      ...(seatLimit === undefined ? {} : { seatLimit }),
      ...(requireSecondFactor === undefined ? {} : { requireSecondFactor }),
    }
    await answerOnce(dependencies, context, {
      owner: { userId: visit.session.user.id },
      body,
      act: (keeping) => editOrganization(keeping, visit, wanted),
      present: settingsAfter(visit, 200),
    })
  },
})

const domainBody = z.object({ domain: settingFields('en').domain })

export const postV1Domains: Handler = (dependencies) => ({
  method: 'POST',
  path: `${path}/settings/domains`,
  access: 'session',
  contract: {
    summary: 'Claim a domain: the answer says which TXT record proves it',
    body: domainBody,
    answers: { 201: organizationSettingsSchema },
    idempotent: true,
  },
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    const body = parseBody(context, domainBody)
    await answerOnce(dependencies, context, {
      owner: { userId: visit.session.user.id },
      body,
      act: (keeping) => claimDomain(keeping, visit, body.domain, 'en'),
      present: settingsAfter(visit, 201),
    })
  },
})

export const postV1DomainProof: Handler = (dependencies) => ({
  method: 'POST',
  path: `${path}/settings/domains/:domain/proof`,
  access: 'session',
  contract: {
    summary: 'Look for the TXT record of a domain',
    answers: { 200: organizationSettingsSchema },
    idempotent: true,
  },
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    await answerOnce(dependencies, context, {
      owner: { userId: visit.session.user.id },
      act: (keeping) => proveDomain(keeping, visit, pathPart(context, 'domain'), 'en'),
      present: settingsAfter(visit, 200),
    })
  },
})

export const deleteV1Domain: Handler = (dependencies) => ({
  method: 'DELETE',
  path: `${path}/settings/domains/:domain`,
  access: 'session',
  contract: { summary: 'Give a domain up', answers: { 204: null }, idempotent: true },
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    await answerOnce(dependencies, context, {
      owner: { userId: visit.session.user.id },
      act: (keeping) => removeDomain(keeping, visit, pathPart(context, 'domain')),
    })
  },
})

/** The settings as an act has left them, told in its own transaction. */
const settingsAfter =
  ({ organization }: Visit, status: number) =>
  async (_: unknown, stores: Stores) => ({ status, body: await settingsOf(stores, organization.id) })

const settingsOf = async (
  { organizationSettings, roster, domains: ownDomains }: Stores,
  organizationId: string,
) => {
  const settings = await organizationSettings.find(organizationId)
  const members = await roster.count(organizationId)
  const domains = await ownDomains.list(organizationId)
  return presentOrganizationSettings(settings, members.all - members.restricted, domains)
}
