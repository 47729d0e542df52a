/**
 * The path of our own origin that the browser goes to in the end. Parsed as a browser would parse it and compared by
 * origin, not filtered by pattern (spec: pipeline 3, "start"); anything else becomes `fallback`.
 * @param text what came with the request, if anything
 * @param publicOrigin such as `https://sign-in.example`
 */
export const checkedReturnPath = (
  text: string | undefined,
  publicOrigin: string,
  fallback: string,
): string => {
  if (text === undefined || !text.startsWith('/') || text.length > 2000 || hasForbidden(text)) return fallback
  if (!URL.canParse(text, publicOrigin)) return fallback
  const url = new URL(text, publicOrigin)
  const path = `${url.pathname}${url.search}${url.hash}`
  return url.origin === new URL(publicOrigin).origin && !path.startsWith('//') ? path : fallback
}

/** Where an application takes people. */
interface Registered {
  /** As browsers write one: no user, no default port. */
  readonly origin: string
  readonly returnPaths: readonly string[]
}

/**
 * The address of a registered application's own return path, with whatever query and fragment. Compared letter by letter with what was
 * registered, so that no parser has a say in which origin it is.
 * @returns null for anything else
 */
export const registeredReturnUrl = (text: string, applications: readonly Registered[]): string | null => {
  if (text.length > 2000 || hasForbidden(text)) return null
  const places = applications.flatMap(({ origin, returnPaths }) => returnPaths.map((path) => origin + path))
  const isOne = places.some((place) => text.startsWith(place) && /^($|[?#])/.test(text.slice(place.length)))
  return isOne && URL.canParse(text) ? new URL(text).href : null
}

/** White space, control characters and back slashes, also once encoded, are read differently by different parsers. */
const hasForbidden = (text: string): boolean =>
  /[\p{C}\p{Z}\\]|%5c|%0[0-9a-f]|%1[0-9a-f]|^\/(\/|%2f)/iu.test(text)
