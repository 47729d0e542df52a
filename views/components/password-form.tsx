import type { VNode } from 'preact'
import type { FieldError } from '../../domain/errors.js'
import { errorOf } from '../error-of.js'
import { accountMessagesFor } from '../account-messages.js'
import type { Locale } from '../locale.js'
import { paths } from '../paths.js'
import { PostForm } from './post-form.js'
import { TextField } from './text-field.js'

interface PasswordFormProps {
  readonly locale: Locale
  readonly organizationSlug: string
  readonly returnTo?: string | undefined
  /** The organization has no other way in. */
  readonly alone: boolean
  /** What was wrong, and the address as it was typed. */
  readonly errors?: readonly FieldError[] | undefined
  readonly typed?: string | undefined
}

/** Sign-in for those who set a password; folded away beside the organization's providers. */
export function PasswordForm(props: PasswordFormProps): VNode {
  const { locale, organizationSlug, returnTo, alone, errors = [], typed } = props
  const { byPassword: words } = accountMessagesFor(locale)
  const form = (
    <PostForm action={paths.organization(organizationSlug)} hidden={{ return_to: returnTo }}>
      <TextField
        name="email"
        type="email"
        label={words.email}
        autoComplete="username"
        value={typed}
        error={errorOf(errors, 'email')}
        required
      />
      <TextField
        name="password"
        type="password"
        label={words.password}
        autoComplete="current-password"
        error={errorOf(errors, 'password')}
        required
      />
      <button class={alone ? 'button primary' : 'button'} type="submit">
        {words.submit}
      </button>
      <p class="after">
        <a href={paths.forgotPassword(organizationSlug)}>{words.forgot}</a>
      </p>
    </PostForm>
  )
  if (alone) return form
  return (
    <details class="second-thought apart" open={errors.length > 0}>
      <summary class="button quiet">{words.title}</summary>
      {form}
    </details>
  )
}
