import type { VNode } from 'preact'
import type { ErrorCode } from '../../domain/errors.js'
import { PostForm } from '../components/post-form.js'
import { Statement } from '../components/statement.js'
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
    | { readonly result: 'rejected'; readonly code: ErrorCode }
    | { readonly result: 'cancelled' }
    | { readonly result: 'expired' }
  /** Whether this browser may still turn the outcome into a session. */
  readonly canRedeem: boolean
  /** A path of our own that was checked when the attempt began. */
  readonly returnTo: string
  readonly restartPath: string
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
      return data.canRedeem ? redeemable(data, outcome.how) : completed(data)
    case 'cancelled':
      return { title: words.cancelled.title, content: <Ended {...data} icon="cross" {...words.cancelled} /> }
    case 'expired': {
      const { title, detail } = problemText(locale, 'attempt_expired')
      return { title, content: <Ended {...data} icon="clock" title={title} text={detail} /> }
    }
    case 'rejected': {
      const { title, detail } = problemText(locale, outcome.code)
      return { title, content: <Ended {...data} icon="alert" title={title} text={detail} /> }
    }
  }
}

function redeemable({ locale, attemptId, organization }: OutcomePageData, how: SignedInHow): Shown {
  const words = messagesFor(locale).outcome
  const { title, text } = words[how]
  const content = (
    <Statement tone="good" icon="check" title={title}>
      <p class="lead">{typeof text === 'string' ? text : text(shownText(organization.name))}</p>
      <PostForm action={paths.attempt(attemptId, 'session')} autoSubmit>
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
}

function Ended({ locale, icon, title, text, restartPath }: EndedProps): VNode {
  return (
    <Statement tone={icon === 'alert' ? 'bad' : 'calm'} icon={icon} title={title}>
      <p class="lead">{text}</p>
      <a class="button primary" href={restartPath}>
        {messagesFor(locale).outcome.restart}
      </a>
    </Statement>
  )
}
