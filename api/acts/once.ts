import type { Keyring } from '../../clients/keyring.js'
import { AppError } from '../../domain/errors.js'
import type { KeyName } from '../../store/idempotency-keys.js'
import type { Database, Stores } from '../../store/stores.js'

/** A request that names itself, so that it counts once however often it comes. */
export interface NamedRequest extends KeyName {
  /** The user who sends it, whose erasure takes the answer away. */
  readonly userId: string | null
  /** Canonical address of somebody else that the answer holds, whose erasure takes it away as well. */
  readonly address?: string
  readonly body: unknown
}

/** What a program is answered; never a secret. */
export interface OnceAnswer {
  readonly status: number
  readonly body?: object
}

interface Dependencies {
  readonly database: Database
  readonly keyring: Keyring
}

/**
 * Does an act once for all requests of one name: the answer is kept in the act's own transaction, and is repeated to whoever sends the
 * same again (spec: pipeline 2.6). What is refused is not kept, because nothing was done.
 * @param request null where the request has no name: then the act is simply done
 * @param act works in exactly one transaction of the database that it is given, and returns what that returns where `present` reads it
 * @throws AppError `already_decided` with the first answer where the body is another one, and whatever the act throws
 */
export const once = async <D extends Dependencies, T>(
  dependencies: D,
  request: NamedRequest | null,
  act: (dependencies: D) => Promise<T>,
  present: (result: T) => OnceAnswer,
): Promise<OnceAnswer> => {
  if (request === null) return present(await act(dependencies))
  const former = await answerTo(dependencies, request)
  if (former !== null) return former
  try {
    return present(await act({ ...dependencies, database: keeping(dependencies, request, present) }))
  } catch (error) {
    // Sent twice at the same moment, the second finds done what it was about to do.
    const meanwhile = await answerTo(dependencies, request)
    if (meanwhile !== null) return meanwhile
    throw error
  }
}

const purpose = 'idempotency-key'

/** The answer that was given before. @throws AppError `already_decided` */
const answerTo = async (
  { database, keyring }: Dependencies,
  request: NamedRequest,
): Promise<OnceAnswer | null> => {
  const kept = await database.idempotencyKeys.find(request)
  if (kept === null) return null
  const { status, answer } = kept
  const body = answer === null ? null : (JSON.parse(keyring.open(purpose, rowOf(request), answer)) as object)
  const isSame = hashesOf(keyring, request).some((hash) => hash.equals(kept.bodyHash))
  if (isSame) return { status, ...(body === null ? {} : { body }) }
  const errors = [{ field: 'Idempotency-Key', message: 'came with another body before' }]
  throw new AppError('already_decided', { errors, members: { outcome: body } })
}

/** The database, whose transaction keeps the answer with what is done in it. */
const keeping = (
  { database, keyring }: Dependencies,
  request: NamedRequest,
  present: (result: never) => OnceAnswer,
): Database => ({
  ...database,
  transaction: <R>(work: (stores: Stores) => Promise<R>): Promise<R> =>
    database.transaction(async (stores) => {
      const result = await work(stores)
      const { status, body } = present(result as never)
      const answer = body === undefined ? null : keyring.seal(purpose, rowOf(request), JSON.stringify(body))
      const [bodyHash] = hashesOf(keyring, request)
      const addressIndex =
        request.address === undefined ? null : keyring.blindIndexes('address-index', request.address)[0]
      const erasable = { userId: request.userId, addressIndex }
      // Thrown, it undoes what was done for the second time.
      if (!(await stores.idempotencyKeys.keep(request, erasable, { bodyHash, status, answer })))
        throw new AppError('already_decided')
      return result
    }),
})

const rowOf = ({ scope, key }: KeyName): string => `${scope} ${key}`

/** Keyed, since a body may hold a password. */
const hashesOf = (keyring: Keyring, { body }: NamedRequest): readonly [Buffer, ...Buffer[]] =>
  keyring.blindIndexes(purpose, JSON.stringify(body))
