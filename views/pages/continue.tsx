import { Chosen } from '../components/chosen.js'
import { PostForm } from '../components/post-form.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'

export interface ContinuePageData {
  readonly locale: Locale
  readonly organization: { readonly name: string }
  readonly application: { readonly displayName: string }
  readonly user: { readonly name: string | undefined }
  /** The application's own address: the one form that leads away from us. */
  readonly action: string
  readonly hidden: Readonly<Record<string, string | undefined>>
}

/** `GET /continue/{organization}/{application}`: signed in here, and on to the application by one button. */
export function renderContinuePage(data: ContinuePageData): string {
  const { locale, organization, application, user, action, hidden } = data
  const words = messagesFor(locale).continueTo
  const name = <Chosen text={application.displayName} />
  return renderPage({
    locale,
    title: words.title,
    organization: organization.name,
    children: (
      <section class="card">
        <h1>{words.title}</h1>
        <p class="lead">
          {words.text(name)} {user.name !== undefined && words.as(<Chosen text={user.name} />)}
        </p>
        <PostForm action={action} hidden={hidden}>
          <button class="button primary" type="submit">
            {words.button}
          </button>
        </PostForm>
      </section>
    ),
  })
}
