import type { FieldError } from '../../domain/errors.js'
import { accountMessagesFor } from '../account-messages.js'
import { Chosen } from '../components/chosen.js'
import { codeField, FieldForm } from '../components/field-form.js'
import { Statement } from '../components/statement.js'
import { SupportText } from '../components/support-text.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'

export interface ForgottenPasswordPageData {
  readonly locale: Locale
  /** Slug of the organization from whose page the person comes. */
  readonly organization?: string | undefined
  readonly errors?: readonly FieldError[] | undefined
  readonly typed?: string | undefined
}

/** `GET /password`: asks for a link that sets a password. */
export function renderForgottenPasswordPage(data: ForgottenPasswordPageData): string {
  const { locale, organization, errors = [], typed } = data
  const { forgotten: words, byPassword, addresses } = accountMessagesFor(locale)
  return renderPage({
    locale,
    title: words.title,
    errorSummary: { title: addresses.errors, errors, fields: ['email'] },
    children: (
      <section class="card">
        <h1>{words.title}</h1>
        <p class="lead">{words.intro}</p>
        <FieldForm
          action={paths.password}
          hidden={{ organization }}
          fields={[{ name: 'email', type: 'email', label: byPassword.email, autoComplete: 'username' }]}
          errors={errors}
          values={{ email: typed }}
          submit={words.submit}
        />
      </section>
    ),
  })
}

export interface ResetMailPageData {
  readonly locale: Locale
  /** Where the words about support lead, a URI; nowhere where absent. */
  readonly supportContact?: string | null | undefined
}

/** The answer to it, the same for any address. */
export function renderResetMailPage({ locale, supportContact }: ResetMailPageData): string {
  const { forgotten: words } = accountMessagesFor(locale)
  return renderPage({
    locale,
    title: words.sentTitle,
    children: (
      <Statement tone="calm" icon="mail" title={words.sentTitle}>
        <p class="lead">{words.sent}</p>
        <p class="hint">
          <SupportText locale={locale} contact={supportContact} text={words.nothing} />
        </p>
        <a class="button" href={paths.home}>
          {words.back}
        </a>
      </Statement>
    ),
  })
}

export interface PasswordResetPageData {
  readonly locale: Locale
  /** Where the form posts to. */
  readonly action: string
  readonly address: string
  readonly withCode: boolean
  readonly errors?: readonly FieldError[] | undefined
}

/** `GET /password/{token}`: looking changes nothing; the button does. */
export function renderPasswordResetPage(data: PasswordResetPageData): string {
  const { locale, action, address, withCode, errors = [] } = data
  const { password: words, addresses } = accountMessagesFor(locale)
  return renderPage({
    locale,
    title: words.setTitle,
    errorSummary: { title: addresses.errors, errors, fields: ['password', 'otp'] },
    children: (
      <section class="card">
        <h1>{words.setTitle}</h1>
        <p class="address">
          <Chosen text={address} />
        </p>
        <p class="lead">{words.others}</p>
        <FieldForm
          action={action}
          fields={[
            {
              name: 'password',
              type: 'password',
              label: words.label,
              hint: words.hint,
              autoComplete: 'new-password',
            },
            ...(withCode ? [codeField(locale)] : []),
          ]}
          errors={errors}
          submit={words.submit}
        />
      </section>
    ),
  })
}

/** The password is set: on to the sign-in. */
export function renderPasswordDonePage({
  locale,
  organization,
}: {
  readonly locale: Locale
  readonly organization: string | null
}): string {
  const { forgotten: words } = accountMessagesFor(locale)
  return renderPage({
    locale,
    title: words.doneTitle,
    children: (
      <Statement tone="good" icon="check" title={words.doneTitle}>
        <p class="lead">{words.done}</p>
        <a
          class="button primary"
          href={organization === null ? paths.home : paths.organization(organization)}
        >
          {messagesFor(locale).confirm.signIn}
        </a>
      </Statement>
    ),
  })
}
