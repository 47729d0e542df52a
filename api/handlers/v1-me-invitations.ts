import { accountActor, idInPath } from '../account-actor.js'
import { acceptedInvitationSchema, invitationsSchema } from '../account-schemas.js'
import { acceptInvitation } from '../acts/accept-invitation.js'
import { requireSession } from '../acts/current-session.js'
import { answerOnce } from '../idempotency-key.js'
import { presentInvitation, presentWhole } from '../present-account.js'
import type { Handler } from '../route.js'

export const getV1MeInvitations: Handler = (dependencies) => ({
  method: 'GET',
  path: '/v1/me/invitations',
  access: 'session',
  contract: {
    summary: 'Open invitations that a confirmed address answers',
    answers: { 200: invitationsSchema },
  },
  async handle(context) {
    const { user } = await requireSession(dependencies, context)
    const offered = await dependencies.database.offeredInvitations.list(user.id)
    context.body = presentWhole(offered.map(presentInvitation))
  },
})

export const postV1MeInvitation: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/me/invitations/:id',
  access: 'session',
  contract: { summary: 'Accept an invitation', answers: { 200: acceptedInvitationSchema }, idempotent: true },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    const id = idInPath(context)
    await answerOnce(dependencies, context, {
      owner: { userId: actor.session.user.id },
      act: (keeping) => acceptInvitation(keeping, actor, id),
      present: (accepted) => ({
        status: 200,
        body: { ...presentInvitation(accepted), restricted: accepted.restricted },
      }),
    })
  },
})
