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

/** White space, control characters and back slashes, also once encoded, are read differently by different parsers. */
const hasForbidden = (text: string): boolean =>
  /[\p{C}\p{Z}\\]|%5c|%0[0-9a-f]|%1[0-9a-f]|^\/(\/|%2f)/iu.test(text)
