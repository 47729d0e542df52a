import type { Context } from 'koa'
import { z } from 'zod'
import { AppError } from '../../domain/errors.js'
import type { FieldError } from '../../domain/errors.js'
import { isAllowed } from '../../domain/permissions.js'
import { reservedProviderNames } from '../../domain/slug.js'
import type { ProviderSettings } from '../../store/providers.js'
import { renderConnectProviderPage } from '../../views/pages/connect-provider.js'
import { renderProviderSettingsPage } from '../../views/pages/provider-settings.js'
import { renderProviderSetupPage } from '../../views/pages/provider-setup.js'
import { demandFreshProof } from '../acts/demand-fresh-proof.js'
import { discardProvider } from '../acts/discard-provider.js'
import { draftProvider, refusedField, setProviderClient } from '../acts/draft-provider.js'
import { editProvider } from '../acts/edit-provider.js'
import { remindIn, remindMembers } from '../acts/remind-members.js'
import { startSetup } from '../acts/start-setup.js'
import { visitOrganization } from '../acts/visit-organization.js'
import type { Visit } from '../acts/visit-organization.js'
import { settingText } from '../../views/fault-text.js'
import { paths } from '../../views/paths.js'
import { attemptsOfBrowser, setAttemptSecret } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import { redirectUri } from '../oidc-provider.js'
import { orProveFirst } from '../prove-first.js'
import { goToProvider, providerOf, providerPath } from '../provider-visit.js'
import { showRefused } from '../refused-form.js'
import { localeOf, parseBody, pathPart, queryValue } from '../request.js'
import type { Handler } from '../route.js'
import { editForm, settingFields, setupForm } from '../setting-body.js'
import { isTouched, shownAgain } from '../touched-fields.js'

const path = '/organizations/:organization/sso'
const formOn = (context: Context): string =>
  paths.singleSignOn(pathPart(context, 'organization'), pathPart(context, 'provider'))

export const getConnectProvider: Handler = orProveFirst(['connect'], (dependencies) => ({
  method: 'GET',
  path: `${path}/connect`,
  access: 'session',
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    // Before anything is typed that would be lost.
    await demandFreshProof(dependencies.database, visit)
    const { organization } = visit
    context.body = renderConnectProviderPage({ locale: localeOf(context), organization })
  },
}))

/** Looks at an issuer and notes it; the page of the new provider says what to register there. */
export const postConnectProvider: Handler = orProveFirst(['connect'], (dependencies) => ({
  method: 'POST',
  path: `${path}/connect`,
  access: 'session',
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    const locale = localeOf(context)
    try {
      const { issuer, name, display_name } = settingFields(locale)
      const body = parseBody(context, z.object({ issuer, name, display_name }))
      const draft = { name: body.name, displayName: body.display_name, issuer: body.issuer }
      const provider = await draftProvider(dependencies, visit, draft, locale)
      goToProvider(context, visit, provider.name)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const values = showRefused(context, error) as Record<string, string>
      const { organization } = visit
      const { errors } = error.details
      context.body = renderConnectProviderPage({ locale, organization, errors, values })
    }
  },
}))

export const getOrganizationProvider: Handler = (dependencies) => ({
  method: 'GET',
  path: providerPath,
  access: 'session',
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:read')
    try {
      await show(dependencies, context, visit, await providerOf(dependencies, context, visit))
    } catch (error) {
      // Forms of the organization's own page post to what could be a provider of this name.
      const isOfForm = reservedProviderNames.includes(pathPart(context, 'provider'))
      if (!isOfForm || !(error instanceof AppError) || error.code !== 'provider_unknown') throw error
      goToProvider(context, visit)
    }
  },
})

/**
 * Stores the client and goes on to the provider: only a sign-in shows that all of it is right. What was typed stands in the form
 * when the account had to be proved once more in between; to register a client takes a while.
 */
export const postProviderSetup: Handler = orProveFirst([':provider'], (dependencies) => ({
  method: 'POST',
  path: `${providerPath}/setup`,
  access: 'session',
  formOn,
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    const locale = localeOf(context)
    const provider = await providerOf(dependencies, context, visit)
    if (provider.status !== 'setup') {
      goToProvider(context, visit, provider.name)
      return
    }
    await orShow(dependencies, context, visit, provider, async () => {
      const body = parseBody(context, setupForm(locale))
      // A page may be older than what another owner has put in its place: no issuer gets the secret of another.
      if (body.issuer !== undefined && body.issuer !== provider.issuer)
        throw refusedField('client_id', settingText(locale, 'issuerChanged'))
      const client = {
        clientId: body.client_id,
        // An empty field keeps the secret of the same client.
        clientSecret:
          body.client_secret === '' && body.client_id === provider.clientId ? undefined : body.client_secret,
        admission: body.admission,
        defaultRole: body.default_role,
      }
      const ready = await setProviderClient(dependencies, visit, provider, client, locale)
      const { attempt } = await startSetup(dependencies, visit, ready, {
        locale,
        attemptsOfBrowser: attemptsOfBrowser(context),
      })
      if (attempt === null) {
        goToProvider(context, visit, provider.name)
        return
      }
      setAttemptSecret(context, attempt.id, attempt.browserSecret)
      context.status = 303
      context.redirect(attempt.authorizationUrl.href)
    })
  },
}))

export const postProviderDiscard: Handler = orProveFirst([':provider'], (dependencies) => ({
  method: 'POST',
  path: `${providerPath}/discard`,
  access: 'session',
  formOn,
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    await discardProvider(dependencies, visit, pathPart(context, 'provider'))
    goToProvider(context, visit)
  },
}))

export const postProviderSettings: Handler = orProveFirst([':provider'], (dependencies) => ({
  method: 'POST',
  path: `${providerPath}/settings`,
  access: 'session',
  formOn,
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    const locale = localeOf(context)
    const provider = await providerOf(dependencies, context, visit)
    await orShow(dependencies, context, visit, provider, async () => {
      const body = parseBody(context, editForm(locale))
      const wanted = {
        ...(isTouched(body, 'display_name') ? { displayName: body.display_name } : {}),
        ...(isTouched(body, 'admission') ? { admission: body.admission } : {}),
        ...(isTouched(body, 'default_role') ? { defaultRole: body.default_role } : {}),
        ...(isTouched(body, 'require_link') ? { requireLink: body.require_link !== undefined } : {}),
      }
      await editProvider(dependencies, visit, provider.name, wanted, locale)
      goToProvider(context, visit, provider.name, '?saved=true')
    })
  },
}))

export const postProviderReminders: Handler = (dependencies) => ({
  method: 'POST',
  path: `${providerPath}/reminders`,
  access: 'session',
  formOn,
  async handle(context) {
    const visit = await visitOrganization(dependencies, context, 'organization:write')
    const name = pathPart(context, 'provider')
    await remindMembers(dependencies, visit, name)
    goToProvider(context, visit, name)
  },
})

/** Does something with a form, or shows the provider's page with what is wrong with it and what was typed. */
const orShow = async (
  dependencies: ApiDependencies,
  context: Context,
  visit: Visit,
  provider: ProviderSettings,
  act: () => Promise<void>,
): Promise<void> => {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const typed = showRefused(context, error)
    const known = settingFields(localeOf(context))
    const shown = {
      ...provider,
      displayName: typed['display_name'] ?? provider.displayName,
      clientId: typed['client_id'] ?? provider.clientId,
      admission: known.admission.safeParse(typed['admission']).data ?? provider.admission,
      defaultRole: known.default_role.safeParse(typed['default_role']).data ?? provider.defaultRole,
      requireLink: typed['require_link'] !== undefined,
    }
    await show(dependencies, context, visit, shown, error.details.errors, shownAgain(typed))
  }
}

const show = async (
  { database, publicOrigin }: ApiDependencies,
  context: Context,
  { organization, role }: Visit,
  provider: ProviderSettings,
  errors?: readonly FieldError[],
  shown?: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  const locale = localeOf(context)
  const canEdit = isAllowed(role, 'organization:write')
  const unlinked = await database.bulkMails.countUnlinked(organization.id, provider.id)
  const pause = await remindIn(database, provider.id)
  const { status } = provider
  if (status === 'setup') {
    if (!canEdit) throw new AppError('wrong_user', { nextPath: `/organizations/${organization.slug}/sso` })
    const settings = await database.organizationSettings.find(organization.id)
    context.body = renderProviderSetupPage({
      locale,
      organization,
      provider,
      redirectUri: redirectUri(publicOrigin, provider.id),
      requireSecondFactor: settings.requireSecondFactor,
      // Whoever sets it up is linked by that.
      unlinked: pause > 0 ? 0 : Math.max(0, unlinked - 1),
      errors,
    })
    return
  }
  const mails = await database.bulkMails.newest(provider.id, 'link_your_account')
  context.body = renderProviderSettingsPage({
    locale,
    organization,
    canEdit,
    provider: { ...provider, status },
    unlinked,
    mails: mails === null ? undefined : { ...mails, waiting: mails.waiting + mails.underWay },
    remindIn: pause,
    saved: queryValue(context, 'saved') === 'true',
    errors,
    shown,
  })
}
