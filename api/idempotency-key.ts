import type { Context } from 'koa'
import { z } from 'zod'
import { AppError } from '../domain/errors.js'
import { once } from './acts/once.js'
import type { NamedRequest, OnceAnswer } from './acts/once.js'
import type { ApiDependencies } from './dependencies.js'
import type { Stores } from '../store/stores.js'

/** Names one act of a person, so that a repeated post is known as such; printable ASCII. */
export const idempotencyKey = z
  .string()
  .regex(/^[\x20-\x7e]{1,200}$/, 'must be 1 to 200 printable ASCII characters')

/** The `Idempotency-Key` of a request; undefined where it has none. @throws AppError `bad_request` */
export const idempotencyKeyOf = (context: Context): string | undefined => {
  const key = context.get('idempotency-key')
  if (key === '' || idempotencyKey.safeParse(key).success) return key || undefined
  throw new AppError('bad_request', {
    errors: [{ field: 'Idempotency-Key', message: 'must be 1 to 200 printable ASCII characters' }],
  })
}

/** Whose key it is: another one's, and one of another method or path, has nothing to do with it. */
type KeyOwner =
  | { readonly userId: string; /** As in `NamedRequest`. */ readonly address?: string }
  | { readonly staffId: string }
  /** Nobody is signed in: whoever has a mailed token, as its hash. */
  | { readonly tokenHash: Buffer }

/**
 * A request as `once` knows it; null where it does not name itself.
 * @param typed the key of a form, which has no header
 * @throws AppError `bad_request`
 */
export const namedRequest = (
  context: Context,
  owner: KeyOwner,
  body: unknown,
  typed?: string,
): NamedRequest | null => {
  const key = idempotencyKeyOf(context) ?? typed
  if (key === undefined) return null
  return {
    scope: `${nameOf(owner)} ${context.method} ${context.path}`,
    key,
    userId: null,
    ...('userId' in owner ? owner : {}),
    body,
  }
}

const nameOf = (owner: KeyOwner): string => {
  if ('userId' in owner) return `user/${owner.userId}`
  return 'staffId' in owner ? `staff/${owner.staffId}` : `token/${owner.tokenHash.toString('hex')}`
}

interface OnceAct<T> {
  readonly owner: KeyOwner
  readonly body?: unknown
  readonly act: (dependencies: ApiDependencies) => Promise<T>
  /** 204 where it is left out. */
  readonly present?: (result: T, stores: Stores) => OnceAnswer | Promise<OnceAnswer>
  readonly isSecret?: true
}

/** Answers a request of `/v1` with what an act does once, as `once`. @throws AppError as `once` */
export const answerOnce = async <T>(
  dependencies: ApiDependencies,
  context: Context,
  { owner, body = null, act, present = () => ({ status: 204 }), isSecret }: OnceAct<T>,
): Promise<void> => {
  const request = namedRequest(context, owner, body)
  const named = request === null ? null : { ...request, isSecret: isSecret === true }
  const answer = await once(dependencies, named, act, present)
  if (answer.body !== undefined) context.body = answer.body
  context.status = answer.status
}
