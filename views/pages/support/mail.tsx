import type { VNode } from 'preact'
import { Chosen } from '../../components/chosen.js'
import { Fact } from './attempt.js'
import { ActForm, renderConsolePage, State, When, words } from './frame.js'
import type { Viewer } from './frame.js'
import type { Happening } from './sentences.js'
import { Timeline } from './timeline.js'

export interface MailPageData {
  readonly viewer: Viewer
  readonly mail: {
    readonly id: string
    readonly kind: string
    readonly organization: string
    readonly attemptId: string | null
    readonly to: string | null
    readonly state: string
    readonly reason: string | null
    readonly round: number
    readonly createdAt: Date
  }
  readonly nextTryAt?: Date | undefined
  readonly entries: readonly Happening[]
  readonly acts: readonly ('retry' | 'correct' | 'give_up')[]
  /** Of what is shown; the page is loaded anew when there is another. */
  readonly version?: string | undefined
}

/** `GET /mails/{id}`: every try of one mail, what the provider said, and what can be done. Never a link, a code or a body. */
export function renderMailPage(data: MailPageData): string {
  const { viewer, mail, nextTryAt, entries, version } = data
  return renderConsolePage({
    viewer,
    title: 'Mail',
    place: 'mails',
    live: { eventsPath: `/mails/${mail.id}/events`, version },
    children: (
      <>
        <div class="title">
          <h1>
            {words(mail.kind).charAt(0).toUpperCase()}
            {words(mail.kind).slice(1)}
          </h1>
          <State name={mail.state} />
          <code class="mono">{mail.id}</code>
        </div>
        <div class="columns">
          <div>
            <section class="card">
              <h2>Every try</h2>
              <Timeline viewer={viewer} entries={entries} />
            </section>
          </div>
          <div>
            <section class="card">
              <h2>Facts</h2>
              <dl class="facts">
                <Fact label="To">{mail.to === null ? '–' : <Chosen text={mail.to} />}</Fact>
                <Fact label="Organization">
                  <Chosen text={mail.organization} />
                </Fact>
                <Fact label="Queued">
                  <When viewer={viewer} at={mail.createdAt} />
                </Fact>
                <Fact label="Round">{mail.round}</Fact>
                {mail.reason !== null && (
                  <Fact label="Reason">
                    <Chosen text={mail.reason} />
                  </Fact>
                )}
                {nextTryAt !== undefined && (
                  <Fact label="Next try">
                    <When viewer={viewer} at={nextTryAt} />
                  </Fact>
                )}
                {mail.attemptId !== null && (
                  <Fact label="Sign-in">
                    <a class="mono" href={`/attempts/${mail.attemptId}`}>
                      {mail.attemptId}
                    </a>
                  </Fact>
                )}
              </dl>
            </section>
            <Acts {...data} />
          </div>
        </div>
      </>
    ),
  })
}

function Acts({ mail, acts }: MailPageData): VNode | null {
  if (acts.length === 0) return null
  const seen = { seen_round: String(mail.round) }
  return (
    <section class="card">
      <h2>Act</h2>
      <div class="acts">
        {acts.includes('retry') && (
          <ActForm
            name="retry"
            action={`/mails/${mail.id}/retry`}
            hidden={seen}
            label="Send it once more"
            explains="The same mail to the same address, in a new round of tries."
          />
        )}
        {acts.includes('correct') && (
          <ActForm
            name="correct"
            action={`/mails/${mail.id}/retry`}
            hidden={seen}
            label="Correct the address and send"
            explains="The old address and its link are void. Only the signed-in owner can use the new link."
          >
            <div class="field">
              <label for="email">Right address</label>
              <input id="email" name="email" type="email" required autoComplete="off" spellcheck={false} />
            </div>
          </ActForm>
        )}
        {acts.includes('give_up') && (
          <ActForm
            name="give-up"
            danger
            action={`/mails/${mail.id}/give-up`}
            label="Give it up"
            explains="Nothing more is sent. The account stays; its address stays unconfirmed."
          />
        )}
      </div>
    </section>
  )
}
