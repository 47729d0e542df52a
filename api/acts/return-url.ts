import { AppError } from '../../domain/errors.js'
import { checkedReturnPath, registeredReturnUrl } from '../../domain/return-path.js'
import type { Stores } from '../../store/stores.js'

/**
 * Where the browser goes in the end: a path of ours, or a registered return path of an application of the organization.
 * @param text what came with the request, if anything; what is neither becomes `fallback`
 */
export const returnUrl = async (
  { applications }: Pick<Stores, 'applications'>,
  publicOrigin: string,
  organizationId: string,
  text: string | undefined,
  fallback: string,
): Promise<string> => {
  if (text === undefined || !/^https?:\/\//.test(text)) return checkedReturnPath(text, publicOrigin, fallback)
  return registeredReturnUrl(text, await applications.list(organizationId)) ?? fallback
}

/**
 * The page of an application of the organization that asks for a decision. Unlike the end of a sign-in it is named by a program, which
 * is told what is wrong with it.
 * @throws AppError `bad_request`
 */
export const decisionPageUrl = async (
  { applications }: Pick<Stores, 'applications'>,
  organizationId: string,
  text: string | undefined,
): Promise<string | undefined> => {
  if (text === undefined) return undefined
  const url = registeredReturnUrl(text, await applications.list(organizationId))
  if (url !== null) return url
  const message = 'must be a return path of an application of the organization, with its origin'
  throw new AppError('bad_request', { errors: [{ field: 'decision_page', message }] })
}
