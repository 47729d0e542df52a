import type { VNode } from 'preact'
import { Icon } from './icon.js'

type StepState = 'done' | 'current' | 'todo'

export interface StepsProps {
  readonly steps: readonly { readonly label: string; readonly state: StepState }[]
  /** The states in words, for those who do not see the signs. */
  readonly words: Readonly<Record<StepState, string>>
}

/** How far something has come, from top to bottom. */
export function Steps({ steps, words }: StepsProps): VNode {
  return (
    <ol class="steps">
      {steps.map(({ label, state }) => (
        <li key={label} class={state} aria-current={state === 'current' ? 'step' : undefined}>
          <span class="step-sign">{state === 'done' && <Icon name="check" />}</span>
          <span class="step-text">
            {label}
            <span class="unseen"> ({words[state]})</span>
          </span>
        </li>
      ))}
    </ol>
  )
}
