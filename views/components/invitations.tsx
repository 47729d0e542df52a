import type { VNode } from 'preact'
import type { Role } from '../../domain/policy.js'
import { accountMessagesFor } from '../account-messages.js'
import type { Locale } from '../locale.js'
import { paths } from '../paths.js'
import { Chosen } from './chosen.js'
import { PostForm } from './post-form.js'

export interface ShownInvitation {
  readonly id: string
  readonly organization: string
  readonly role: Role
}

interface InvitationsProps {
  readonly locale: Locale
  readonly invitations: readonly ShownInvitation[]
}

/** Invitations that the person may accept with a confirmed address: to join, or to be more than a member. */
export function Invitations({ locale, invitations }: InvitationsProps): VNode | null {
  const { invitations: words } = accountMessagesFor(locale)
  if (invitations.length === 0) return null
  return (
    <section class="apart">
      <h2>{words.title}</h2>
      <ul class="rows">
        {invitations.map(({ id, organization, role }) => (
          <li key={id}>
            <PostForm action={paths.acceptInvitation(id)} class="row-head">
              <p>{words.text(<Chosen text={organization} />, words.as[role])}</p>
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
