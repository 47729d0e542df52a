import type { Context } from 'koa'
import type { AppError } from '../domain/errors.js'
import { httpStatus } from './http-status.js'

/**
 * Sets the status of a form that is shown again because it was refused.
 * @returns what was typed, to be shown with it; never a secret
 * @throws the error itself where there is no field to mend
 */
export const showRefused = (
  context: Context,
  error: AppError,
): Readonly<Record<string, string | undefined>> => {
  if (error.code !== 'bad_request' || error.details.errors === undefined) throw error
  context.status = httpStatus[error.code]
  const { body } = context.request as { body?: Record<string, unknown> }
  return Object.fromEntries(
    Object.entries(body ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && !entry[0].includes('secret'),
    ),
  )
}
