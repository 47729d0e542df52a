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
  /** The answer holds a secret, which is told this once and not kept. */
  readonly isSecret?: boolean
}

/** What a program is answered. */
export interface OnceAnswer {
  readonly status: number
  readonly body?: object
}

type Present<T> = (result: T, stores: Stores) => OnceAnswer | Promise<OnceAnswer>

interface Dependencies {
  readonly database: Database
  readonly keyring: Keyring
}

/**
 * Does an act once for all requests of one name: the answer is kept in the act's own transaction, and is repeated to whoever sends the
 * same again (spec: pipeline 2.6). What is refused is not kept, because nothing was done.
 * @param request null where the request has no name: then the act is simply done
 * @param act works in one transaction of the database that it is given, and returns what that returns where `present` reads it; or in none
 *   where it finds done what is asked
 * @param present is given the stores of that transaction, for what the answer says besides
 * @throws AppError `already_decided` with the first answer where the body is another one, or without it where that was secret, and
 *   whatever the act throws
 */
export const once = async <D extends Dependencies, T>(
  dependencies: D,
  request: NamedRequest | null,
  act: (dependencies: D) => Promise<T>,
  present: Present<T>,
): Promise<OnceAnswer> => {
  if (request === null) return present(await act(dependencies), dependencies.database)
  const former = await answerTo(dependencies, request)
  if (former !== null) return former
  let answer: OnceAnswer | undefined
  const note: Present<T> = async (result, stores) => (answer = await present(result, stores))
  try {
    const result = await act({ ...dependencies, database: keeping(dependencies, request, note) })
    return answer ?? (await present(result, dependencies.database))
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
  if (isSame && request.isSecret !== true) return { status, ...(body === null ? {} : { body }) }
  const message = isSame ? 'is carried out; the secret was told once' : 'came with another body before'
  const errors = [{ field: 'Idempotency-Key', message }]
  throw new AppError('already_decided', { errors, members: { outcome: body } })
}

/** The database, whose transaction keeps the answer with what is done in it. */
const keeping = (
  { database, keyring }: Dependencies,
  request: NamedRequest,
  present: Present<never>,
): Database => ({
  ...database,
  transaction: <R>(work: (stores: Stores) => Promise<R>): Promise<R> =>
    database.transaction(async (stores) => {
      const result = await work(stores)
      const { status, body } = await present(result as never, stores)
      const answer =
        body === undefined || request.isSecret === true
          ? null
          : keyring.seal(purpose, rowOf(request), JSON.stringify(body))
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
