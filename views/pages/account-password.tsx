import type { FieldError } from '../../domain/errors.js'
import { accountMessagesFor } from '../account-messages.js'
import { renderAccountFrame } from '../components/account-frame.js'
import { FieldForm } from '../components/field-form.js'
import type { Locale } from '../locale.js'
import { paths } from '../paths.js'

export interface AccountPasswordPageData {
  readonly locale: Locale
  readonly organization?: { readonly name: string } | undefined
  /** The address to sign in with: password managers keep the new password beside it. */
  readonly address?: string | undefined
  readonly hasPassword: boolean
  readonly errors?: readonly FieldError[] | undefined
}

/** `GET /account/password`: sets or changes it. */
export function renderAccountPasswordPage(data: AccountPasswordPageData): string {
  const { locale, organization, address, hasPassword, errors = [] } = data
  const { password: words, addresses } = accountMessagesFor(locale)
  const title = hasPassword ? words.changeTitle : words.setTitle
  return renderAccountFrame({
    locale,
    title,
    organization: organization?.name,
    errorSummary: { title: addresses.errors, errors, fields: ['password'] },
    children: (
      <>
        <p class="lead">{words.others}</p>
        <FieldForm
          action={paths.accountPassword}
          fields={[
            {
              name: 'password',
              type: 'password',
              label: words.label,
              hint: words.hint,
              autoComplete: 'new-password',
            },
          ]}
          errors={errors}
          submit={words.submit}
        >
          {address !== undefined && (
            <input
              class="unseen"
              type="text"
              name="username"
              value={address}
              autoComplete="username"
              tabIndex={-1}
              readOnly
              aria-hidden="true"
            />
          )}
        </FieldForm>
        <p class="after">
          <a href={paths.accountSignIn}>{words.back}</a>
        </p>
      </>
    ),
  })
}
