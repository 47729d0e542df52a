import type { ComponentChildren, VNode } from 'preact'
import { accountMessagesFor } from '../account-messages.js'
import { Chosen } from '../components/chosen.js'
import { Invitations, type ShownInvitation } from '../components/invitations.js'
import { PostForm } from '../components/post-form.js'
import { Statement, type StatementProps } from '../components/statement.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'
import { problemText } from '../problem-text.js'

type Refusal = 'already_confirmed' | 'link_expired' | 'link_invalid' | 'wrong_user'

export interface ConfirmPageData {
  readonly locale: Locale
  readonly state: 'ready' | 'not_authenticated' | 'confirmed' | Refusal
  /** Where the button posts to. */
  readonly action: string
  /** Shown only where the link was good. */
  readonly address?: string | undefined
  readonly organizationName?: string | undefined
  /** Id of the signed-in owner's address whose link has expired: another one can be sent. */
  readonly resend?: string | undefined
  readonly signInPath?: string | undefined
  readonly restartPath?: string | undefined
  /** What the account lost with its first confirmed address. */
  readonly removed?: Removed | undefined
  readonly invitations?: readonly ShownInvitation[] | undefined
}

interface Removed {
  readonly password: boolean
  readonly totp: boolean
  readonly identities: readonly string[]
  readonly addresses: readonly string[]
  readonly sessions: number
}

/**
 * `GET /confirm/{token}` and the answer to its POST. Looking changes nothing, and no script presses the button
 * (spec: pipeline 5, "page").
 */
export function renderConfirmPage(data: ConfirmPageData): string {
  const { title, ...statement } = statementFor(data)
  return renderPage({
    locale: data.locale,
    title,
    organization: data.organizationName,
    children: <Statement title={title} {...statement} />,
  })
}

function statementFor(data: ConfirmPageData): StatementProps {
  switch (data.state) {
    case 'ready':
      return ready(data)
    case 'not_authenticated':
      return signInFirst(data)
    case 'confirmed':
      return thanks(data)
    default:
      return refused(data, data.state)
  }
}

function ready({ locale, action, address, organizationName }: ConfirmPageData): StatementProps {
  const { ready: words } = messagesFor(locale).confirm
  const children = (
    <>
      <AddressLine address={address} />
      {organizationName !== undefined && <p>{words.text(<Chosen text={organizationName} />)}</p>}
      <PostForm action={action}>
        <button class="button primary" type="submit">
          {words.submit}
        </button>
      </PostForm>
      <p class="hint">{words.small}</p>
    </>
  )
  return { tone: 'calm', icon: 'mail', title: words.title, children }
}

function signInFirst({ locale, action, address }: ConfirmPageData): StatementProps {
  const { notAuthenticated: words } = messagesFor(locale).confirm
  const children = (
    <>
      <AddressLine address={address} />
      <p>{words.text}</p>
      <PostForm action={action}>
        <button class="button primary" type="submit">
          {words.submit}
        </button>
      </PostForm>
    </>
  )
  return { tone: 'calm', icon: 'mail', title: words.title, children }
}

function thanks({ locale, address, removed, invitations = [] }: ConfirmPageData): StatementProps {
  const { confirmed: words, account } = messagesFor(locale).confirm
  const children = (
    <>
      <AddressLine address={address} />
      <p>{words.text}</p>
      {removed !== undefined && <RemovedList locale={locale} removed={removed} />}
      <Invitations locale={locale} invitations={invitations} />
      <NextStep href={paths.account}>{account}</NextStep>
    </>
  )
  return { tone: 'good', icon: 'check', title: words.title, children }
}

function RemovedList({
  locale,
  removed,
}: {
  readonly locale: Locale
  readonly removed: Removed
}): VNode | null {
  const { removed: words } = accountMessagesFor(locale)
  const lines = [
    ...(removed.password ? [words.password] : []),
    ...(removed.totp ? [words.totp] : []),
    ...removed.identities.map((provider) => words.identity(<Chosen text={provider} />)),
    ...removed.addresses.map((removedAddress) => words.address(<Chosen text={removedAddress} />)),
    ...(removed.sessions === 0 ? [] : [words.sessions(removed.sessions)]),
  ]
  if (lines.length === 0) return null
  return (
    <section class="notice list-notice">
      <h2>{words.title}</h2>
      <ul>
        {lines.map((line, index) => (
          <li key={index}>{line}</li>
        ))}
      </ul>
      <p>{words.why}</p>
    </section>
  )
}

function refused(data: ConfirmPageData, state: Refusal): StatementProps {
  const { title, detail } = problemText(data.locale, state)
  if (data.resend !== undefined) return sendAnother(data, data.resend, title)
  if (state === 'wrong_user') return signOut(data.locale, title)
  const { href, label } = nextStep(data, state)
  const children = (
    <>
      <p class="lead">{detail}</p>
      <NextStep href={href}>{label}</NextStep>
    </>
  )
  if (state === 'already_confirmed') return { tone: 'good', icon: 'check', title, children }
  return { tone: 'bad', icon: state === 'link_expired' ? 'clock' : 'alert', title, children }
}

function sendAnother({ locale, address }: ConfirmPageData, emailId: string, title: string): StatementProps {
  const children = (
    <>
      <AddressLine address={address} />
      <p class="lead">{messagesFor(locale).confirm.expired}</p>
      <PostForm action={paths.email(emailId, 'confirmation')}>
        <button class="button primary" type="submit">
          {accountMessagesFor(locale).addresses.resend}
        </button>
      </PostForm>
    </>
  )
  return { tone: 'bad', icon: 'clock', title, children }
}

function signOut(locale: Locale, title: string): StatementProps {
  const { account, confirm } = messagesFor(locale)
  const children = (
    <>
      <p class="lead">{confirm.otherAccount}</p>
      <PostForm action={paths.endSession}>
        <button class="button primary" type="submit">
          {account.signOut}
        </button>
      </PostForm>
      <a class="button" href={paths.account}>
        {confirm.account}
      </a>
    </>
  )
  return { tone: 'bad', icon: 'alert', title, children }
}

function nextStep(data: ConfirmPageData, state: Refusal): { href: string; label: string } {
  const { account, signIn, restart } = messagesFor(data.locale).confirm
  const { signInPath, restartPath } = data
  if (state === 'already_confirmed') return { href: paths.account, label: account }
  if (signInPath !== undefined) return { href: signInPath, label: signIn }
  if (restartPath !== undefined) return { href: restartPath, label: restart }
  return { href: paths.account, label: account }
}

function AddressLine({ address }: { readonly address: string | undefined }): VNode | null {
  if (address === undefined) return null
  return (
    <p class="address">
      <Chosen text={address} />
    </p>
  )
}

function NextStep({
  href,
  children,
}: {
  readonly href: string
  readonly children: ComponentChildren
}): VNode {
  return (
    <a class="button primary" href={href}>
      {children}
    </a>
  )
}
