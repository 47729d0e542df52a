import type { Context } from 'koa'
import { AppError } from '../../domain/errors.js'
import { maskedAddress } from '../../domain/masked.js'
import { renderMailedProofPage } from '../../views/pages/mailed-proof.js'
import type { MailedProofPageData } from '../../views/pages/mailed-proof.js'
import { currentSession } from '../acts/current-session.js'
import { notMe } from '../acts/not-me.js'
import { holdsSecret } from '../acts/own-attempt.js'
import { proveByLink, readProofLink } from '../acts/prove-by-code.js'
import { situationOf } from '../acts/situation.js'
import { attemptSecret } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import { httpStatus } from '../http-status.js'
import { clientNetwork, localeOf, pathPart } from '../request.js'
import type { Handler } from '../route.js'

/** The link of a mailed code. Looking at it changes nothing, in whichever browser. */
export const getProve: Handler = (dependencies) => ({
  method: 'GET',
  path: '/prove/:token',
  access: 'anyone',
  async handle(context) {
    const link = await readOwn(dependencies, context)
    if (link === null) return
    const situation = await situationOf(dependencies, dependencies.database, link.attempt)
    const address = situation?.ownAddress?.address
    show(dependencies, context, 'ready', {
      address: address === undefined ? undefined : maskedAddress(address),
    })
  },
})

/** Its button: counts only in the browser that holds the attempt's secret. */
export const postProve: Handler = (dependencies) => ({
  method: 'POST',
  path: '/prove/:token',
  access: 'anyone',
  async handle(context) {
    const link = await readOwn(dependencies, context)
    if (link === null) return
    try {
      const proved = await proveByLink(dependencies, link, {
        session: await currentSession(dependencies, context),
        clientNetwork: clientNetwork(context),
      })
      context.status = 303
      context.redirect(`/attempts/${link.attempt.id}${proved.userId !== null ? '' : '/proofs'}`)
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'link_expired') throw error
      show(dependencies, context, 'dead', { attemptId: link.attempt.id })
    }
  },
})

/** "This was not me", of the same mail: a page with one button. */
export const getNotMe: Handler = (dependencies) => ({
  method: 'GET',
  path: '/not-me/:token',
  access: 'anyone',
  async handle(context) {
    const link = await readProofLink(dependencies, pathPart(context, 'token'), 'not-me')
    const ended = link?.attempt.outcome ?? null
    show(dependencies, context, link === null ? 'invalid' : ended === null ? 'not_me' : 'not_me_done')
  },
})

export const postNotMe: Handler = (dependencies) => ({
  method: 'POST',
  path: '/not-me/:token',
  access: 'anyone',
  async handle(context) {
    try {
      await notMe(dependencies, pathPart(context, 'token'), clientNetwork(context))
      show(dependencies, context, 'not_me_done')
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'link_invalid') throw error
      show(dependencies, context, 'invalid')
    }
  },
})

/** The link, where it can still be used and by this browser; else its page says why not. */
const readOwn = async (
  dependencies: ApiDependencies,
  context: Context,
): Promise<Awaited<ReturnType<typeof readProofLink>>> => {
  const link = await readProofLink(dependencies, pathPart(context, 'token'), 'email-challenge')
  if (link === null) {
    show(dependencies, context, 'invalid')
    return null
  }
  const { challenge, attempt } = link
  const isOwn = holdsSecret(dependencies, attempt, attemptSecret(context, attempt.id))
  if (isOwn && challenge.live && attempt.outcome === null) return link
  if (isOwn) show(dependencies, context, 'dead', { attemptId: attempt.id })
  else show(dependencies, context, 'elsewhere')
  return null
}

const status: Readonly<Record<MailedProofPageData['state'], number>> = {
  ready: 200,
  elsewhere: 200,
  dead: httpStatus.link_expired,
  invalid: httpStatus.link_invalid,
  not_me: 200,
  not_me_done: 200,
}

const show = (
  { supportContact }: ApiDependencies,
  context: Context,
  state: MailedProofPageData['state'],
  own: Pick<MailedProofPageData, 'address' | 'attemptId'> = {},
): void => {
  context.status = status[state]
  context.body = renderMailedProofPage({
    locale: localeOf(context),
    state,
    action: context.path,
    supportContact,
    ...own,
  })
}
