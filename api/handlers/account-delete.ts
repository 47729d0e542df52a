import { renderAccountDeletePage } from '../../views/pages/account-delete.js'
import { accountActor } from '../account-actor.js'
import { accountForm } from '../account-form.js'
import { accountPage } from '../account-page.js'
import { deleteAccount } from '../acts/delete-account.js'
import { clearSessionToken } from '../cookies.js'
import { localeOf } from '../request.js'
import type { Handler } from '../route.js'

export const getAccountDelete = accountPage('/account/delete', async ({ database }, context, session) => {
  const { organization } = session
  const ownedAlone = await database.accounts.organizationsWithoutOtherOwner(session.user.id)
  return renderAccountDeletePage({
    locale: localeOf(context),
    organization,
    ownedAlone,
    inviteTo: ownedAlone.includes(organization.name) ? organization : undefined,
  })
})

export const postAccountDelete = accountForm(
  '/account/delete',
  '/account/delete',
  async (dependencies, actor, context) => {
    await deleteAccount(dependencies, actor)
    clearSessionToken(context)
  },
)

export const deleteV1Me: Handler = (dependencies) => ({
  method: 'DELETE',
  path: '/v1/me',
  access: 'session',
  contract: {
    summary: 'Delete the account',
    answers: { 204: null },
    idempotent: { without: 'Sent again it is `not_authenticated`: the account is gone.' },
  },
  async handle(context) {
    await deleteAccount(dependencies, await accountActor(dependencies, context))
    clearSessionToken(context)
    context.status = 204
  },
})
