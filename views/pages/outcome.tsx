import type { VNode } from 'preact'
import type { ErrorCode } from '../../domain/errors.js'
import { Chosen } from '../components/chosen.js'
import { Icon } from '../components/icon.js'
import { IdentityCard } from '../components/identity-card.js'
import { PostForm } from '../components/post-form.js'
import { Statement } from '../components/statement.js'
import { SupportText } from '../components/support-text.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'
import { problemText } from '../problem-text.js'
import { shownText } from '../shown-text.js'

export interface OutcomePageData {
  readonly locale: Locale
  readonly attemptId: string
  readonly organization: { readonly name: string }
  readonly outcome:
    | { readonly result: 'signed_in'; readonly how: 'existing' | 'linked' | 'merged' | 'created' }
    | { readonly result: 'rejected'; readonly code: ErrorCode; readonly declined?: boolean | undefined }
    /** Undecided: it ended elsewhere, not by a press of the button. */
    | { readonly result: 'cancelled'; readonly undecided?: boolean }
    | { readonly result: 'expired' }
  /** Whether this browser may still turn the outcome into a session. */
  readonly canRedeem: boolean
  /** The browser is signed in as somebody else than whom the outcome signs in: the page asks first. */
  readonly switchUser?: { readonly present: ShownAccount; readonly other: ShownAccount } | undefined
  /** Signed in, but every seat of the organization is taken. */
  readonly restricted?: boolean
  /** A path of our own that was checked when the attempt began. */
  readonly returnTo: string
  readonly restartPath: string
  /** Where the words about support lead, a URI; nowhere where absent. */
  readonly supportContact?: string | null | undefined
}

interface ShownAccount {
  readonly name: string
  /** Its primary address. */
  readonly email?: string | undefined
  readonly confirmed?: boolean | undefined
}

interface Shown {
  readonly title: string
  readonly content: VNode
}

/** `GET /attempts/{id}` once it has ended: what came of it, and the next step. */
export function renderOutcomePage(data: OutcomePageData): string {
  const { title, content } = shown(data)
  return renderPage({ locale: data.locale, title, organization: data.organization.name, children: content })
}

function shown(data: OutcomePageData): Shown {
  const { locale, outcome } = data
  const words = messagesFor(locale).outcome
  switch (outcome.result) {
    case 'signed_in':
      if (!data.canRedeem) return completed(data)
      return data.switchUser === undefined ? redeemable(data, outcome.how) : asking(data, data.switchUser)
    case 'cancelled': {
      const { title, text } = outcome.undecided === true ? words.endedElsewhere : words.cancelled
      return { title, content: <Ended {...data} icon="cross" title={title} text={text} /> }
    }
    case 'expired': {
      const { title, detail } = problemText(locale, 'attempt_expired')
      return { title, content: <Ended {...data} icon="clock" title={title} text={detail} /> }
    }
    case 'rejected': {
      const { title, detail } = problemText(locale, outcome.code, outcome.declined)
      const icon = outcome.declined === true ? 'cross' : 'alert'
      return { title, content: <Ended {...data} icon={icon} title={title} text={detail} /> }
    }
  }
}

/** Nobody's session is replaced by another user's without a word. */
function asking(
  { locale, attemptId, returnTo }: OutcomePageData,
  accounts: NonNullable<OutcomePageData['switchUser']>,
): Shown {
  const words = messagesFor(locale).outcome.switchUser
  const { title, text, submit, stay } = words
  const [present, other] = [<Chosen text={accounts.present.name} />, <Chosen text={accounts.other.name} />]
  const lineOf = ({ email, confirmed }: ShownAccount): string | undefined =>
    email !== undefined && confirmed !== true ? `${email} (${words.unconfirmed})` : email
  const content = (
    <Statement tone="calm" icon="person" title={title}>
      <p class="lead">{text(present, other)}</p>
      <div class="identities pair">
        <IdentityCard
          headline={accounts.present.name}
          line={lineOf(accounts.present)}
          source={words.signedInHere}
          own
        />
        <Icon name="link" />
        <IdentityCard
          headline={accounts.other.name}
          line={lineOf(accounts.other)}
          source={words.thisSignIn}
        />
      </div>
      <p>{words.both}</p>
      <PostForm action={paths.attempt(attemptId, 'session')}>
        <button class="button primary" type="submit">
          <span>{submit(other)}</span>
        </button>
      </PostForm>
      <a class="button" href={returnTo}>
        <span>{stay(present)}</span>
      </a>
    </Statement>
  )
  return { title, content }
}

function redeemable(
  { locale, attemptId, organization, restricted = false }: OutcomePageData,
  how: SignedInHow,
): Shown {
  const words = messagesFor(locale).outcome
  const { title, text } = words[how]
  const content = (
    <Statement tone="good" icon="check" title={title}>
      <p class="lead">{typeof text === 'string' ? text : text(shownText(organization.name))}</p>
      {restricted && (
        <div class="notice">
          <strong>{words.restricted.title}</strong>
          <p>{words.restricted.text(<Chosen text={organization.name} />)}</p>
        </div>
      )}
      <PostForm action={paths.attempt(attemptId, 'session')} autoSubmit={!restricted}>
        <button class="button primary" type="submit">
          {words.continue}
        </button>
      </PostForm>
    </Statement>
  )
  return { title, content }
}

type SignedInHow = Extract<OutcomePageData['outcome'], { result: 'signed_in' }>['how']

function completed({ locale, returnTo, restartPath }: OutcomePageData): Shown {
  const words = messagesFor(locale).outcome
  const { title, text } = words.completed
  const content = (
    <Statement tone="calm" icon="check" title={title}>
      <p class="lead">{text}</p>
      <a class="button primary" href={returnTo}>
        {words.continue}
      </a>
      <p class="after">
        <a href={restartPath}>{words.signInAgain}</a>
      </p>
    </Statement>
  )
  return { title, content }
}

interface EndedProps {
  readonly locale: Locale
  readonly icon: 'alert' | 'clock' | 'cross'
  readonly title: string
  readonly text: string
  readonly restartPath: string
  readonly supportContact?: string | null | undefined
}

function Ended({ locale, icon, title, text, restartPath, supportContact }: EndedProps): VNode {
  return (
    <Statement tone={icon === 'alert' ? 'bad' : 'calm'} icon={icon} title={title}>
      <p class="lead">
        <SupportText locale={locale} contact={supportContact} text={text} />
      </p>
      <a class="button primary" href={restartPath}>
        {messagesFor(locale).outcome.restart}
      </a>
    </Statement>
  )
}
