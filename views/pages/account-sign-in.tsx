import type { VNode } from 'preact'
import { accountMessagesFor } from '../account-messages.js'
import { renderAccountFrame } from '../components/account-frame.js'
import { Chosen } from '../components/chosen.js'
import { moment } from '../components/moment.js'
import { PostForm } from '../components/post-form.js'
import { SecondThought } from '../components/second-thought.js'
import type { Locale } from '../locale.js'
import { paths } from '../paths.js'

export interface AccountSignInPageData {
  readonly locale: Locale
  readonly now: Date
  readonly organization?: { readonly name: string } | undefined
  readonly identities: readonly Identity[]
  /** Null where there is none. */
  readonly password: { readonly changedAt: Date; readonly last: boolean } | null
  readonly totp: { readonly since: Date; readonly codesLeft: number } | null
}

interface Identity {
  readonly id: string
  readonly provider: string
  readonly organization: string
  /** How the provider knows the person: an address, or a hint of the subject. */
  readonly knownAs: string
  readonly lastUsedAt: Date
  readonly usable: boolean
  /** Without it nobody could sign in to the account. */
  readonly last: boolean
  /** The session that looks at this was opened by it. */
  readonly current: boolean
}

/** `GET /account/sign-in`: everything by which this account can be signed in to. */
export function renderAccountSignInPage(data: AccountSignInPageData): string {
  const { methods } = accountMessagesFor(data.locale)
  return renderAccountFrame({
    locale: data.locale,
    title: methods.title,
    organization: data.organization?.name,
    current: 'signIn',
    children: (
      <>
        <section class="apart">
          <h2>{methods.services}</h2>
          {data.identities.length === 0 && <p>{methods.noServices}</p>}
          <ul class="rows">
            {data.identities.map((identity) => (
              <IdentityRow key={identity.id} locale={data.locale} now={data.now} identity={identity} />
            ))}
          </ul>
        </section>
        <Password {...data} />
        <Totp {...data} />
        <p class="apart">
          <a href={paths.deleteAccount}>{methods.delete}</a>
        </p>
      </>
    ),
  })
}

interface IdentityRowProps {
  readonly locale: Locale
  readonly now: Date
  readonly identity: Identity
}

function IdentityRow({ locale, now, identity }: IdentityRowProps): VNode {
  const { methods } = accountMessagesFor(locale)
  return (
    <li>
      <p class="row-head">
        <strong>
          <Chosen text={identity.provider} />
        </strong>
        <span class="badges">
          {!identity.usable && <span class="badge warn">{methods.off}</span>}
          <span class="badge">
            <Chosen text={identity.organization} />
          </span>
        </span>
      </p>
      <p class="row-text">{methods.knownAs(<Chosen text={identity.knownAs} />)}</p>
      <p class="row-text">{methods.lastUsed(moment(locale, identity.lastUsedAt, now))}</p>
      {identity.last ? (
        <p class="hint">{methods.only}</p>
      ) : (
        <div class="row-acts">
          <SecondThought
            label={methods.disconnect}
            spoken={`${methods.disconnect}: ${identity.provider}`}
            action={paths.unlink(identity.id)}
          >
            {methods.disconnectText(<Chosen text={identity.provider} />)}
            {identity.current && ` ${methods.disconnectThis}`}
          </SecondThought>
        </div>
      )}
    </li>
  )
}

function Password({ locale, now, password }: AccountSignInPageData): VNode {
  const { password: words, only } = accountMessagesFor(locale).methods
  return (
    <section class="apart">
      <h2>{words.title}</h2>
      <p>{password === null ? words.none : words.since(moment(locale, password.changedAt, now))}</p>
      <div class="row-acts">
        <a class="button small" href={paths.accountPassword}>
          {password === null ? words.set : words.change}
        </a>
        {password !== null && !password.last && (
          <SecondThought
            label={words.remove}
            spoken={`${words.remove}: ${words.title}`}
            action={paths.removePassword}
          >
            {words.removeText}
          </SecondThought>
        )}
      </div>
      {password?.last === true && <p class="hint">{only}</p>}
    </section>
  )
}

function Totp({ locale, now, totp }: AccountSignInPageData): VNode {
  const { totp: words } = accountMessagesFor(locale).methods
  return (
    <section class="apart">
      <div class="row-head">
        <h2>{words.title}</h2>
        {totp !== null && <span class="badge good">{words.on}</span>}
      </div>
      {totp === null ? (
        <>
          <p>{words.none}</p>
          <PostForm action={paths.beginTotp} class="row-acts">
            <button class="button small" type="submit" aria-label={`${words.enable}: ${words.title}`}>
              {words.enable}
            </button>
          </PostForm>
        </>
      ) : (
        <>
          <p>
            {words.since(moment(locale, totp.since, now))}. {words.codesLeft(totp.codesLeft)}
          </p>
          <div class="row-acts">
            <PostForm action={paths.renewRecoveryCodes}>
              <button class="button small" type="submit">
                {words.newCodes}
              </button>
            </PostForm>
            <SecondThought
              label={words.disable}
              spoken={`${words.disable}: ${words.title}`}
              action={paths.disableTotp}
            >
              {words.disableText}
            </SecondThought>
          </div>
        </>
      )}
    </section>
  )
}
