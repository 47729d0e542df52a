const longest = 256

// Controls, invisible format characters (bidirectional overrides among them) and lone surrogates.
// The two joiners stay: Persian, Indic scripts and emoji are written with them.
const unseen = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}]/gu

/**
 * Text that somebody else chose, made fit to stand in a page or mail: one line, at most 256 characters,
 * nothing that is invisible or turns the reading direction. HTML is not its concern; JSX escapes.
 */
export function shownText(text: string): string {
  const line = text.replace(/\s+/gu, ' ').replace(unseen, '').trim()
  const characters = Array.from(line)
  return characters.length <= longest ? line : `${characters.slice(0, longest - 1).join('')}…`
}
