import type { Context } from 'koa'
import { mailStates } from '../../domain/mail.js'
import type { MailState } from '../../domain/mail.js'
import type { MailFilter } from '../../store/mail-board.js'
import type { StaffSession } from '../../store/staff.js'
import { queryValue } from '../request.js'
import { demandKnown, moment, oneOf, wrong } from './attempt-query.js'

const mailFields = ['state', 'organization', 'kind', 'reason', 'without_reason', 'until', 'age'] as const

export type MailWords = Readonly<Partial<Record<(typeof mailFields)[number], string | undefined>>>

/** Which mails, from the words of a query or of a body. @throws AppError `bad_request` with the field that makes no sense */
export const readMailFilter = (staff: StaffSession, words: MailWords): MailFilter => ({
  scope: staff.organizations,
  ...oneOf<'state', MailState>('state', mailStates, words.state ?? ''),
  ...(words.organization ? { organization: words.organization } : {}),
  // A kind that there is not matches nothing.
  ...(words.kind ? { kind: words.kind as NonNullable<MailFilter['kind']> } : {}),
  ...(words.reason ? { reason: words.reason } : {}),
  ...('without_reason' in oneOf('without_reason', ['true'], words.without_reason ?? '')
    ? { reason: null }
    : {}),
  ...moment('until', words.until ?? ''),
  ...age(words.age ?? ''),
})

const secondsOf: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400 }

/** How long ago a mail was queued, at least: `30m`, `1h`, `2d`. */
const age = (text: string): Pick<MailFilter, 'olderThanSeconds'> => {
  if (text === '') return {}
  const [, count, unit = ''] = /^(\d{1,4})([mhd])$/.exec(text) ?? []
  const seconds = secondsOf[unit]
  if (seconds === undefined) throw wrong('age', 'must be minutes, hours or days such as 30m, 1h or 2d')
  return { olderThanSeconds: Number(count) * seconds }
}

/** @throws AppError `bad_request` for a filter that there is not */
export const mailWords = (context: Context): MailWords => {
  demandKnown(context, mailFields)
  return Object.fromEntries(mailFields.map((name) => [name, queryValue(context, name)]))
}

/** The words of a filter as a query again. */
export const mailQuery = (words: MailWords): string =>
  new URLSearchParams(
    mailFields.flatMap((name) => (words[name] ? [[name, words[name]] as [string, string]] : [])),
  ).toString()

/** A filter in words, for a heading; a reason as it was given. */
export const spokenFilter = (words: MailWords): string =>
  mailFields
    .flatMap((name) => {
      const word = words[name]
      if (!word) return []
      if (name === 'without_reason') return 'without reason'
      return `${name} ${name === 'reason' ? word : word.replaceAll('_', ' ')}`
    })
    .join(', ')
