import type { VNode } from 'preact'
import type { ErrorCode, FieldError } from '../../domain/errors.js'
import { Chosen } from '../components/chosen.js'
import { Icon } from '../components/icon.js'
import { IdentityCard } from '../components/identity-card.js'
import { Instant } from '../components/instant.js'
import { formatTimeLeft } from '../format.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { problemText } from '../problem-text.js'
import { Choices } from './decision-choices.js'

export interface DecisionPageData {
  readonly locale: Locale
  readonly now: Date
  readonly attemptId: string
  readonly organization: { readonly name: string }
  readonly provider: { readonly name: string; readonly displayName: string }
  /** What the provider says; `subjectHint` is a shortened subject, shown where nothing better is known. */
  readonly identity: {
    readonly name?: string | undefined
    readonly email?: string | undefined
    readonly subjectHint: string
  }
  readonly sessionUser?: { readonly name: string; readonly email?: string | undefined } | undefined
  readonly offers: readonly ('link' | 'merge' | 'create' | 'cancel')[]
  /** Another identity at this provider that R's account has: to link this one is to replace that one. */
  readonly linkReplaces?: string | undefined
  /** R has to sign in once more before anything is linked; the ways that there are. */
  readonly proveAgain?: { readonly providers: readonly ProviderChoice[] } | undefined
  /** The person signed in at the provider too long ago: before the identity is connected to an account, once more there. */
  readonly staleSignIn?: boolean
  /** The account that was proved inside this attempt, and the identity there that would be replaced. */
  readonly proved?: { readonly name: string; readonly replaces?: string | undefined } | undefined
  /** An account may be proved, and none was yet. */
  readonly mayProve?: boolean
  /** Why `create` is not among the offers, where it is not. */
  readonly whyNoCreate?: ErrorCode | undefined
  /** The provider sent no address, so the person types one. */
  readonly needsEmail: boolean
  /** Sent with whichever decision is made, so that a repeated post is known as such. */
  readonly idempotencyKey: string
  /** Which situation the page shows: a decision about another one is not taken. */
  readonly version: string
  readonly expiresAt: Date
  /** What was wrong with the form that was posted, and what was in it. */
  readonly errors?: readonly FieldError[] | undefined
  readonly values?: { readonly email?: string | undefined; readonly name?: string | undefined } | undefined
  /** Where the words about support lead, a URI; nowhere where absent. */
  readonly supportContact?: string | null | undefined
}

interface ProviderChoice {
  /** Its name in this organization, or its id. */
  readonly key: string
  readonly displayName: string
}

/** `GET /attempts/{id}` while it awaits a decision (spec: pipeline 3, "what is offered"). */
export function renderDecisionPage(data: DecisionPageData): string {
  const { decision } = messagesFor(data.locale)
  const title = titleOf(data)
  const errors = data.errors ?? []
  return renderPage({
    locale: data.locale,
    title,
    organization: data.organization.name,
    errorSummary: {
      title: decision.errors,
      errors,
      fields: shownFields(data),
      supportContact: data.supportContact,
    },
    children: (
      <>
        <section class="card">
          <h1>{title}</h1>
          <WhoYouAre {...data} />
          <Proved {...data} />
          <NoCreate {...data} />
          {data.offers.some((offer) => offer !== 'cancel') && <h2>{decision.question}</h2>}
          <Choices {...data} />
        </section>
        <Deadline {...data} />
      </>
    ),
  })
}

function titleOf({ locale, proved, sessionUser, offers, whyNoCreate }: DecisionPageData): string {
  const { decision } = messagesFor(locale)
  if (proved !== undefined) return decision.titleProved
  if (sessionUser !== undefined) return decision.titleSignedIn
  const isTaken = whyNoCreate === 'email_taken' && !offers.includes('create')
  return isTaken ? problemText(locale, whyNoCreate).title : decision.title
}

function shownFields({ offers, needsEmail, identity, linkReplaces, proved }: DecisionPageData): string[] {
  const boxes = [
    ...(linkReplaces === undefined ? [] : ['replace-link']),
    ...(proved?.replaces === undefined ? [] : ['replace-merge']),
  ]
  if (!offers.includes('create')) return boxes
  return [...(needsEmail ? ['email'] : []), ...(identity.name === undefined ? ['name'] : []), ...boxes]
}

function WhoYouAre({ locale, identity, provider, sessionUser }: DecisionPageData): VNode {
  const { decision } = messagesFor(locale)
  const person = identity.name ?? identity.email
  const source = <Chosen text={provider.displayName} />
  return (
    <>
      <p class="lead">
        {person === undefined
          ? decision.saysNothing(source)
          : decision.says(source, <Chosen text={person} />)}{' '}
        {sessionUser !== undefined && decision.signedIn(<Chosen text={sessionUser.name} />)}
      </p>
      <div class={sessionUser === undefined ? 'identities' : 'identities pair'}>
        <ProvidersView locale={locale} identity={identity} provider={provider} />
        {sessionUser !== undefined && (
          <>
            <Icon name="link" />
            <IdentityCard headline={sessionUser.name} line={sessionUser.email} source={decision.yours} own />
          </>
        )}
      </div>
    </>
  )
}

type ProvidersViewProps = Pick<DecisionPageData, 'locale' | 'identity' | 'provider'>

function ProvidersView({ locale, identity, provider }: ProvidersViewProps): VNode {
  const { decision } = messagesFor(locale)
  const { name, email, subjectHint } = identity
  const source = provider.displayName
  if (name !== undefined)
    return <IdentityCard headline={name} line={email ?? decision.noAddress} source={source} />
  if (email !== undefined) return <IdentityCard headline={email} source={source} />
  const knownAs = decision.knownAs(subjectHint)
  return <IdentityCard headline={knownAs} nameless line={decision.noAddress} source={source} />
}

function Proved({ locale, proved }: DecisionPageData): VNode | null {
  if (proved === undefined) return null
  return (
    <p class="notice" role="status">
      {messagesFor(locale).decision.proved(<Chosen text={proved.name} />)}
    </p>
  )
}

function NoCreate(data: DecisionPageData): VNode | null {
  const { locale, offers, whyNoCreate, proved, mayProve = false } = data
  if (whyNoCreate === undefined || offers.includes('create')) return null
  // Whose account it is has been shown.
  if (whyNoCreate === 'email_taken' && proved !== undefined) return null
  const { title, detail } = problemText(locale, whyNoCreate)
  // The heading has said it, and the choice says what to do.
  const isSaid = title === titleOf(data)
  if (whyNoCreate === 'email_taken' && isSaid && (mayProve || offers.includes('merge'))) return null
  return (
    <div class="notice">
      {!isSaid && <strong>{title}</strong>}
      <p>{detail}</p>
    </div>
  )
}

function Deadline({ locale, now, expiresAt }: DecisionPageData): VNode {
  const left = formatTimeLeft(locale, now, expiresAt)
  const time = <Instant locale={locale} at={expiresAt} now={now} />
  return (
    <p class="aside">
      <Icon name="clock" />
      <span>{messagesFor(locale).decision.goodFor(left, time)}</span>
    </p>
  )
}
