import type { FieldError } from '../../domain/errors.js'
import { accountMessagesFor } from '../account-messages.js'
import { renderAccountFrame } from '../components/account-frame.js'
import { codeField, FieldForm } from '../components/field-form.js'
import { ProviderButton } from '../components/provider-button.js'
import type { Locale } from '../locale.js'
import { paths } from '../paths.js'

export interface ReauthenticationPageData {
  readonly locale: Locale
  readonly organization?: { readonly name: string } | undefined
  /** Where the person goes on; a path of ours. */
  readonly returnTo: string
  /** Null where the account has none. */
  readonly password: { readonly withCode: boolean } | null
  /** Those of the account's identities whose providers may prove it. */
  readonly providers: readonly { readonly identityId: string; readonly displayName: string }[]
  readonly errors?: readonly FieldError[] | undefined
}

/** `GET /account/reauthentication`: before a change, the account has to be proved once more. */
export function renderReauthenticationPage(data: ReauthenticationPageData): string {
  const { locale, organization, returnTo, password, providers, errors = [] } = data
  const { again: words, addresses } = accountMessagesFor(locale)
  return renderAccountFrame({
    locale,
    title: words.title,
    organization: organization?.name,
    errorSummary: { title: addresses.errors, errors, fields: ['password', 'otp'] },
    children: (
      <>
        <p class="lead">{words.why}</p>
        {password !== null && (
          <FieldForm
            action={paths.reauthentication}
            hidden={{ return_to: returnTo }}
            fields={[
              {
                name: 'password',
                type: 'password',
                label: words.password,
                autoComplete: 'current-password',
              },
              ...(password.withCode ? [codeField(locale)] : []),
            ]}
            errors={errors}
            submit={words.submit}
          />
        )}
        {providers.length > 0 && (
          <div class="stack">
            {providers.map(({ identityId, displayName }) => (
              <ProviderButton
                key={identityId}
                locale={locale}
                action={paths.reauthenticationAt(identityId)}
                displayName={displayName}
                primary={password === null && providers.length === 1}
                hidden={{ return_to: returnTo }}
              />
            ))}
          </div>
        )}
        <p class="after">
          <a href={returnTo}>{words.cancel}</a>
        </p>
      </>
    ),
  })
}
