import type { FieldError } from '../../domain/errors.js'
import { ErrorSummary } from '../components/error-summary.js'
import { PostForm } from '../components/post-form.js'
import { TextField } from '../components/text-field.js'
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
  const errorOf = (name: string): string | undefined => errors.find(({ field }) => field === name)?.message
  return renderPage({
    locale,
    title: words.title,
    organization: organization.name,
    hasErrors: errors.length > 0,
    children: (
      <>
        <ErrorSummary title={texts.errors} errors={errors} fields={fields} />
        <section class="card">
          <h1>{words.title}</h1>
          <p class="lead">{words.intro}</p>
          <PostForm action={paths.singleSignOn(organization.slug, 'connect')}>
            <TextField
              name="issuer"
              label={words.issuer}
              hint={words.issuerHint}
              autoComplete="url"
              value={values['issuer']}
              error={errorOf('issuer')}
              required
            />
            <TextField
              name="display_name"
              label={words.displayName}
              hint={words.displayNameHint}
              autoComplete="off"
              value={values['display_name']}
              error={errorOf('display_name')}
              required
            />
            <TextField
              name="name"
              label={words.name}
              hint={words.nameHint}
              autoComplete="off"
              value={values['name']}
              error={errorOf('name')}
              required
            />
            <button class="button primary" type="submit">
              {words.submit}
            </button>
          </PostForm>
        </section>
        <p class="after">
          <a href={paths.singleSignOn(organization.slug)}>{texts.back}</a>
        </p>
      </>
    ),
  })
}
