import type { VNode } from 'preact'
import type { FieldError } from '../../domain/errors.js'
import { roles } from '../../domain/policy.js'
import type { Role } from '../../domain/policy.js'
import { errorOf } from '../error-of.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'
import { ChoiceField } from './choice-field.js'
import { Chosen } from './chosen.js'
import { Instant } from './instant.js'
import { PostForm } from './post-form.js'
import { SecondThought } from './second-thought.js'
import { TextField } from './text-field.js'

export interface OpenInvitationsProps {
  readonly locale: Locale
  readonly now: Date
  /** Of the organization. */
  readonly slug: string
  readonly canEdit: boolean
  readonly invitations: readonly {
    readonly id: string
    readonly email: string
    readonly role: Role
    /** False for somebody who asked to join and was not invited. */
    readonly approved: boolean
    readonly expiresAt: Date
  }[]
  /** Id of the last one, where there are more. */
  readonly more?: string | undefined
  readonly errors?: readonly FieldError[] | undefined
  readonly typed?: { readonly email?: string | undefined; readonly role?: string | undefined } | undefined
}

/** Whom an organization has invited and who has not come yet; its owners invite here and take back. */
export function OpenInvitations(props: OpenInvitationsProps): VNode {
  const { locale, slug, canEdit, invitations, more } = props
  const { invitations: words } = messagesFor(locale).organization
  return (
    <section class="apart" id="invitations">
      <h2>{words.title}</h2>
      <p>{words.intro}</p>
      {invitations.length === 0 && <p>{words.none}</p>}
      <ul class="rows">
        {invitations.map((invitation) => (
          <Row key={invitation.id} {...props} invitation={invitation} />
        ))}
      </ul>
      {more !== undefined && (
        <p>
          <a href={`${paths.singleSignOn(slug)}?after=${encodeURIComponent(more)}#invitations`}>
            {words.more}
          </a>
        </p>
      )}
      {canEdit && <Invite {...props} />}
    </section>
  )
}

interface RowProps extends OpenInvitationsProps {
  readonly invitation: OpenInvitationsProps['invitations'][number]
}

function Row({ locale, now, slug, canEdit, invitation }: RowProps): VNode {
  const { invitations: words } = messagesFor(locale).organization
  const { id, email, role, approved, expiresAt } = invitation
  return (
    <li>
      <p class="row-head">
        <strong>
          <Chosen text={email} />
        </strong>
        <span class={approved ? 'badge' : 'badge warn'}>{approved ? words.roles[role] : words.asked}</span>
      </p>
      <p class="row-text">{words.until(<Instant locale={locale} at={expiresAt} now={now} />)}</p>
      {canEdit && (
        <div class="row-acts">
          <SecondThought
            label={words.takeBack}
            spoken={`${words.takeBack}: ${email}`}
            action={paths.singleSignOn(slug, 'invitations', 'remove')}
            hidden={{ invitation: id }}
          >
            {words.takeBackText}
          </SecondThought>
        </div>
      )}
    </li>
  )
}

function Invite({ locale, slug, errors = [], typed = {} }: OpenInvitationsProps): VNode {
  const { invitations: words } = messagesFor(locale).organization
  return (
    <PostForm action={paths.singleSignOn(slug, 'invitations')}>
      <TextField
        name="email"
        type="email"
        label={words.email}
        hint={words.hint}
        autoComplete="off"
        value={typed.email}
        error={errorOf(errors, 'email')}
        required
      />
      <ChoiceField
        name="role"
        label={words.role}
        options={roles.map((role) => ({ value: role, label: words.roleText[role] }))}
        value={typed.role ?? 'member'}
        error={errorOf(errors, 'role')}
      />
      <button class="button" type="submit">
        {words.submit}
      </button>
    </PostForm>
  )
}
