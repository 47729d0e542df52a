import type { FieldError } from '../../domain/errors.js'
import { accountMessagesFor } from '../account-messages.js'
import { renderAccountFrame } from '../components/account-frame.js'
import { FieldForm } from '../components/field-form.js'
import type { Locale } from '../locale.js'
import { paths } from '../paths.js'

export interface AccountTotpPageData {
  readonly locale: Locale
  readonly organization?: { readonly name: string } | undefined
  /** Base32. */
  readonly secret: string
  /** `otpauth:` */
  readonly uri: string
  readonly errors?: readonly FieldError[] | undefined
}

/** `GET /account/totp`: the secret for an authenticator app, and the field for its first code. */
export function renderAccountTotpPage({
  locale,
  organization,
  secret,
  uri,
  errors = [],
}: AccountTotpPageData): string {
  const { totp: words, password, addresses } = accountMessagesFor(locale)
  return renderAccountFrame({
    locale,
    title: words.title,
    organization: organization?.name,
    errorSummary: { title: addresses.errors, errors, fields: ['otp'] },
    children: (
      <>
        <p class="lead">{words.intro}</p>
        <a class="button" href={uri}>
          {words.open}
        </a>
        <p>{words.byHand}</p>
        <p class="address">
          <code>{secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
        </p>
        <FieldForm
          action={paths.accountTotp}
          fields={[
            {
              name: 'otp',
              inputMode: 'numeric',
              label: words.label,
              hint: words.hint,
              autoComplete: 'one-time-code',
            },
          ]}
          errors={errors}
          submit={words.submit}
        />
        <p class="after">
          <a href={paths.accountSignIn}>{password.back}</a>
        </p>
      </>
    ),
  })
}

export interface RecoveryCodesPageData {
  readonly locale: Locale
  readonly organization?: { readonly name: string } | undefined
  readonly codes: readonly string[]
}

/** The recovery codes, this once. */
export function renderRecoveryCodesPage({ locale, organization, codes }: RecoveryCodesPageData): string {
  const { codes: words } = accountMessagesFor(locale)
  return renderAccountFrame({
    locale,
    title: words.title,
    organization: organization?.name,
    children: (
      <>
        <p class="lead">{words.intro}</p>
        <ol class="codes notice">
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ol>
        <p class="hint">{words.once}</p>
        <a class="button primary" href={paths.accountSignIn}>
          {words.done}
        </a>
      </>
    ),
  })
}
