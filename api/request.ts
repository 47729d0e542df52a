import { isIPv4, isIPv6 } from 'node:net'
import type { Context } from 'koa'
import type { z } from 'zod'
import { AppError } from '../domain/errors.js'
import { isWritable } from '../domain/writable-text.js'
import { chooseLocale } from '../views/locale.js'
import type { Locale } from '../views/locale.js'
import { unknownMembers, withoutNulls } from './body-members.js'

interface Beside {
  /** What the query says of the same fields: the body wins. */
  readonly query?: Readonly<Record<string, string | undefined>>
  /** Where a member belongs that is not taken here, by its name. */
  readonly elsewhere?: Readonly<Record<string, string>>
}

/**
 * A body that fits its schema: JSON under `/v1`, where a member that the schema does not name is refused, a form elsewhere.
 * @throws AppError `unsupported_media_type`, or `bad_request` with what is wrong, field by field
 */
export const parseBody = <Schema extends z.ZodType>(
  context: Context,
  schema: Schema,
  { query, elsewhere = {} }: Beside = {},
): z.output<Schema> => {
  const isEmpty = context.get('content-length') === '0'
  if (!isEmpty && context.is(isApi(context) ? 'json' : 'urlencoded') === false)
    throw new AppError('unsupported_media_type')
  const { body: sent = {} } = context.request as { body?: unknown }
  const body = withoutNulls(schema, query === undefined ? sent : { ...query, ...(sent as object) })
  const unwritable = unwritableField(body)
  if (unwritable !== null)
    throw new AppError('bad_request', { errors: [{ field: unwritable, message: notKept }] })
  const unknown = context.path.startsWith('/v1/') ? unknownMembers(schema, body, elsewhere) : []
  if (unknown.length > 0) throw new AppError('bad_request', { errors: unknown })
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new AppError('bad_request', {
    errors: parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })),
  })
}

/** The path of a text that cannot be stored, in a body of whatever shape; null where there is none. */
const unwritableField = (value: unknown): string | null => {
  if (typeof value === 'string') return isWritable(value) ? null : ''
  if (typeof value !== 'object' || value === null) return null
  for (const [name, part] of Object.entries(value)) {
    // Where somebody goes on to is never a reason to turn them away: what is not ours leads to the account (spec: pipeline 3, "start").
    if (name === 'return_to') continue
    const found = unwritableField(part)
    if (found !== null) return found === '' ? name : `${name}.${found}`
  }
  return null
}

const notKept = 'holds a character that cannot be stored'

/** One value of the query, or undefined where it is absent. @throws AppError `bad_request` where it came twice, or cannot be stored */
export const queryValue = (context: Context, name: string): string | undefined => {
  const value = context.query[name]
  if (Array.isArray(value))
    throw new AppError('bad_request', { errors: [{ field: name, message: 'may be given once' }] })
  if (value !== undefined && !isWritable(value))
    throw new AppError('bad_request', { errors: [{ field: name, message: notKept }] })
  return value
}

/** A part of the path; one that nothing can be called, with the mark of an unreadable character in it, names nothing. */
export const pathPart = (context: Context, name: string): string => {
  const { params } = context as { params?: Record<string, string | undefined> }
  const part = params?.[name] ?? ''
  return isWritable(part) ? part : '\uFFFD'
}

export const localeOf = (context: Context): Locale => chooseLocale(context.get('accept-language'))

/** What rate limits and audit know of where a browser is: its IPv4 address, or the /64 of its IPv6 address. */
export const clientNetwork = (context: Context): string => networkOf(context.ip)

/** @param address as Node or a trusted proxy tells it; IPv4 in IPv6 form counts as IPv4, what is no address as `unknown` */
const networkOf = (address: string): string => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return isIPv4(address) ? address : 'unknown'
  const [head = '', tail = ''] = (address.split('%', 1)[0] ?? '').split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const groups = address.includes('::')
    ? [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
    : left
  return `${groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

/** `/codec/` is Temporal's protocol for codec servers. */
const isApi = (context: Context): boolean => /^\/(v1|codec)\//.test(context.path)

/** Whether the answer is a problem document: under `/v1` always, elsewhere where the client prefers JSON to a page. */
export const wantsJson = (context: Context): boolean =>
  isApi(context) || context.accepts('html', 'json') === 'json'

/** Where an error of this request sends the person, if the error itself says nothing else; a path of our own. */
export const setNextPath = (context: Context, path: string): void => {
  context.state['nextPath'] = path
}

export const nextPathOf = (context: Context): string | undefined =>
  (context.state as { readonly nextPath?: string }).nextPath
