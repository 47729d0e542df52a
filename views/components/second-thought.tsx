import type { ComponentChildren, VNode } from 'preact'
import { PostForm } from './post-form.js'

interface SecondThoughtProps {
  readonly label: string
  /** For the ear where several buttons of a page read alike. */
  readonly spoken?: string | undefined
  readonly action: string
  readonly hidden?: Readonly<Record<string, string | undefined>>
  /** What pressing it means. */
  readonly children: ComponentChildren
}

/** A button for what cannot be undone: the first press says what follows, the second one does it. Works without scripts. */
export function SecondThought({ label, spoken, action, hidden = {}, children }: SecondThoughtProps): VNode {
  return (
    <details class="second-thought">
      <summary class="button small" aria-label={spoken}>
        {label}
      </summary>
      <PostForm action={action} hidden={hidden} class="notice">
        <p>{children}</p>
        <button class="button danger small" type="submit" aria-label={spoken}>
          {label}
        </button>
      </PostForm>
    </details>
  )
}
