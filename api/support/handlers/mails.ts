import { hasEnded, isUnderWay } from '../../../domain/mail.js'
import { hasRole } from '../../../domain/support.js'
import type { StoryMail } from '../../../store/attempt-story.js'
import type { StaffSession } from '../../../store/staff.js'
import { renderMailPage } from '../../../views/pages/support/mail.js'
import type { MailPageData } from '../../../views/pages/support/mail.js'
import { renderMailsPage } from '../../../views/pages/support/mails.js'
import { afterOf, limitOf } from '../attempt-query.js'
import { runsOf } from '../attempt-record.js'
import { maskedRecipient } from '../../../support/masked-recipient.js'
import { liveEvents } from '../live-pages.js'
import { mailWords, readMailFilter, spokenFilter } from '../mail-query.js'
import { presentBoardMail, presentMail } from '../present.js'
import type { SupportHandler } from '../route.js'
import { scopedMail } from '../scope.js'
import { timelineOf } from '../../../support/timeline.js'
import { viewerOf } from '../viewer.js'
import { withAfter } from './attempts.js'

/** The mail board: parked and failed first, the transport, and the list. */
export const getMails: SupportHandler = (dependencies) => ({
  method: 'GET',
  path: '/mails',
  role: 'view',
  async handle(context, staff) {
    const { mailBoard, staffRetries } = dependencies.database
    const words = mailWords(context)
    const filter = readMailFilter(staff, words)
    const [groups, page, health, retries] = await Promise.all([
      mailBoard.groups(staff.organizations),
      mailBoard.list(filter, limitOf(context), afterOf(context).after),
      mailBoard.health(staff.organizations),
      staff.organizations === null ? staffRetries.list(5) : Promise.resolve([]),
    ])
    const shown = spokenFilter(words)
    context.body = renderMailsPage({
      viewer: viewerOf(staff),
      health,
      groups: groups.map((group) => ({
        ...group,
        href: `/mails?${new URLSearchParams({
          state: group.state,
          ...(group.reason === null ? { without_reason: 'true' } : { reason: group.reason }),
        })}`,
      })),
      shown,
      mails: page.items.map((mail) => ({
        ...mail,
        to: maskedRecipient(dependencies, mail),
      })),
      next: page.next === null ? undefined : `/mails?${withAfter(context.querystring, page.next)}`,
      retryAll:
        shown === '' || !hasRole(staff.roles, 'operate') ? undefined : `/mails/retry?${context.querystring}`,
      retries,
      maySteer: hasRole(staff.roles, 'admin') && staff.organizations === null,
    })
  },
})

export const getV1Mails: SupportHandler = (dependencies) => ({
  method: 'GET',
  path: '/v1/support/mails',
  role: 'view',
  async handle(context, staff) {
    const filter = readMailFilter(staff, mailWords(context))
    const { items, next } = await dependencies.database.mailBoard.list(
      filter,
      limitOf(context),
      afterOf(context).after,
    )
    context.body = { items: items.map((mail) => presentBoardMail(dependencies, mail)), next }
  },
})

export const getMail: SupportHandler = (dependencies) => ({
  method: 'GET',
  path: '/mails/:mail',
  role: 'view',
  async handle(context, staff) {
    const mail = await scopedMail(dependencies, context, staff)
    const [[current], [run], noted] = await Promise.all([
      dependencies.database.mailBoard.listVersions([mail.id]),
      runsOf(dependencies, [mail.workflowId]),
      dependencies.database.attemptStory.listAudit({ scope: null, targetId: mail.id }, 200),
    ])
    const nextTryAt = run?.pending.find(({ activity }) => activity === 'sendMail')?.nextAt ?? undefined
    context.body = renderMailPage({
      viewer: viewerOf(staff),
      mail: { ...mail, to: maskedRecipient(dependencies, mail) },
      nextTryAt: isUnderWay(mail.state) ? nextTryAt : undefined,
      entries: await timelineOf(dependencies, { events: noted, mails: [mail] }, []),
      acts: actsOn(staff, mail),
      version: current?.version,
    })
  },
})

export const getMailEvents = liveEvents('/mails/:mail/events', 'mails', scopedMail)

export const getV1Mail: SupportHandler = (dependencies) => ({
  method: 'GET',
  path: '/v1/support/mails/:mail',
  role: 'view',
  async handle(context, staff) {
    context.body = presentMail(dependencies, await scopedMail(dependencies, context, staff))
  },
})

const actsOn = (staff: StaffSession, mail: StoryMail): MailPageData['acts'] => {
  if (!hasRole(staff.roles, 'operate') || hasEnded(mail.state)) return []
  const waits = !isUnderWay(mail.state)
  return [
    ...(waits ? ['retry' as const] : []),
    ...(waits && mail.kind === 'confirmation' && !mail.addressVerified ? ['correct' as const] : []),
    'give_up',
  ]
}
