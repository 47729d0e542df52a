import { Chosen } from '../components/chosen.js'
import { ProviderButton } from '../components/provider-button.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'
import { shownText } from '../shown-text.js'

export interface StartPageData {
  readonly locale: Locale
  readonly organization: { readonly name: string; readonly slug: string }
  readonly provider: { readonly name: string; readonly displayName: string }
  readonly returnTo?: string | undefined
  /** Token of an invitation that the person followed; goes on with the form, and into no further address. */
  readonly invitation?: string | undefined
  readonly loginHint?: string | undefined
}

/** `GET /sso/{organization}/{provider}`: a link from elsewhere starts nothing, this one button does. */
export function renderStartPage({
  locale,
  organization,
  provider,
  returnTo,
  loginHint,
  invitation,
}: StartPageData): string {
  const { signIn } = messagesFor(locale)
  const title = signIn.title(shownText(organization.name))
  return renderPage({
    locale,
    title,
    organization: organization.name,
    children: (
      <section class="card">
        <h1>{title}</h1>
        <p class="lead">{signIn.introOne(<Chosen text={provider.displayName} />)}</p>
        <ProviderButton
          locale={locale}
          action={paths.provider(organization.slug, provider.name)}
          displayName={provider.displayName}
          primary
          hidden={{ return_to: returnTo, login_hint: loginHint, invitation }}
        />
        <p class="after">
          <a href={paths.organization(organization.slug)}>{signIn.others}</a>
        </p>
      </section>
    ),
  })
}
