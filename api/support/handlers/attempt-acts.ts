import { z } from 'zod'
import { cancelAttempt } from '../../../support/cancel-attempt.js'
import { extendAttempt } from '../../../support/extend-attempt.js'
import { pathPart } from '../../request.js'
import { actOf, actOnce, actRoutes, reasonBody } from '../act-routes.js'
import type { SupportHandler } from '../route.js'
import { scopedAttempt } from '../scope.js'

export const postCancel: SupportHandler = (dependencies) =>
  actRoutes({
    path: '/attempts/:attempt/cancel',
    role: 'operate',
    label: 'Cancel this sign-in',
    place: 'attempts',
    body: reasonBody,
    async carryOut(context, staff, body) {
      const { id } = await scopedAttempt(dependencies, context, staff)
      const wish = { attemptId: id, ...actOf(staff, body) }
      const done = () => ({ id, outcome: { result: 'cancelled' } })
      return actOnce(dependencies, context, wish, (keeping) => cancelAttempt(keeping, wish), done)
    },
    backTo: (context) => `/attempts/${pathPart(context, 'attempt')}`,
  })

export const postExtend: SupportHandler = (dependencies) =>
  actRoutes({
    path: '/attempts/:attempt/extend',
    role: 'operate',
    label: 'Give 60 minutes more',
    place: 'attempts',
    body: reasonBody.extend({ seen_extensions: z.coerce.number().int().optional() }),
    async carryOut(context, staff, body) {
      const { id } = await scopedAttempt(dependencies, context, staff)
      const wish = { attemptId: id, ...actOf(staff, body) }
      // The run carries it out, not a transaction of ours: kept with the key is how many extensions there were at first.
      const { seen } = (await actOnce(
        dependencies,
        context,
        { ...wish, seen: body.seen_extensions },
        ({ database }) => database.transaction((stores) => stores.attemptSearch.extensionsOf(id)),
        (given) => ({ seen: body.seen_extensions ?? given }),
      )) as { readonly seen: number }
      const expiresAt = await extendAttempt(dependencies, { ...wish, seenExtensions: seen })
      return { id, expires_at: expiresAt.toISOString() }
    },
    backTo: (context) => `/attempts/${pathPart(context, 'attempt')}`,
  })
