import type { FieldError } from '../domain/errors.js'

/** What is wrong with one field of a form; undefined where nothing is. */
export function errorOf(errors: readonly FieldError[] | undefined, name: string): string | undefined {
  return errors?.find(({ field }) => field === name)?.message
}
