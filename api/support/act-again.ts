import type { Context } from 'koa'
import type { AppError } from '../../domain/errors.js'
import type { StaffSession } from '../../store/staff.js'
import { renderActAgainPage } from '../../views/pages/support/again.js'
import type { ActAgainData } from '../../views/pages/support/again.js'
import { nextPathOf, wantsJson } from '../request.js'
import { viewerOf } from './viewer.js'

/** An act as its form is shown again. */
export interface ShownAct {
  /** What its button says. */
  readonly label: string
  readonly place: ActAgainData['place']
  /** What the form sends. */
  readonly fields: readonly string[]
  /** Where it is offered. */
  readonly back: string
}

const lines = ['email', 'reason']

/** The form of an act with what is wrong with it; null where that is nothing which was typed into it. */
export const showActAgain = (
  context: Context,
  staff: StaffSession,
  { code, details: { errors = [], nextPath } }: AppError,
  { label, place, fields, back }: ShownAct,
): string | null => {
  const isTyped = (code === 'bad_request' || code === 'email_invalid') && errors.length > 0
  if (!isTyped || wantsJson(context) || errors.some(({ field }) => !lines.includes(field))) return null
  const { body } = context.request as { body?: unknown }
  const sent = Object.entries(body ?? {}).filter(
    (entry): entry is [string, string] => fields.includes(entry[0]) && typeof entry[1] === 'string',
  )
  const { reason = '', email } = Object.fromEntries(sent)
  return renderActAgainPage({
    viewer: viewerOf(staff),
    place,
    label,
    action: `${context.path}${context.search}`,
    errors,
    typed: { reason, email },
    hidden: Object.fromEntries(sent.filter(([name]) => !lines.includes(name))),
    back: nextPath ?? nextPathOf(context) ?? back,
  })
}
