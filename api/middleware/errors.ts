import type { Context, Middleware } from 'koa'
import type { ApiDependencies } from '../dependencies.js'
import { statusOf } from '../http-status.js'
import { localeOf, nextPathOf, wantsJson } from '../request.js'
import { AppError } from '../../domain/errors.js'
import type { ErrorCode } from '../../domain/errors.js'
import { enRefusals } from '../../views/locales/en-refusals.js'
import { renderProblemPage } from '../../views/pages/problem.js'
import { problemText, variantText } from '../../views/problem-text.js'

type ErrorDependencies = Pick<ApiDependencies, 'database' | 'log' | 'publicOrigin' | 'supportContact'> & {
  /** Pages say as well what is wrong field by field: in English, to staff. */
  readonly tellsFields?: boolean
}

interface AnswerParts {
  readonly requestId: string
  readonly publicOrigin: string
  readonly supportContact: string | null
  readonly tellsFields: boolean
}

/** Seconds after which a request that met an outage may be sent again. */
const outageRetryAfter = 2

/**
 * The one place where errors become answers: RFC 9457 for programs, a page with the next step for people. What nobody foresaw is
 * logged and answered without a word about its inside.
 */
export const answerErrors =
  ({ database, log, publicOrigin, supportContact, tellsFields = false }: ErrorDependencies): Middleware =>
  async (context, next) => {
    try {
      await next()
      if (context.status === 404 && context.body === undefined) throw new AppError('not_found')
      // 501: a method that HTTP knows and no route of ours does.
      if (context.status === 405 || context.status === 501) throw new AppError('method_not_allowed')
    } catch (error) {
      const known = toAppError(error, (cause) => database.isUnavailable(cause))
      const requestId = String(context.state['requestId'])
      if (known.code === 'internal') log.error({ error, requestId, path: routeOf(context) }, 'request failed')
      if (known.code === 'unavailable')
        log.warn({ error, requestId, path: routeOf(context) }, 'database away')
      answer(context, known, { requestId, publicOrigin, supportContact, tellsFields })
    }
  }

/** The pattern of the route, never the path: paths hold tokens. */
export const routeOf = (context: Context): string => {
  const { _matchedRoute: route } = context as { _matchedRoute?: unknown }
  return typeof route === 'string' ? route : 'unmatched'
}

const toAppError = (error: unknown, isUnavailable: (error: unknown) => boolean): AppError => {
  if (error instanceof AppError) return error
  if (isUnavailable(error)) return new AppError('unavailable', { retryAfter: outageRetryAfter, cause: error })
  const { status } = error as { status?: unknown }
  return new AppError(codeOfStatus[String(status)] ?? 'internal', { cause: error })
}

/** What Koa's own parts throw. */
const codeOfStatus: Readonly<Record<string, ErrorCode>> = {
  400: 'bad_request',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
}

const answer = (
  context: Context,
  { code, details }: AppError,
  { requestId, publicOrigin, supportContact, tellsFields }: AnswerParts,
): void => {
  const status = statusOf(code, details.declined)
  // Under a host that is not ours every path of ours would say the same again.
  const next = code === 'misdirected_request' ? publicOrigin : (details.nextPath ?? nextPathOf(context))
  context.remove('Location')
  context.status = status
  if (details.retryAfter !== undefined) context.set('Retry-After', String(Math.ceil(details.retryAfter)))
  if (status === 413) context.set('Connection', 'close')
  if (wantsJson(context)) {
    const { title, detail } =
      details.about === undefined
        ? problemText('en', code, details.declined)
        : variantText('en', details.about)
    const { refusal } = details
    context.type = 'application/problem+json'
    context.body = JSON.stringify({
      type: `urn:auth-pipeline:problem:${code}`,
      title,
      status,
      code,
      detail: refusal === undefined ? detail : enRefusals[refusal],
      ...(refusal === undefined ? {} : { reason: refusal }),
      ...(details.retryAfter === undefined ? {} : { retry_after: Math.ceil(details.retryAfter) }),
      ...(details.errors === undefined ? {} : { errors: details.errors }),
      ...details.members,
      request_id: requestId,
    })
    return
  }
  context.type = 'text/html; charset=utf-8'
  context.body = renderProblemPage({
    locale: localeOf(context),
    code,
    status,
    declined: details.declined,
    about: details.about,
    requestId,
    errors: tellsFields ? details.errors : undefined,
    detail: details.refusal === undefined ? undefined : enRefusals[details.refusal],
    nextStep: next === undefined ? undefined : { href: next },
    retryAfterSeconds: details.retryAfter,
    supportContact,
  })
}
