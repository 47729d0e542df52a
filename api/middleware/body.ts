import { bodyParser } from '@koa/bodyparser'
import type { Middleware } from 'koa'
import { AppError } from '../../domain/errors.js'

/** Forms hold what people type. */
const formLimit = '64kb'

/**
 * Reads JSON and forms.
 * @param jsonLimit as the parser writes it, such as `64kb`
 * @throws AppError `bad_request` for a body that is not in the encoding it claims, which the parser takes for a fault of ours
 */
export const readBody = (jsonLimit: string): Middleware =>
  bodyParser({
    jsonLimit,
    formLimit,
    enableTypes: ['json', 'form'],
    onError(error) {
      throw 'status' in error ? error : new AppError('bad_request', { cause: error })
    },
  })
