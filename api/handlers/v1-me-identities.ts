import { accountActor, idInPath, named } from '../account-actor.js'
import { identitiesSchema, identitySchema } from '../account-schemas.js'
import { requireSession } from '../acts/current-session.js'
import { unlinkIdentity } from '../acts/unlink-identity.js'
import { answerOnce } from '../idempotency-key.js'
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

export const getV1MeIdentity: Handler = (dependencies) => ({
  method: 'GET',
  path: '/v1/me/identities/:id',
  access: 'session',
  contract: { summary: 'One of its identities', answers: { 200: identitySchema } },
  async handle(context) {
    const { user } = await requireSession(dependencies, context)
    const { identities } = await dependencies.database.signInMethods.list(user.id)
    context.body = presentIdentity(named(identities, idInPath(context)))
  },
})

export const deleteV1MeIdentity: Handler = (dependencies) => ({
  method: 'DELETE',
  path: '/v1/me/identities/:id',
  access: 'session',
  contract: {
    summary: 'Unlink an identity, and end what rests on it',
    answers: { 204: null },
    idempotent: true,
  },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    const id = idInPath(context)
    await answerOnce(dependencies, context, {
      owner: { userId: actor.session.user.id },
      act: (keeping) => unlinkIdentity(keeping, actor, id),
    })
  },
})
