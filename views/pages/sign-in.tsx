import type { VNode } from 'preact'
import type { FieldError } from '../../domain/errors.js'
import { accountMessagesFor } from '../account-messages.js'
import { Chosen } from '../components/chosen.js'
import { PasswordForm } from '../components/password-form.js'
import { ProviderButton } from '../components/provider-button.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'
import { shownText } from '../shown-text.js'

export interface SignInPageData {
  readonly locale: Locale
  readonly organization: { readonly name: string; readonly slug: string }
  readonly providers: readonly { readonly name: string; readonly displayName: string }[]
  /** Where the person wants to go afterwards; checked again when the form arrives. */
  readonly returnTo?: string | undefined
  /** Token of an invitation that the person followed; goes on with the form, and into no further address. */
  readonly invitation?: string | undefined
  readonly session?: { readonly name: string } | undefined
  /** Absent where the organization lets people in through its providers only. */
  readonly password?:
    { readonly errors?: readonly FieldError[]; readonly typed?: string | undefined } | undefined
}

/** `GET /sso/{organization}`: one button for each of the organization's providers. */
export function renderSignInPage(data: SignInPageData): string {
  const title = messagesFor(data.locale).signIn.title(shownText(data.organization.name))
  return renderPage({
    locale: data.locale,
    title,
    organization: data.organization.name,
    errorSummary: {
      title: accountMessagesFor(data.locale).addresses.errors,
      errors: data.password?.errors ?? [],
      fields: ['email', 'password'],
    },
    children: (
      <section class="card">
        <h1>{title}</h1>
        {data.session !== undefined && <SignedIn locale={data.locale} name={data.session.name} />}
        <Providers {...data} />
        {data.password !== undefined && (
          <PasswordForm
            locale={data.locale}
            organizationSlug={data.organization.slug}
            returnTo={data.returnTo}
            alone={data.providers.length === 0}
            {...data.password}
          />
        )}
      </section>
    ),
  })
}

function Providers(data: SignInPageData): VNode {
  const { locale, organization, providers, returnTo, invitation, password } = data
  const { signIn } = messagesFor(locale)
  const [only, ...others] = providers
  if (only === undefined)
    return (
      <>
        {password === undefined && (
          <>
            <p class="notice">{signIn.none}</p>
            <a class="button" href={paths.home}>
              {messagesFor(locale).problem.home}
            </a>
          </>
        )}
      </>
    )
  const alone = others.length === 0
  return (
    <>
      <p class="lead">{alone ? signIn.introOne(<Chosen text={only.displayName} />) : signIn.intro}</p>
      <div class="stack">
        {providers.map((provider) => (
          <ProviderButton
            key={provider.name}
            locale={locale}
            action={paths.provider(organization.slug, provider.name)}
            displayName={provider.displayName}
            primary={alone}
            hidden={{ return_to: returnTo, invitation }}
          />
        ))}
      </div>
    </>
  )
}

function SignedIn({ locale, name }: { readonly locale: Locale; readonly name: string }): VNode {
  const { signIn } = messagesFor(locale)
  return (
    <p class="notice">
      {signIn.signedIn(<Chosen text={name} />)} <a href={paths.account}>{signIn.account}</a>
    </p>
  )
}
