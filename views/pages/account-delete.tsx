import { accountMessagesFor } from '../account-messages.js'
import { renderAccountFrame } from '../components/account-frame.js'
import { Chosen } from '../components/chosen.js'
import { PostForm } from '../components/post-form.js'
import type { Locale } from '../locale.js'
import { paths } from '../paths.js'

export interface AccountDeletePageData {
  readonly locale: Locale
  readonly organization?: { readonly name: string } | undefined
  /** Organizations that nobody could manage any more; as long as there are any, the account stays. */
  readonly ownedAlone: readonly string[]
  /** The organization of this session, where it is one of them: here somebody else can be made an owner. */
  readonly inviteTo?: { readonly slug: string; readonly name: string } | undefined
}

/** `GET /account/delete`: what follows from it, and the button. */
export function renderAccountDeletePage(data: AccountDeletePageData): string {
  const { locale, organization, ownedAlone, inviteTo } = data
  const { deletion: words, password } = accountMessagesFor(locale)
  return renderAccountFrame({
    locale,
    title: words.title,
    organization: organization?.name,
    children: (
      <>
        <p class="lead">{words.text}</p>
        {ownedAlone.length === 0 ? (
          <PostForm action={paths.deleteAccount}>
            <button class="button danger" type="submit">
              {words.submit}
            </button>
          </PostForm>
        ) : (
          <div class="notice list-notice">
            <p>{words.owner}</p>
            <ul>
              {ownedAlone.map((name) => (
                <li key={name}>
                  <Chosen text={name} />
                </li>
              ))}
            </ul>
            <p>{words.makeOwner}</p>
            {inviteTo !== undefined && (
              <p>
                <a href={`${paths.singleSignOn(inviteTo.slug)}#invitations`}>{words.invite(inviteTo.name)}</a>
              </p>
            )}
          </div>
        )}
        <p class="after">
          <a href={paths.accountSignIn}>{password.back}</a>
        </p>
      </>
    ),
  })
}
