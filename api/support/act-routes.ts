import type { Context } from 'koa'
import { z } from 'zod'
import type { StaffRole } from '../../domain/support.js'
import type { StaffSession } from '../../store/staff.js'
import { demandReason } from '../../support/act.js'
import type { StaffAct } from '../../support/act.js'
import type { Place } from '../../views/pages/support/frame.js'
import { once } from '../acts/once.js'
import { namedRequest } from '../idempotency-key.js'
import { parseBody } from '../request.js'
import { showActAgain } from './act-again.js'
import type { SupportDependencies } from './dependencies.js'
import type { SupportRoute } from './route.js'

interface Act<Body extends z.ZodObject> {
  /** Of the page's form; the JSON API has the same below `/v1/support`. */
  readonly path: string
  readonly role: StaffRole
  /** What its button says, and the part of the console where it is. */
  readonly label: string
  readonly place: Place
  readonly body: Body
  /** Does it once, however often it is asked. @returns what the JSON API answers */
  readonly carryOut: (context: Context, staff: StaffSession, body: z.output<Body>) => Promise<object>
  /** Where the form's page goes on. */
  readonly backTo: (context: Context, answer: object) => string
}

/** One act as two routes: a form that leads back to a page, and JSON. */
export const actRoutes = <Body extends z.ZodObject>(act: Act<Body>): readonly SupportRoute[] => {
  const common = { method: 'POST', role: act.role } as const
  return [
    {
      ...common,
      path: act.path,
      formOn: (context) => act.backTo(context, {}),
      async handle(context, staff) {
        const answer = await act.carryOut(context, staff, parseBody(context, act.body))
        context.redirect(act.backTo(context, answer))
        context.status = 303
      },
      showAgain(context, error, staff) {
        const fields = Object.keys(act.body.shape)
        return showActAgain(context, staff, error, { ...act, fields, back: act.backTo(context, {}) })
      },
    },
    {
      ...common,
      path: `/v1/support${act.path}`,
      async handle(context, staff) {
        context.body = await act.carryOut(context, staff, parseBody(context, act.body))
      },
    },
  ]
}

/** Why somebody acts. Forms send an empty text where nothing was typed. */
export const reasonBody = z.object({ reason: z.string().optional() })

/** Whom the audit names, and why. @throws AppError as `demandReason` */
export const actOf = (
  staff: StaffSession,
  body: { readonly reason?: string | undefined },
): { actor: string; reason: string } => ({ actor: staff.staffId, reason: demandReason(body.reason) })

/**
 * An act that is done once for all requests of one `Idempotency-Key`, as `once`.
 * @param wish what is asked, and by whom
 * @param typed the key of a form
 */
export const actOnce = async <T>(
  dependencies: SupportDependencies,
  context: Context,
  wish: StaffAct & Readonly<Record<string, unknown>>,
  act: (dependencies: SupportDependencies) => Promise<T>,
  present: (result: T) => object,
  typed?: string,
): Promise<object> => {
  const request = namedRequest(context, { staffId: wish.actor }, wish, typed)
  const answer = await once(dependencies, request, act, (result) => ({ status: 200, body: present(result) }))
  return answer.body ?? {}
}
