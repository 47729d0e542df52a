import type { VNode } from 'preact'
import type { FieldError } from '../../domain/errors.js'
import type { Admission, Role } from '../../domain/policy.js'
import type { ProviderFault } from '../../domain/provider-fault.js'
import { errorOf } from '../error-of.js'
import { Chosen } from '../components/chosen.js'
import { Copied } from '../components/copied.js'
import { JoiningRules } from '../components/joining-rules.js'
import { PostForm } from '../components/post-form.js'
import { TextField } from '../components/text-field.js'
import { faultText } from '../fault-text.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'
import { shownText } from '../shown-text.js'

export interface ProviderSetupPageData {
  readonly locale: Locale
  readonly organization: { readonly name: string; readonly slug: string }
  readonly provider: {
    readonly name: string
    readonly displayName: string
    readonly issuer: string
    readonly clientId: string
    readonly hasSecret: boolean
    readonly admission: Admission
    readonly defaultRole: Role
    /** What was wrong with the newest test sign-in. */
    readonly setupFault: ProviderFault | null
  }
  readonly redirectUri: string
  /** The organization demands a second factor, and will not any more. */
  readonly requireSecondFactor: boolean
  /** Members who are told to link their account. */
  readonly unlinked: number
  readonly errors?: readonly FieldError[] | undefined
}

const fields = ['client_id', 'admission', 'default_role']

/** `GET /organizations/{organization}/sso/{provider}` of a provider in setup: its client, then a sign-in to try it. */
export function renderProviderSetupPage(data: ProviderSetupPageData): string {
  const { locale, organization, provider } = data
  const { organization: texts } = messagesFor(locale)
  const { setup: words } = texts
  const { setupFault: fault } = provider
  const errors =
    data.errors ?? (fault === null ? [] : [{ field: 'client_id', message: faultText(locale, fault, null) }])
  const title = words.title(shownText(provider.displayName))
  return renderPage({
    locale,
    title,
    organization: organization.name,
    errorSummary: { title: texts.errors, errors, fields },
    children: (
      <>
        <section class="card">
          <h1>{title}</h1>
          <p class="lead">{words.found(<Chosen text={provider.issuer} />)}</p>
          <section class="apart">
            <h2>{words.register}</h2>
            <p>{words.registerText}</p>
            <Copied text={data.redirectUri} />
            <p class="hint">{words.lost}</p>
          </section>
          <section class="apart">
            <h2>{words.client}</h2>
            <ClientForm {...data} errors={errors} />
          </section>
        </section>
        <div class="after">
          <p>
            <a href={paths.singleSignOn(organization.slug, 'connect')}>{words.otherIssuer}</a>
          </p>
          <p>
            <a href={paths.singleSignOn(organization.slug)}>{texts.back}</a>
          </p>
          <PostForm action={paths.singleSignOn(organization.slug, provider.name, 'discard')}>
            <button class="button quiet" type="submit">
              {words.discard}
            </button>
          </PostForm>
        </div>
      </>
    ),
  })
}

function ClientForm(data: ProviderSetupPageData & { readonly errors: readonly FieldError[] }): VNode {
  const { locale, organization, provider, errors, unlinked } = data
  const { setup: words } = messagesFor(locale).organization
  return (
    <PostForm
      action={paths.singleSignOn(organization.slug, provider.name, 'setup')}
      hidden={{ issuer: provider.issuer }}
    >
      <TextField
        name="client_id"
        label={words.clientId}
        autoComplete="off"
        value={provider.clientId}
        error={errorOf(errors, 'client_id')}
        required
      />
      <TextField
        name="client_secret"
        label={words.clientSecret}
        hint={provider.hasSecret ? words.secretKept : words.secretHint}
        autoComplete="off"
        type="password"
      />
      <JoiningRules
        locale={locale}
        admission={provider.admission}
        defaultRole={provider.defaultRole}
        errors={errors}
      />
      <div class="field">
        {data.requireSecondFactor && <p class="notice warn">{words.secondFactor}</p>}
        <p class="hint">{words.testText}</p>
        <p class="hint">{unlinked > 0 ? words.tell(unlinked) : words.tellNobody}</p>
      </div>
      <button class="button primary" type="submit">
        {words.test}
      </button>
    </PostForm>
  )
}
