import type { VNode } from 'preact'
import { shownText } from '../shown-text.js'

/**
 * Text that somebody else chose, kept from changing the sentence around it (its reading direction too).
 * A long address breaks before its @ rather than inside a word.
 */
export function Chosen({ text }: { readonly text: string }): VNode {
  const [first, ...others] = shownText(text).split(/(?=@)/u)
  return (
    <bdi>
      {first}
      {others.map((part) => [<wbr />, part])}
    </bdi>
  )
}
