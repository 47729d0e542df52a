import type { VNode } from 'preact'
import { accountMessagesFor } from '../account-messages.js'
import type { Locale } from '../locale.js'
import { paths } from '../paths.js'
import { Chosen } from './chosen.js'
import { PostForm } from './post-form.js'

export interface ShownInvitation {
  readonly id: string
  readonly organization: string
}

interface InvitationsProps {
  readonly locale: Locale
  readonly invitations: readonly ShownInvitation[]
}

/** Organizations that the person may join with a confirmed address. */
export function Invitations({ locale, invitations }: InvitationsProps): VNode | null {
  const { invitations: words } = accountMessagesFor(locale)
  if (invitations.length === 0) return null
  return (
    <section class="apart">
      <h2>{words.title}</h2>
      <ul class="rows">
        {invitations.map(({ id, organization }) => (
          <li key={id}>
            <PostForm action={paths.acceptInvitation(id)} class="row-head">
              <p>{words.text(<Chosen text={organization} />)}</p>
              <button class="button small" type="submit" aria-label={`${words.accept}: ${organization}`}>
                {words.accept}
              </button>
            </PostForm>
          </li>
        ))}
      </ul>
    </section>
  )
}
