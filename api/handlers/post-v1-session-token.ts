import { z } from 'zod'
import { AppError } from '../../domain/errors.js'
import { issueApplicationToken } from '../acts/application-token.js'
import { requireSession } from '../acts/current-session.js'
import { hostPageOf } from '../host-page.js'
import { parseBody } from '../request.js'
import type { Handler } from '../route.js'
import { applicationTokenSchema } from '../schemas.js'

const body = z.object({ application: z.string().min(1).max(63), nonce: z.string().max(200).optional() })

export const postV1SessionToken: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/session/token',
  access: 'session',
  forHosts: true,
  contract: {
    summary: 'Tell a registered application of the session’s organization who is signed in',
    body,
    answers: { 201: applicationTokenSchema },
    idempotent: { without: 'Nothing is kept of a token; sent again it makes another one.' },
  },
  async handle(context) {
    const { application: name, nonce } = parseBody(context, body)
    const session = await requireSession(dependencies, context)
    const application = await dependencies.database.applications.find(session.organization.slug, name)
    // An application's page gets its own tokens, not those of another application of its organization.
    const isOwn = application?.origin === (hostPageOf(context)?.origin ?? application?.origin)
    if (application === null || !isOwn) throw new AppError('not_found')
    const { token, expiresAt } = await issueApplicationToken(dependencies, session, application, nonce)
    context.status = 201
    context.body = { token, expires_at: expiresAt.toISOString() }
  },
})
