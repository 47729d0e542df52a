import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { hasRole, retryAllLimit, secondPersonAbove } from '../../../domain/support.js'
import type { StaffRetry } from '../../../store/staff-retries.js'
import type { StaffSession } from '../../../store/staff.js'
import { refused } from '../../../support/act.js'
import { giveUpMail } from '../../../support/give-up-mail.js'
import { retryMail } from '../../../support/retry-mail.js'
import { renderRetryPage, renderRetryPreviewPage } from '../../../views/pages/support/retries.js'
import { idempotencyKeyOf } from '../../idempotency-key.js'
import { pathPart } from '../../request.js'
import { actOf, actOnce, actRoutes, noteAct, reasonBody } from '../act-routes.js'
import { mailFields, mailWords, readMailFilter, spokenFilter } from '../mail-query.js'
import type { SupportHandler } from '../route.js'
import { demandWhole, scopedMail, scopedRetry } from '../scope.js'
import { viewerOf } from '../viewer.js'

export const postRetryMail: SupportHandler = (dependencies) =>
  actRoutes({
    path: '/mails/:mail/retry',
    role: 'operate',
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
    body: reasonBody,
    async carryOut(context, staff, body) {
      const { id } = await scopedMail(dependencies, context, staff)
      const wish = { mailId: id, ...actOf(staff, body) }
      const done = () => ({ id, accepted: true })
      return actOnce(dependencies, context, wish, (keeping) => giveUpMail(keeping, wish), done)
    },
    backTo: (context) => `/mails/${pathPart(context, 'mail')}`,
  })

/** How many would be sent once more. */
export const getRetryPreview: SupportHandler = ({ database }) => ({
  method: 'GET',
  path: '/mails/retry',
  role: 'operate',
  async handle(context, staff) {
    const words = mailWords(context)
    const matching = await database.mailBoard.matching(readMailFilter(staff, words), retryAllLimit + 1)
    context.body = renderRetryPreviewPage({
      viewer: viewerOf(staff),
      shown: spokenFilter(words),
      count: matching.length,
      limit: retryAllLimit,
      secondPersonAbove,
      filter: words,
      idempotencyKey: randomUUID(),
    })
  },
})

/** No text that Postgres takes holds a NUL. */
const text = z.string().regex(/^[^\0]*$/, 'may hold no NUL')
const words = Object.fromEntries(mailFields.map((name) => [name, text.optional()]))
const retryAllBody = reasonBody.extend({
  ...words,
  /** Of the JSON API; the page's form sends the fields themselves. */
  filter: z.object(words).optional(),
  preview: z.boolean().optional(),
  idempotency_key: text.min(1).max(200).optional(),
})

export const postRetryMails: SupportHandler = (dependencies) =>
  actRoutes({
    path: '/mails/retry',
    role: 'operate',
    body: retryAllBody,
    async carryOut(context, staff, body) {
      const { mailBoard, staffRetries } = dependencies.database
      const filter = readMailFilter(staff, body.filter ?? body)
      const mailIds = await mailBoard.matching(filter, retryAllLimit + 1)
      const needsSecondPerson = mailIds.length > secondPersonAbove
      const counted = {
        count: Math.min(mailIds.length, retryAllLimit),
        needs_second_person: needsSecondPerson,
      }
      if (body.preview === true) return { ...counted, bounded: mailIds.length > retryAllLimit }
      const act = actOf(staff, body)
      const key = (idempotencyKeyOf(context) ?? body.idempotency_key) || randomUUID()
      if (mailIds.length > retryAllLimit) throw refused('too_many_match')
      const { id, isNew } = await dependencies.database.transaction((stores) =>
        stores.staffRetries.ask({
          idempotencyKey: key,
          mailIds,
          reason: act.reason,
          staffId: staff.staffId,
          needsSecondPerson,
        }),
      )
      if (isNew)
        await noteAct(dependencies, act, {
          act: 'retry_many',
          target: { kind: 'retry', id },
          data: { mails: mailIds.length },
        })
      const retry = await staffRetries.find(id)
      return { id, count: retry?.mails ?? 0, needs_second_person: retry?.agreed === false }
    },
    backTo: (_context, answer) => `/retries/${'id' in answer ? String(answer.id) : ''}`,
  })

/** Whoever may be the second person: not who asked, and not somebody who sees less than all. */
const mayAgree = (staff: StaffSession, retry: StaffRetry): boolean =>
  !retry.agreed &&
  retry.askedBy !== staff.staffId &&
  staff.organizations === null &&
  hasRole(staff.roles, 'operate')

export const getRetry: SupportHandler = (dependencies) => ({
  method: 'GET',
  path: '/retries/:retry',
  role: 'view',
  async handle(context, staff) {
    const retry = await scopedRetry(dependencies, context, staff)
    const { askedBy, agreedBy } = retry
    const names = await dependencies.database.staff.names([askedBy, agreedBy ?? askedBy])
    context.body = renderRetryPage({
      viewer: viewerOf(staff),
      retry: {
        ...retry,
        askedBy: names.get(askedBy) ?? askedBy,
        agreedBy: agreedBy === null ? null : (names.get(agreedBy) ?? agreedBy),
      },
      mayAgree: mayAgree(staff, retry),
    })
  },
})

export const postAgree: SupportHandler = (dependencies) =>
  actRoutes({
    path: '/retries/:retry/agree',
    role: 'operate',
    body: z.object({}),
    async carryOut(context, staff) {
      const retry = await scopedRetry(dependencies, context, staff)
      if (retry.agreed) return { id: retry.id, agreed: true }
      if (!mayAgree(staff, retry)) throw refused('second_person_needed')
      const { staffRetries } = dependencies.database
      if (await staffRetries.agree(retry.id, staff.staffId))
        await noteAct(
          dependencies,
          { actor: staff.staffId, reason: retry.reason },
          { act: 'retry_many_agreed', target: { kind: 'retry', id: retry.id } },
        )
      return { id: retry.id, agreed: true }
    },
    backTo: (context) => `/retries/${pathPart(context, 'retry')}`,
  })

const pauseSeconds = 3_600

const transport = (act: 'pause' | 'resume'): SupportHandler => {
  return (dependencies) =>
    actRoutes({
      path: `/transport/${act}`,
      role: 'admin',
      body: reasonBody,
      async carryOut(_context, staff, body) {
        demandWhole(staff)
        const { database } = dependencies
        const why = actOf(staff, body)
        await (act === 'pause'
          ? database.mailTransport.pause(pauseSeconds, 'paused by support')
          : database.mailBoard.resume())
        await noteAct(dependencies, why, { act: `${act}_transport` })
        const { pausedUntil } = await database.mailBoard.health(null)
        return { paused_until: pausedUntil?.toISOString() ?? null }
      },
      backTo: () => '/mails',
    })
}

export const postPause = transport('pause')
export const postResume = transport('resume')
