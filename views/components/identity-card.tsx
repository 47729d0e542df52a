import type { VNode } from 'preact'
import { initials } from '../initials.js'
import { Chosen } from './chosen.js'
import { Icon } from './icon.js'

interface IdentityCardProps {
  /** The best name there is for the person: a name, an address, or how the provider knows them. */
  readonly headline: string
  /** The headline is not a name of any kind, so it has no initials either. */
  readonly nameless?: boolean
  readonly line?: string | undefined
  /** Where this comes from, such as the provider's name. */
  readonly source: string
  /** A second account beside the first is drawn in the accent colour. */
  readonly own?: boolean
}

/** One person as one source knows them. */
export function IdentityCard(props: IdentityCardProps): VNode {
  const { headline, nameless = false, line, source, own = false } = props
  return (
    <div class={own ? 'identity own' : 'identity'}>
      <span class="avatar" aria-hidden="true">
        {nameless ? <Icon name="person" /> : initials(headline)}
      </span>
      <div class="identity-text">
        <p class="identity-name">
          <Chosen text={headline} />
        </p>
        {line !== undefined && (
          <p class="identity-line">
            <Chosen text={line} />
          </p>
        )}
      </div>
      <span class="badge">
        <Chosen text={source} />
      </span>
    </div>
  )
}
