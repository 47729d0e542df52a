import type { Context } from 'koa'
import { mailStates } from '../../domain/mail.js'
import type { MailState } from '../../domain/mail.js'
import type { MailFilter } from '../../store/mail-board.js'
import type { StaffSession } from '../../store/staff.js'
import { queryValue } from '../request.js'
import { moment, oneOf } from './attempt-query.js'

export const mailFields = ['state', 'organization', 'kind', 'reason', 'until'] as const

export type MailWords = Readonly<Partial<Record<(typeof mailFields)[number], string | undefined>>>

/** Which mails, from the words of a query or of a body. @throws AppError `bad_request` with the field that makes no sense */
export const readMailFilter = (staff: StaffSession, words: MailWords): MailFilter => ({
  scope: staff.organizations,
  ...oneOf<'state', MailState>('state', mailStates, words.state ?? ''),
  ...(words.organization ? { organization: words.organization } : {}),
  // A kind that there is not matches nothing.
  ...(words.kind ? { kind: words.kind as NonNullable<MailFilter['kind']> } : {}),
  ...(words.reason ? { reason: words.reason } : {}),
  ...moment('until', words.until ?? ''),
})

export const mailWords = (context: Context): MailWords =>
  Object.fromEntries(mailFields.map((name) => [name, queryValue(context, name)]))

/** A filter in words, for a heading. */
export const spokenFilter = (words: MailWords): string =>
  mailFields
    .flatMap((name) => (words[name] ? [`${name} ${words[name]}`] : []))
    .join(', ')
    .replaceAll('_', ' ')
