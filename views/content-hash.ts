/**
 * A short name for a content, so that a browser may keep an asset for ever: FNV-1a over UTF-16 units,
 * 32 bits as base 36. It only has to change when the content does; it protects nothing.
 */
export function contentHash(content: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < content.length; index += 1) {
    hash = Math.imul(hash ^ content.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0).toString(36)
}
