import type { VNode } from 'preact'

/** Text that people carry elsewhere as it stands: one click selects it whole. */
export function Copied({ text }: { readonly text: string }): VNode {
  return <code class="copied">{text}</code>
}
