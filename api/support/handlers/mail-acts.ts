import { z } from 'zod'
import { giveUpMail } from '../../../support/give-up-mail.js'
import { retryMail } from '../../../support/retry-mail.js'
import { steerTransport } from '../../../support/steer-transport.js'
import { pathPart } from '../../request.js'
import { actOf, actOnce, actRoutes, reasonBody } from '../act-routes.js'
import type { SupportHandler } from '../route.js'
import { demandWhole, scopedMail } from '../scope.js'

export const postRetryMail: SupportHandler = (dependencies) =>
  actRoutes({
    path: '/mails/:mail/retry',
    role: 'operate',
    label: 'Send it once more',
    place: 'mails',
    body: reasonBody.extend({
      email: z.string().max(1000).optional(),
      seen_round: z.coerce.number().int().optional(),
    }),
    async carryOut(context, staff, { email, seen_round: seenRound, ...body }) {
      const { id } = await scopedMail(dependencies, context, staff)
      const wish = {
        mailId: id,
        ...actOf(staff, body),
        ...(email === undefined ? {} : { email }),
        ...(seenRound === undefined ? {} : { seenRound }),
      }
      const done = () => ({ id, accepted: true })
      return actOnce(dependencies, context, wish, (keeping) => retryMail(keeping, wish), done)
    },
    backTo: (context) => `/mails/${pathPart(context, 'mail')}`,
  })

export const postGiveUpMail: SupportHandler = (dependencies) =>
  actRoutes({
    path: '/mails/:mail/give-up',
    role: 'operate',
    label: 'Give it up',
    place: 'mails',
    body: reasonBody,
    async carryOut(context, staff, body) {
      const { id } = await scopedMail(dependencies, context, staff)
      const wish = { mailId: id, ...actOf(staff, body) }
      const done = () => ({ id, accepted: true })
      return actOnce(dependencies, context, wish, (keeping) => giveUpMail(keeping, wish), done)
    },
    backTo: (context) => `/mails/${pathPart(context, 'mail')}`,
  })

const transport = (act: 'pause' | 'resume'): SupportHandler => {
  return (dependencies) =>
    actRoutes({
      path: `/transport/${act}`,
      role: 'admin',
      label: act === 'pause' ? 'Pause for an hour' : 'Resume',
      place: 'mails',
      body: reasonBody,
      async carryOut(context, staff, body) {
        demandWhole(staff)
        const wish = { act, ...actOf(staff, body) }
        return actOnce(
          dependencies,
          context,
          wish,
          (keeping) => steerTransport(keeping, wish),
          (pausedUntil) => ({ paused_until: pausedUntil?.toISOString() ?? null }),
        )
      },
      backTo: () => '/mails',
    })
}

export const postPause = transport('pause')
export const postResume = transport('resume')
