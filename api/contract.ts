import type { z } from 'zod'

/**
 * What a route of `/v1` takes and gives: the very schemas that validate it. `/openapi.json` and `/docs` are made of them, so that
 * they cannot say anything else than what the routes do.
 */
export interface Contract {
  /** One line, for the list of operations. */
  readonly summary: string
  readonly body?: z.ZodType
  readonly query?: z.ZodObject
  /** The schema of each good answer by status; null where it has no body. Every other answer is a problem document. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>
  /**
   * Of a route that changes something: `true` where it takes an `Idempotency-Key`, and counts once for all requests that have the same
   * (`acts/once.ts`); `secret` where its answer is not repeated besides; or a sentence that says what becomes of a request that is sent again.
   */
  readonly idempotent?: true | 'secret' | { readonly without: string }
}
