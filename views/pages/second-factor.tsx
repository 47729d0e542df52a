import type { FieldError } from '../../domain/errors.js'
import { accountMessagesFor } from '../account-messages.js'
import { ErrorSummary } from '../components/error-summary.js'
import { PostForm } from '../components/post-form.js'
import { TextField } from '../components/text-field.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'

export interface SecondFactorPageData {
  readonly locale: Locale
  readonly errors?: readonly FieldError[] | undefined
}

/** After a right password: the code that the account asks for besides. */
export function renderSecondFactorPage({ locale, errors = [] }: SecondFactorPageData): string {
  const { again: words, secondFactor, addresses } = accountMessagesFor(locale)
  return renderPage({
    locale,
    title: secondFactor.title,
    hasErrors: errors.length > 0,
    children: (
      <section class="card">
        <ErrorSummary title={addresses.errors} errors={errors} fields={['otp']} />
        <h1>{secondFactor.title}</h1>
        <p class="lead">{secondFactor.intro}</p>
        <PostForm action={paths.secondFactor}>
          <TextField
            name="otp"
            label={words.code}
            hint={words.codeHint}
            autoComplete="one-time-code"
            error={errors.find(({ field }) => field === 'otp')?.message}
            required
          />
          <button class="button primary" type="submit">
            {secondFactor.submit}
          </button>
        </PostForm>
        <p class="after">
          <a href={paths.home}>{messagesFor(locale).problem.restart}</a>
        </p>
      </section>
    ),
  })
}
