import type { VNode } from 'preact'
import { initials } from '../initials.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { Chosen } from './chosen.js'
import { Icon } from './icon.js'
import { PostForm } from './post-form.js'

interface ProviderButtonProps {
  readonly locale: Locale
  /** Where it posts to. */
  readonly action: string
  readonly displayName: string
  readonly primary: boolean
  readonly hidden: Readonly<Record<string, string | undefined>>
}

/** The button that starts a sign-in at one provider. */
export function ProviderButton(props: ProviderButtonProps): VNode {
  const { locale, action, displayName, primary, hidden } = props
  return (
    <PostForm action={action} hidden={hidden}>
      <button class={primary ? 'button primary wide' : 'button wide'} type="submit">
        <span class="button-mark" aria-hidden="true">
          {initials(displayName)}
        </span>
        <span class="button-text">{messagesFor(locale).signIn.with(<Chosen text={displayName} />)}</span>
        <Icon name="arrow" />
      </button>
    </PostForm>
  )
}
