import { shownText } from './shown-text.js'

/** One or two capital letters (or digits) that stand for a name or an address; a dot where it has none. */
export function initials(name: string): string {
  const words = shownText(name)
    .replace(/@.*$/u, '')
    .split(/[\s._-]+/u)
  const letters = words.flatMap((word) => /[\p{L}\p{N}]/u.exec(word)?.[0] ?? [])
  const [first, last] = [letters.at(0), letters.length > 1 ? letters.at(-1) : undefined]
  return first === undefined ? '•' : `${first}${last ?? ''}`.toUpperCase()
}
