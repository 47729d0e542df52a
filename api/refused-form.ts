import type { Context } from 'koa'
import type { AppError } from '../domain/errors.js'
import { httpStatus } from './http-status.js'

/** What was typed into a form and may be shown again; never a secret. */
export type Typed = Readonly<Record<string, string | undefined>>

export const typedInto = (context: Context): Typed => {
  const { body } = context.request as { body?: Record<string, unknown> }
  return Object.fromEntries(
    Object.entries(body ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && !entry[0].includes('secret'),
    ),
  )
}

/**
 * Sets the status of a form that is shown again because it was refused.
 * @returns what was typed, to be shown with it
 * @throws the error itself where there is no field to mend
 */
export const showRefused = (context: Context, error: AppError): Typed => {
  const { errors } = error.details
  if (errors === undefined || (error.code !== 'bad_request' && error.code !== 'unavailable')) throw error
  context.status = httpStatus[error.code]
  return typedInto(context)
}
