import { isNativeError } from 'node:util/types'
import { pino } from 'pino'
import type { Logger } from 'pino'

export type { Logger }

/**
 * One JSON line per event, on standard output. What may be written is said by each call; headers, bodies, cookies, claims,
 * addresses and links are never handed to it, and the list below is the second fence.
 */
export const createLogger = (name: string, level: string): Logger =>
  pino({
    name,
    level,
    redact: {
      paths: [
        'authorization',
        'cookie',
        'token',
        'code',
        'state',
        'password',
        'email',
        'address',
        '*.authorization',
        '*.cookie',
        '*.token',
      ],
      censor: '[redacted]',
    },
    serializers: {
      error: (error: unknown) => describeError(error),
      err: (error: unknown) => describeError(error),
    },
    hooks: {
      logMethod([what, ...words], method) {
        const about: unknown = isNativeError(what) ? { error: what } : what
        // Where no words are given the library takes those of the error.
        method.apply(this, [about, ...(typeof what === 'string' || words.length > 0 ? words : [''])])
      },
    },
  })

const deepestCause = 4
/** A place in a program; a message may have lines that look like it. */
const frame = /^ {4}at .*:\d+:\d+\)?$/

/**
 * An error without what drivers put into its text: values of a failed statement, requests with their keys. Name, code and place
 * are enough to find it.
 */
const describeError = (error: unknown, depth = 0): object => {
  if (!isNativeError(error)) return { name: typeof error }
  const { code, constraint, table } = error as { code?: unknown; constraint?: unknown; table?: unknown }
  const lines = error.stack?.replace(error.message, '').split('\n') ?? []
  const frames = lines.filter((line) => frame.test(line))
  return {
    name: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(constraint === undefined ? {} : { constraint, table }),
    at: frames.slice(0, 6).map((line) => line.trim()),
    ...(error.cause === undefined || depth === deepestCause
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  }
}
