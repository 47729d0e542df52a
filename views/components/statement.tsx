import type { ComponentChildren, VNode } from 'preact'
import { Icon, type IconName } from './icon.js'

export interface StatementProps {
  readonly tone: 'good' | 'calm' | 'bad'
  readonly icon: IconName
  readonly title: string
  readonly children: ComponentChildren
}

/** A page that says one thing and offers the next step. */
export function Statement({ tone, icon, title, children }: StatementProps): VNode {
  return (
    <section class={`card statement ${tone}`}>
      <span class="sign">
        <Icon name={icon} />
      </span>
      <h1>{title}</h1>
      {children}
    </section>
  )
}
