import type { FieldError } from '../../domain/errors.js'
import { accountMessagesFor } from '../account-messages.js'
import { renderAccountFrame } from '../components/account-frame.js'
import { ErrorSummary } from '../components/error-summary.js'
import { PostForm } from '../components/post-form.js'
import { TextField } from '../components/text-field.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'

export interface AccountFoldPageData {
  readonly locale: Locale
  readonly organization?: { readonly name: string } | undefined
  readonly errors?: readonly FieldError[] | undefined
  readonly typed?: string | undefined
}

/** `GET /account/former`: shows an account that the person had before; this fresh one goes into it. */
export function renderAccountFoldPage({
  locale,
  organization,
  errors = [],
  typed,
}: AccountFoldPageData): string {
  const { fold: words, byPassword, again, addresses, password } = accountMessagesFor(locale)
  const errorOf = (name: string): string | undefined => errors.find(({ field }) => field === name)?.message
  return renderAccountFrame({
    locale,
    title: words.title,
    organization: organization?.name,
    hasErrors: errors.length > 0,
    children: (
      <>
        <ErrorSummary title={addresses.errors} errors={errors} fields={['email', 'password', 'otp']} />
        <p class="lead">{words.text}</p>
        <PostForm action={paths.formerAccount}>
          <TextField
            name="email"
            type="email"
            label={words.email}
            autoComplete="username"
            value={typed}
            error={errorOf('email')}
            required
          />
          <TextField
            name="password"
            type="password"
            label={words.password}
            autoComplete="current-password"
            error={errorOf('password')}
            required
          />
          <TextField
            name="otp"
            label={again.code}
            note={messagesFor(locale).decision.optional}
            hint={words.codeHint}
            autoComplete="one-time-code"
            error={errorOf('otp')}
          />
          <button class="button primary" type="submit">
            {words.submit}
          </button>
        </PostForm>
        <p class="after">
          <a href={paths.password}>{byPassword.forgot}</a>
        </p>
        <p class="after">
          <a href={paths.account}>{password.back}</a>
        </p>
      </>
    ),
  })
}
