import { z } from 'zod'
import { AppError } from '../../domain/errors.js'
import { checkIssuer, draftProvider, setProviderClient } from '../acts/draft-provider.js'
import { discardProvider } from '../acts/discard-provider.js'
import { disableProvider } from '../acts/disable-provider.js'
import { editProvider } from '../acts/edit-provider.js'
import { findOwnProvider } from '../acts/find-own-provider.js'
import { remindMembers } from '../acts/remind-members.js'
import type { StartedAttempt } from '../acts/start-attempt.js'
import { startSetup } from '../acts/start-setup.js'
import { visitOrganization } from '../acts/visit-organization.js'
import { attemptsOfBrowser, clearSessionToken, setAttemptSecret } from '../cookies.js'
import { answerOnce } from '../idempotency-key.js'
import { presentLinkMails, presentProvider } from '../present-settings.js'
import { localeOf, parseBody, pathPart, queryValue } from '../request.js'
import type { Handler } from '../route.js'
import { startedAttemptSchema } from '../schemas.js'
import { settingFields } from '../setting-body.js'
import { linkMailsSchema, providerSchema, reminderSchema } from '../setting-schemas.js'

const path = '/v1/organizations/:organization/providers'
const { name, issuer, display_name, client_id, client_secret, admission, default_role } = settingFields('en')

export const getV1Providers: Handler = (dependencies) => ({
  method: 'GET',
  path,
  access: 'session',
  contract: {
    summary: 'Providers of an organization',
    answers: { 200: z.object({ items: z.array(providerSchema), next: z.null() }) },
  },
  async handle(context) {
    const { organization } = await visitOrganization(dependencies, context, 'organization:read')
    const providers = await dependencies.database.providers.list(organization.id)
    const items = providers.map((provider) => presentProvider(dependencies.publicOrigin, provider))
    context.body = { items, next: null }
  },
})

const setupBody = z.object({
  issuer,
  name: name.optional(),
  display_name: display_name.optional(),
  client_id: client_id.optional(),
  client_secret: client_secret.optional(),
  admission: admission.default('invited'),
  default_role: default_role.default('member'),
})

/**
 * Begins the setup of a provider, or goes on with one that is not finished. Without a client it only says which redirect URI to
 * register; with one it begins the sign-in that ends the setup. `?check=true` looks at the issuer and changes nothing.
 */
export const postV1Providers: Handler = (dependencies) => ({
  method: 'POST',
  path,
  access: 'session',
  contract: {
    summary: 'Connect a provider, or check an issuer',
    query: z.object({ check: z.enum(['true', 'false']).optional() }),
    body: setupBody,
    answers: {
      200: z.object({ issuer: z.string() }),
      201: z.object({ provider: providerSchema, attempt: startedAttemptSchema.nullable() }),
    },
    idempotent: {
      without:
        'Sent again it goes on with the same setup, in a sign-in whose secret only the new answer’s cookie holds.',
    },
  },
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    const body = parseBody(context, setupBody)
    if (queryValue(context, 'check') === 'true') {
      context.body = { issuer: await checkIssuer(dependencies, visit, body.issuer, 'en') }
      return
    }
    if (body.name === undefined)
      throw new AppError('bad_request', { errors: [{ field: 'name', message: 'is missing' }] })
    const draft = { name: body.name, displayName: body.display_name ?? body.name, issuer: body.issuer }
    let provider = await draftProvider(dependencies, visit, draft, 'en')
    let attempt: StartedAttempt | null = null
    if (body.client_id !== undefined) {
      const client = {
        clientId: body.client_id,
        clientSecret: body.client_secret,
        admission: body.admission,
        defaultRole: body.default_role,
      }
      provider = await setProviderClient(dependencies, visit, provider, client, 'en')
      const started = await startSetup(dependencies, visit, provider, {
        locale: localeOf(context),
        attemptsOfBrowser: attemptsOfBrowser(context),
      })
      provider = { ...provider, setupFault: started.fault }
      attempt = started.attempt
    }
    if (attempt !== null) setAttemptSecret(context, attempt.id, attempt.browserSecret)
    context.status = 201
    context.body = {
      provider: presentProvider(dependencies.publicOrigin, provider),
      attempt:
        attempt === null
          ? null
          : {
              id: attempt.id,
              authorization_url: attempt.authorizationUrl.href,
              expires_at: attempt.expiresAt.toISOString(),
            },
    }
  },
})

export const getV1Provider: Handler = (dependencies) => ({
  method: 'GET',
  path: `${path}/:provider`,
  access: 'session',
  contract: {
    summary: 'One provider, and how far the mails to its members have come',
    answers: { 200: providerSchema.extend({ link_mails: linkMailsSchema.nullable() }) },
  },
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:read')
    const provider = await findOwnProvider(dependencies, visit, pathPart(context, 'provider'))
    const mails = await dependencies.database.bulkMails.newest(provider.id, 'link_your_account')
    context.body = {
      ...presentProvider(dependencies.publicOrigin, provider),
      link_mails: mails === null ? null : presentLinkMails(mails),
    }
  },
})

const editBody = z.object({
  display_name: display_name.optional(),
  admission: admission.optional(),
  default_role: default_role.optional(),
  require_link: z.boolean().optional(),
})

export const patchV1Provider: Handler = (dependencies) => ({
  method: 'PATCH',
  path: `${path}/:provider`,
  access: 'session',
  contract: {
    summary: 'Change a provider that is in use',
    body: editBody,
    answers: { 200: providerSchema },
    idempotent: true,
  },
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    const body = parseBody(context, editBody)
    const wanted = {
      ...(body.display_name === undefined ? {} : { displayName: body.display_name }),
      ...(body.admission === undefined ? {} : { admission: body.admission }),
      ...(body.default_role === undefined ? {} : { defaultRole: body.default_role }),
      ...(body.require_link === undefined ? {} : { requireLink: body.require_link }),
    }
    await answerOnce(dependencies, context, {
      owner: { userId: visit.session.user.id },
      body,
      act: (keeping) => editProvider(keeping, visit, pathPart(context, 'provider'), wanted, 'en'),
      present: (provider) => ({ status: 200, body: presentProvider(dependencies.publicOrigin, provider) }),
    })
  },
})

/** Switches a provider off; one in setup is discarded. */
export const deleteV1Provider: Handler = (dependencies) => ({
  method: 'DELETE',
  path: `${path}/:provider`,
  access: 'session',
  contract: {
    summary: 'Switch a provider off, or discard one in setup',
    answers: { 204: null },
    idempotent: true,
  },
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    await answerOnce(dependencies, context, {
      owner: { userId: visit.session.user.id },
      async act(keeping) {
        const provider = await findOwnProvider(keeping, visit, pathPart(context, 'provider'))
        if (provider.status === 'setup') await discardProvider(keeping, visit, provider.name)
        else if (!(await disableProvider(keeping, visit, provider.name))) clearSessionToken(context)
      },
    })
  },
})

export const postV1Reminders: Handler = (dependencies) => ({
  method: 'POST',
  path: `${path}/:provider/reminders`,
  access: 'session',
  contract: {
    summary: 'Ask the members without an identity there to link their account',
    answers: { 202: reminderSchema },
    idempotent: true,
  },
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    await answerOnce(dependencies, context, {
      owner: { userId: visit.session.user.id },
      act: (keeping) => remindMembers(keeping, visit, pathPart(context, 'provider')),
      present: (members) => ({ status: 202, body: { members } }),
    })
  },
})
