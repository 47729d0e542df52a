import type { ComponentChildren, VNode } from 'preact'
import { Chosen } from '../../components/chosen.js'
import { ActForm, renderConsolePage, State, When, words } from './frame.js'
import type { Viewer } from './frame.js'
import type { Happening } from './sentences.js'
import { Timeline } from './timeline.js'

export interface AttemptPageData {
  readonly viewer: Viewer
  readonly attempt: {
    readonly id: string
    readonly organization: string
    readonly provider: string
    readonly stage: string
    readonly outcome: string | null
    readonly how: string | null
    readonly code: string | null
    readonly userId: string | null
    readonly clientNetwork: string | null
    readonly createdAt: Date
    readonly expiresAt: Date
  }
  /** What the provider said, masked or not; absent where it has said nothing, or its words are gone. */
  readonly claims?: ShownClaims | undefined
  readonly decision?:
    { readonly choice: string; readonly facts: readonly string[]; readonly at: Date } | undefined
  readonly mails: readonly AttemptMail[]
  readonly entries: readonly Happening[]
  /** The run at Temporal; absent where it has none, or none any more. */
  readonly run?: { readonly status: string; readonly href?: string | undefined } | undefined
  readonly acts: readonly ('cancel' | 'extend' | 'reveal')[]
  readonly extensions: number
  /** Live while there is something to come. */
  readonly version?: string | undefined
}

interface ShownClaims {
  readonly revealed: boolean
  readonly email: string | null
  readonly emailVerified: boolean
  readonly name: string | null
  readonly subject: string
  readonly issuer: string
}

interface AttemptMail {
  readonly id: string
  readonly kind: string
  readonly to: string | null
  readonly state: string
  readonly reason: string | null
  readonly nextTryAt?: Date | undefined
}

/** `GET /attempts/{id}` of the console: what happened, why, and what can be done. */
export function renderAttemptConsolePage(data: AttemptPageData): string {
  const { attempt, viewer, entries, version } = data
  return renderConsolePage({
    viewer,
    title: 'Sign-in',
    place: 'attempts',
    live: { eventsPath: `/attempts/${attempt.id}/events`, version },
    children: (
      <>
        <div class="title">
          <h1>Sign-in</h1>
          <State name={attempt.outcome ?? attempt.stage} />
          <code class="mono">{attempt.id}</code>
        </div>
        <div class="columns">
          <div>
            <section class="card">
              <h2>What happened</h2>
              <Timeline viewer={viewer} entries={entries} />
            </section>
          </div>
          <div>
            <Facts {...data} />
            <Identity {...data} />
            <Mails {...data} />
            <Acts {...data} />
          </div>
        </div>
      </>
    ),
  })
}

function Facts({ viewer, attempt, decision, run, extensions }: AttemptPageData): VNode {
  const ended = [attempt.outcome, attempt.how, attempt.code].filter((part) => part !== null).map(words)
  return (
    <section class="card">
      <h2>Facts</h2>
      <dl class="facts">
        <Fact label="Organization">
          <Chosen text={attempt.organization} />
        </Fact>
        <Fact label="Provider">
          <Chosen text={attempt.provider} />
        </Fact>
        <Fact label="Began">
          <When viewer={viewer} at={attempt.createdAt} />
        </Fact>
        <Fact label={attempt.outcome === null ? 'Expires' : 'Would have expired'}>
          <When viewer={viewer} at={attempt.expiresAt} />
          {extensions > 0 && ` (put off ${extensions === 1 ? 'once' : 'twice'})`}
        </Fact>
        {decision !== undefined && (
          <Fact label="Decision">
            {words(decision.choice)}, <When viewer={viewer} at={decision.at} />
            {decision.facts.map((fact) => (
              <p key={fact} class="hint">
                <Chosen text={fact} />
              </p>
            ))}
          </Fact>
        )}
        {ended.length > 0 && <Fact label="Outcome">{ended.join(', ')}</Fact>}
        {attempt.userId !== null && (
          <Fact label="User">
            <a class="mono" href={`/people/${attempt.userId}`}>
              {attempt.userId}
            </a>
          </Fact>
        )}
        {attempt.clientNetwork !== null && <Fact label="Network">{attempt.clientNetwork}</Fact>}
        {run !== undefined && (
          <Fact label="Run at Temporal">
            {words(run.status.toLowerCase())}
            {run.href !== undefined && (
              <>
                {' · '}
                <a href={run.href}>open</a>
              </>
            )}
          </Fact>
        )}
      </dl>
      <p class="hint">
        <a href={`/attempts/${attempt.id}/download`}>Download as JSON</a>
      </p>
    </section>
  )
}

export function Fact({
  label,
  children,
}: {
  readonly label: string
  readonly children: ComponentChildren
}): VNode {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Identity({ attempt, claims, acts }: AttemptPageData): VNode | null {
  if (claims === undefined) return null
  return (
    <section class="card">
      <h2>What the provider said</h2>
      <dl class="facts">
        <Fact label="Name">{claims.name === null ? '–' : <Chosen text={claims.name} />}</Fact>
        <Fact label="Address">
          {claims.email === null ? '–' : <Chosen text={claims.email} />}
          {claims.email !== null && (claims.emailVerified ? ' (called verified)' : ' (not verified)')}
        </Fact>
        <Fact label="Known there as">
          <Chosen text={claims.subject} />
        </Fact>
        <Fact label="Issuer">
          <Chosen text={claims.issuer} />
        </Fact>
      </dl>
      {claims.revealed ? (
        <p class="notice">Shown whole this once. Your reason is in the audit.</p>
      ) : (
        acts.includes('reveal') && (
          <ActForm
            name="reveal"
            action={`/attempts/${attempt.id}/reveal`}
            label="Show it whole"
            explains="For this one view. The audit keeps that you looked, and why."
          />
        )
      )}
    </section>
  )
}

function Mails({ viewer, mails }: AttemptPageData): VNode | null {
  if (mails.length === 0) return null
  return (
    <section class="card">
      <h2>Mail</h2>
      <ul class="rows">
        {mails.map((mail) => (
          <li key={mail.id}>
            <p class="row-head">
              <a href={`/mails/${mail.id}`}>{words(mail.kind)}</a>
              <State name={mail.state} />
            </p>
            <p class="row-text">
              {mail.to !== null && (
                <>
                  to <Chosen text={mail.to} />
                </>
              )}
              {mail.reason !== null && (
                <>
                  {' · '}
                  <Chosen text={mail.reason} />
                </>
              )}
              {mail.nextTryAt !== undefined && (
                <>
                  {' · next try '}
                  <When viewer={viewer} at={mail.nextTryAt} />
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Acts({ attempt, acts, extensions }: AttemptPageData): VNode | null {
  const open = acts.filter((act) => act !== 'reveal')
  if (open.length === 0) return null
  return (
    <section class="card">
      <h2>Act</h2>
      <div class="acts">
        {open.includes('extend') && (
          <ActForm
            name="extend"
            action={`/attempts/${attempt.id}/extend`}
            hidden={{ seen_extensions: String(extensions) }}
            label="Give 60 minutes more"
            explains={
              extensions === 0
                ? 'The person keeps the page that is open. Possible twice.'
                : 'The person keeps the page that is open. This is the last time.'
            }
          />
        )}
        {open.includes('cancel') && (
          <ActForm
            name="cancel"
            danger
            action={`/attempts/${attempt.id}/cancel`}
            label="Cancel this sign-in"
            explains="Nothing is created. The person is told, and may start again."
          />
        )}
      </div>
    </section>
  )
}
