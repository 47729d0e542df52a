import type { FieldError } from '../../domain/errors.js'
import { FieldForm } from '../components/field-form.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'

export interface ConnectProviderPageData {
  readonly locale: Locale
  readonly organization: { readonly name: string; readonly slug: string }
  readonly errors?: readonly FieldError[] | undefined
  /** What was typed before. */
  readonly values?: Readonly<Record<string, string>> | undefined
}

const fields = ['issuer', 'display_name', 'name']

/** `GET /organizations/{organization}/sso/connect`: which provider. */
export function renderConnectProviderPage(data: ConnectProviderPageData): string {
  const { locale, organization, errors = [], values = {} } = data
  const { organization: texts } = messagesFor(locale)
  const { connect: words } = texts
  return renderPage({
    locale,
    title: words.title,
    organization: organization.name,
    errorSummary: { title: texts.errors, errors, fields },
    children: (
      <>
        <section class="card">
          <h1>{words.title}</h1>
          <p class="lead">{words.intro}</p>
          <FieldForm
            action={paths.singleSignOn(organization.slug, 'connect')}
            fields={[
              { name: 'issuer', label: words.issuer, hint: words.issuerHint, autoComplete: 'url' },
              {
                name: 'display_name',
                label: words.displayName,
                hint: words.displayNameHint,
                autoComplete: 'off',
              },
              { name: 'name', label: words.name, hint: words.nameHint, autoComplete: 'off' },
            ]}
            errors={errors}
            values={values}
            submit={words.submit}
          />
        </section>
        <p class="after">
          <a href={paths.singleSignOn(organization.slug)}>{texts.back}</a>
        </p>
      </>
    ),
  })
}
