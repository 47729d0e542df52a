import { ownAttempt } from '../acts/own-attempt.js'
import { renderProve } from '../prove-view.js'
import type { Handler } from '../route.js'

/** The page on which an account is proved; looking at it mails nothing. */
export const getAttemptProofs: Handler = (dependencies) => ({
  method: 'GET',
  path: '/attempts/:attempt/proofs',
  access: 'attempt',
  async handle(context) {
    const attempt = await ownAttempt(dependencies, context)
    if (attempt.stage !== 'awaiting_decision') {
      context.status = 303
      context.redirect(`/attempts/${attempt.id}`)
      return
    }
    context.body = await renderProve(dependencies, context, attempt)
  },
})
