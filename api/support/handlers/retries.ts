import { randomUUID } from 'node:crypto'
import type { Context } from 'koa'
import { z } from 'zod'
import { AppError } from '../../../domain/errors.js'
import { hasRole, retryAllLimit, secondPersonAbove } from '../../../domain/support.js'
import type { StaffRetry } from '../../../store/staff-retries.js'
import type { StaffSession } from '../../../store/staff.js'
import { refused } from '../../../support/act.js'
import { agreeToRetry } from '../../../support/agree-to-retry.js'
import { retryMany } from '../../../support/retry-many.js'
import { renderRetryPage, renderRetryPreviewPage } from '../../../views/pages/support/retries.js'
import { idempotencyKey } from '../../idempotency-key.js'
import { pathPart, setNextPath } from '../../request.js'
import { actOf, actOnce, actRoutes, reasonBody } from '../act-routes.js'
import { liveEvents } from '../live-pages.js'
import { mailQuery, mailWords, readMailFilter, spokenFilter } from '../mail-query.js'
import type { MailWords } from '../mail-query.js'
import type { SupportHandler } from '../route.js'
import { scopedRetry } from '../scope.js'
import { viewerOf } from '../viewer.js'

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
      action: `/mails/retry?${mailQuery(words)}`,
      idempotencyKey: randomUUID(),
    })
  },
})

const word = z.string().max(400).optional()
/** A field that is not known would widen what is sent: it is refused. */
const retryManyBody = z.strictObject({
  ...reasonBody.shape,
  filter: z
    .strictObject({
      state: word,
      organization: word,
      kind: word,
      reason: word.nullable(),
      until: word,
      age: word,
    })
    .optional(),
  preview: z.boolean().optional(),
  idempotency_key: idempotencyKey.optional(),
})

/** What the JSON API is given in the body; the form's page has the words of its list in the address, beside the reason that is typed. */
const wordsOf = (context: Context, { filter }: z.output<typeof retryManyBody>): MailWords => {
  if (filter === undefined) {
    if (!context.path.startsWith('/v1/')) return mailWords(context)
    const message = 'is needed: {} for every mail that waits for somebody'
    throw new AppError('bad_request', { errors: [{ field: 'filter', message }] })
  }
  const { reason, ...words } = filter
  return reason === null ? { ...words, without_reason: 'true' } : { ...words, reason }
}

export const postRetryMails: SupportHandler = (dependencies) =>
  actRoutes({
    path: '/mails/retry',
    role: 'operate',
    label: 'Send them once more',
    place: 'mails',
    body: retryManyBody,
    async carryOut(context, staff, body) {
      const words = wordsOf(context, body)
      setNextPath(context, `/mails/retry?${mailQuery(words)}`)
      const filter = readMailFilter(staff, words)
      if (body.preview === true) {
        const matching = await dependencies.database.mailBoard.matching(filter, retryAllLimit + 1)
        return {
          count: Math.min(matching.length, retryAllLimit),
          needs_second_person: matching.length > secondPersonAbove,
          bounded: matching.length > retryAllLimit,
        }
      }
      const wish = { filter, ...actOf(staff, body) }
      return actOnce(
        dependencies,
        context,
        wish,
        (keeping) => retryMany(keeping, wish),
        ({ id, mails, needsSecondPerson }) => ({ id, count: mails, needs_second_person: needsSecondPerson }),
        body.idempotency_key,
      )
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
    const { staff: colleagues, staffRetries } = dependencies.database
    const [names, [current]] = await Promise.all([
      colleagues.names([askedBy, agreedBy ?? askedBy]),
      staffRetries.listVersions([retry.id]),
    ])
    context.body = renderRetryPage({
      viewer: viewerOf(staff),
      retry: {
        ...retry,
        askedBy: names.get(askedBy) ?? askedBy,
        agreedBy: agreedBy === null ? null : (names.get(agreedBy) ?? agreedBy),
      },
      mayAgree: mayAgree(staff, retry),
      version: current?.version,
    })
  },
})

export const getRetryEvents = liveEvents('/retries/:retry/events', 'retries', scopedRetry)

export const postAgree: SupportHandler = (dependencies) =>
  actRoutes({
    path: '/retries/:retry/agree',
    role: 'operate',
    label: 'I agree: send them',
    place: 'mails',
    body: z.object({}),
    async carryOut(context, staff) {
      const retry = await scopedRetry(dependencies, context, staff)
      if (!retry.agreed && !mayAgree(staff, retry)) throw refused('second_person_needed')
      await agreeToRetry(dependencies, { retry, actor: staff.staffId })
      return { id: retry.id, agreed: true }
    },
    backTo: (context) => `/retries/${pathPart(context, 'retry')}`,
  })
