import { PostForm } from '../components/post-form.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'
import { shownText } from '../shown-text.js'

export interface DisableProviderPageData {
  readonly locale: Locale
  readonly organization: { readonly name: string; readonly slug: string }
  readonly provider: { readonly name: string; readonly displayName: string; readonly requireLink: boolean }
  readonly linked: number
}

/** `GET /organizations/{organization}/sso/{provider}/disable`: what it means, before it is done. */
export function renderDisableProviderPage({
  locale,
  organization,
  provider,
  linked,
}: DisableProviderPageData): string {
  const { disable: words } = messagesFor(locale).organization
  const title = words.title(shownText(provider.displayName))
  return renderPage({
    locale,
    title,
    organization: organization.name,
    children: (
      <section class="card">
        <h1>{title}</h1>
        <h2>{words.consequences}</h2>
        <ul class="points">
          <li>{words.unlinked(linked)}</li>
          <li>{words.passwords}</li>
          {provider.requireLink && <li>{words.requireLink}</li>}
        </ul>
        <PostForm action={paths.singleSignOn(organization.slug, provider.name, 'disable')}>
          <button class="button danger" type="submit">
            {words.submit}
          </button>
        </PostForm>
        <a class="button" href={paths.singleSignOn(organization.slug, provider.name)}>
          {words.cancel}
        </a>
      </section>
    ),
  })
}
