import { accountActor, idInPath } from '../account-actor.js'
import { identitiesSchema } from '../account-schemas.js'
import { requireSession } from '../acts/current-session.js'
import { unlinkIdentity } from '../acts/unlink-identity.js'
import { presentIdentity, presentWhole } from '../present-account.js'
import type { Handler } from '../route.js'

export const getV1MeIdentities: Handler = (dependencies) => ({
  method: 'GET',
  path: '/v1/me/identities',
  access: 'session',
  contract: { summary: 'Its identities at providers', answers: { 200: identitiesSchema } },
  async handle(context) {
    const { user } = await requireSession(dependencies, context)
    const { identities } = await dependencies.database.signInMethods.list(user.id)
    context.body = presentWhole(identities.map(presentIdentity))
  },
})

export const deleteV1MeIdentity: Handler = (dependencies) => ({
  method: 'DELETE',
  path: '/v1/me/identities/:id',
  access: 'session',
  contract: { summary: 'Unlink an identity, and end what rests on it', answers: { 204: null } },
  async handle(context) {
    await unlinkIdentity(dependencies, await accountActor(dependencies, context), idInPath(context))
    context.status = 204
  },
})
