import { z } from 'zod'
import { accountActor, idInPath, named } from '../account-actor.js'
import { emailSchema, emailsSchema } from '../account-schemas.js'
import { addEmail } from '../acts/add-email.js'
import { requireSession } from '../acts/current-session.js'
import { makeEmailPrimary } from '../acts/make-email-primary.js'
import { removeEmail } from '../acts/remove-email.js'
import { resendConfirmation } from '../acts/resend-confirmation.js'
import { answerOnce } from '../idempotency-key.js'
import { presentEmail, presentWhole } from '../present-account.js'
import { parseBody } from '../request.js'
import type { Handler } from '../route.js'

export const getV1MeEmails: Handler = (dependencies) => ({
  method: 'GET',
  path: '/v1/me/emails',
  access: 'session',
  contract: { summary: 'Its addresses', answers: { 200: emailsSchema } },
  async handle(context) {
    const { user } = await requireSession(dependencies, context)
    const { users, mail } = dependencies.database
    const [emails, mails] = await Promise.all([users.listEmails(user.id), mail.statesForUser(user.id)])
    context.body = presentWhole(
      emails.map((email) =>
        presentEmail(email, mails.find(({ userEmailId }) => userEmailId === email.id)?.state ?? null),
      ),
    )
  },
})

export const getV1MeEmail: Handler = (dependencies) => ({
  method: 'GET',
  path: '/v1/me/emails/:id',
  access: 'session',
  contract: { summary: 'One of its addresses', answers: { 200: emailSchema } },
  async handle(context) {
    const { user } = await requireSession(dependencies, context)
    const id = idInPath(context)
    const { users, mail } = dependencies.database
    const [emails, mails] = await Promise.all([users.listEmails(user.id), mail.statesForUser(user.id)])
    const state = mails.find(({ userEmailId }) => userEmailId === id)?.state ?? null
    context.body = presentEmail(named(emails, id), state)
  },
})

const newEmail = z.object({ email: z.string().max(1000) })

export const postV1MeEmails: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/me/emails',
  access: 'session',
  contract: {
    summary: 'Add an address, which is confirmed by mail',
    body: newEmail,
    answers: { 201: emailSchema },
    idempotent: true,
  },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    const body = parseBody(context, newEmail)
    await answerOnce(dependencies, context, {
      owner: { userId: actor.session.user.id },
      body,
      act: (keeping) => addEmail(keeping, actor, body.email),
      present: (email) => ({ status: 201, body: presentEmail(email, 'queued') }),
    })
  },
})

const queued = z.object({ mail: z.literal('queued') })

export const postV1MeEmailConfirmation: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/me/emails/:id/confirmation',
  access: 'session',
  contract: {
    summary: 'Mail the confirmation of an address once more',
    answers: { 202: queued },
    idempotent: true,
  },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    const id = idInPath(context)
    await answerOnce(dependencies, context, {
      owner: { userId: actor.session.user.id },
      act: (keeping) => resendConfirmation(keeping, actor, id),
      present: () => ({ status: 202, body: { mail: 'queued' } }),
    })
  },
})

const change = z.object({ primary: z.literal(true) })

export const patchV1MeEmail: Handler = (dependencies) => ({
  method: 'PATCH',
  path: '/v1/me/emails/:id',
  access: 'session',
  contract: {
    summary: 'Make a confirmed address the primary one',
    body: change,
    answers: { 204: null },
    idempotent: true,
  },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    const body = parseBody(context, change)
    const id = idInPath(context)
    await answerOnce(dependencies, context, {
      owner: { userId: actor.session.user.id },
      body,
      act: (keeping) => makeEmailPrimary(keeping, actor, id),
    })
  },
})

export const deleteV1MeEmail: Handler = (dependencies) => ({
  method: 'DELETE',
  path: '/v1/me/emails/:id',
  access: 'session',
  contract: { summary: 'Remove an address', answers: { 204: null }, idempotent: true },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    const id = idInPath(context)
    await answerOnce(dependencies, context, {
      owner: { userId: actor.session.user.id },
      act: (keeping) => removeEmail(keeping, actor, id),
    })
  },
})
