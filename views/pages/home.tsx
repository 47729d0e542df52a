import type { VNode } from 'preact'
import { Chosen } from '../components/chosen.js'
import { TextField } from '../components/text-field.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'

export interface HomePageData {
  readonly locale: Locale
  /** Who is signed in in this browser, if anybody. */
  readonly session?: { readonly name?: string | undefined } | undefined
}

/** `GET /`: ask for the organization, or say who is signed in. */
export function renderHomePage({ locale, session }: HomePageData): string {
  const { home } = messagesFor(locale)
  const title = session === undefined ? home.title : home.signedInPlainTitle
  return renderPage({
    locale,
    title,
    children:
      session === undefined ? <AskOrganization locale={locale} /> : <Greeting locale={locale} {...session} />,
  })
}

function AskOrganization({ locale }: { readonly locale: Locale }): VNode {
  const { home } = messagesFor(locale)
  return (
    <section class="card">
      <h1>{home.title}</h1>
      <p class="lead">{home.intro}</p>
      <OrganizationForm locale={locale} look="button primary" />
    </section>
  )
}

function Greeting({ locale, name }: { readonly locale: Locale; readonly name?: string | undefined }): VNode {
  const { home } = messagesFor(locale)
  return (
    <section class="card">
      <h1>{name === undefined ? home.signedInPlainTitle : home.signedInTitle(<Chosen text={name} />)}</h1>
      {name !== undefined && <p class="lead">{home.signedIn}</p>}
      <a class="button primary" href={paths.account}>
        {home.account}
      </a>
      <section class="apart">
        <h2>{home.another}</h2>
        <OrganizationForm locale={locale} look="button" />
      </section>
    </section>
  )
}

function OrganizationForm({ locale, look }: { readonly locale: Locale; readonly look: string }): VNode {
  const { home } = messagesFor(locale)
  return (
    <form method="get" action={paths.organizations}>
      <TextField
        name="organization"
        label={home.label}
        hint={home.hint}
        autoComplete="organization"
        required
      />
      <button class={look} type="submit">
        {home.submit}
      </button>
    </form>
  )
}
