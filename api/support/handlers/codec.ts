import type { Middleware } from 'koa'
import { z } from 'zod'
import { AppError } from '../../../domain/errors.js'
import { parseAuthPipelineWorkflowId } from '../../../domain/workflow-ids.js'
import { clientNetwork, parseBody } from '../../request.js'
import { grantDecoding } from '../../../support/grant-decoding.js'
import { actOf, actOnce, actRoutes, reasonBody } from '../act-routes.js'
import type { SupportHandler } from '../route.js'
import { demandWhole } from '../scope.js'

export const decodePath = '/codec/decode'

/** Lets the pages of Temporal's Web UI ask, with the cookies of whoever looks at them, and the pages of nobody else. */
export const allowWebUi =
  (uiOrigin: string | undefined): Middleware =>
  async (context, next) => {
    if (context.path !== decodePath) {
      await next()
      return
    }
    const origin = context.get('origin')
    context.set('Vary', 'Origin')
    if (origin !== '' && origin !== uiOrigin) throw new AppError('cross_origin')
    if (origin !== '')
      context.set({
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Credentials': 'true',
        'Access-Control-Allow-Methods': 'POST',
        'Access-Control-Allow-Headers': 'Content-Type, X-Namespace, Authorization',
      })
    if (context.method === 'OPTIONS') context.status = 204
    else await next()
  }

/** Whoever wants to read payloads says why, and may for a quarter of an hour. */
export const postDecodeGrant: SupportHandler = (dependencies) =>
  actRoutes({
    path: '/decoding/grant',
    role: 'admin',
    label: "Read payloads in Temporal's Web UI",
    place: 'audit',
    body: reasonBody,
    async carryOut(context, staff, body) {
      demandWhole(staff)
      const wish = { sessionId: staff.id, ...actOf(staff, body) }
      return actOnce(
        dependencies,
        context,
        wish,
        (keeping) => grantDecoding(keeping, wish),
        (until) => ({ decodes_until: until.toISOString() }),
      )
    },
    backTo: () => '/audit',
  })

const base64 = z.base64()
const decodeBody = z.object({
  payloads: z
    .array(z.object({ metadata: z.record(z.string(), base64).optional(), data: base64.optional() }))
    .max(5_000),
})

/**
 * The codec server of Temporal's Web UI: opens payloads for staff who were granted it just now. Each request is noted, run by run,
 * with what could not be opened; that is given back as it came.
 */
export const postDecode: SupportHandler = (dependencies) => ({
  method: 'POST',
  path: decodePath,
  role: 'admin',
  async handle(context, staff) {
    const { database, openPayload } = dependencies
    demandWhole(staff)
    if (!(await database.staff.mayDecode(staff.id))) throw new AppError('forbidden')
    const { payloads } = parseBody(context, decodeBody)
    const namespace = context.get('x-namespace')
    const opened = payloads.map(({ metadata = {}, data = '' }) => {
      const sealed = {
        metadata: Object.fromEntries(
          Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
        ),
        data: Buffer.from(data, 'base64'),
      }
      try {
        return { ...openPayload(namespace, sealed), failed: false }
      } catch {
        const workflowId = Buffer.from(metadata['workflow-id'] ?? '', 'base64')
          .subarray(0, 200)
          .toString()
          .replaceAll('\0', '\ufffd')
        return { payload: sealed, workflowId, failed: true }
      }
    })
    await database.audit.record(
      ...[...new Set(opened.map(({ workflowId }) => workflowId))].map((workflowId) => {
        const ofRun = opened.filter((one) => one.workflowId === workflowId)
        const failed = ofRun.filter((one) => one.failed).length
        return {
          event: 'staff.decoded' as const,
          actor: { kind: 'staff' as const, id: staff.staffId },
          organizationId: null,
          // What did not open may name any run.
          attemptId: failed > 0 ? null : parseAuthPipelineWorkflowId(workflowId),
          target: { kind: 'workflow' as const, id: workflowId },
          clientNetwork: clientNetwork(context),
          data: { payloads: ofRun.length, failed },
        }
      }),
    )
    context.body = {
      payloads: opened.map(({ payload: { metadata, data } }) => ({
        metadata: Object.fromEntries(
          Object.entries(metadata ?? {}).map(([name, value]) => [
            name,
            Buffer.from(value).toString('base64'),
          ]),
        ),
        data: Buffer.from(data ?? []).toString('base64'),
      })),
    }
  },
})
