import type { Context } from 'koa'
import { z } from 'zod'
import { keepTypedForm, keptTypedForm } from './cookies.js'
import type { ApiDependencies } from './dependencies.js'
import { typedInto } from './refused-form.js'
import type { Typed } from './refused-form.js'

/** A cookie holds 4 KiB, sealed and in base64url; no form of ours needs as much. */
const longestText = 2000

const typedSchema = z.record(z.string(), z.string())

/** For one person, and for the page with the form. */
const boundTo = (page: string, userId: string): string => `${userId}${page}`

/**
 * Keeps what somebody typed while the account is proved once more: sealed in this browser's cookie, so that it stands in no URL and
 * no table. Comes back once, by `typedBefore`.
 * @param page the path of the page with the form
 */
export const keepTyped = (
  { keyring }: Pick<ApiDependencies, 'keyring'>,
  context: Context,
  page: string,
  userId: string,
): void => {
  const text = JSON.stringify(typedInto(context))
  if (text.length > longestText) return
  keepTypedForm(context, keyring.seal('typed-form', boundTo(page, userId), text).toString('base64url'))
}

/** @returns what this person typed on the page before; null where nothing was kept, or for another page or person */
export const typedBefore = (
  { keyring }: Pick<ApiDependencies, 'keyring'>,
  context: Context,
  page: string,
  userId: string,
): Typed | null => {
  const kept = keptTypedForm(context)
  if (kept === undefined) return null
  try {
    const text = keyring.open('typed-form', boundTo(page, userId), Buffer.from(kept, 'base64url'))
    const typed = typedSchema.parse(JSON.parse(text))
    keepTypedForm(context, null)
    return typed
  } catch {
    return null
  }
}
