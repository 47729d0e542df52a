import { Page } from '../demo/page.js'
import type { CrowdView } from './crowd.js'
import { PartRow } from './part-row.js'
import type { PartName, PartState } from './parts.js'
import { PersonRow } from './person-row.js'

export interface BreakView {
  readonly parts: readonly { readonly name: PartName; readonly state: PartState }[]
  readonly crowd: CrowdView
}

export interface BreakLinks {
  readonly api: string
  readonly inbox: string
  /** Null where Temporal is not ours. */
  readonly temporalUi: string | null
}

const shown = 6

/** The page that ends parts of the stack while people sign in. What is marked as live is shown anew by its script. */
export function BreakPage({ view, links }: { view: BreakView; links: BreakLinks }) {
  const { parts, crowd } = view
  return (
    <Page title="Break it yourself · demo" site="Demo stack" live>
      <h1>Break it yourself</h1>
      <p class="lead">
        Newcomers sign in here by themselves. End whatever you like meanwhile: everybody waits, nobody is
        lost, and nothing happens twice.
      </p>
      <div class="stage">
        <section class="tools" aria-labelledby="tools">
          <h2 id="tools">Running now</h2>
          <ul class="people">
            {parts.map((part) => (
              <PartRow key={part.name} {...part} />
            ))}
          </ul>
          <form class="mend" method="post" action="/well">
            <button class="primary">All well again</button>
            <span class="note">What you break comes back by itself, too.</span>
          </form>
          <p class="links">
            <a href={`${links.api}/sso/acme/demo?login_hint=you-${Date.now().toString(36)}`} target="_blank">
              Sign in yourself
            </a>
            {links.temporalUi !== null && (
              <a href={links.temporalUi} target="_blank">
                Temporal Web UI
              </a>
            )}
            <a href={links.inbox} target="_blank">
              Mail inbox
            </a>
          </p>
        </section>
        <section aria-labelledby="crowd">
          <h2 id="crowd">Signing in now</h2>
          <Totals crowd={crowd} />
          <ul class="crowd" id="people" data-live>
            {crowd.people
              .filter(({ end }, index) => end === null || index < shown)
              .map((person) => (
                <PersonRow key={person.name} {...person} />
              ))}
          </ul>
          <form class="mend" method="post" action="/people">
            <button>One more, now</button>
            <span class="note" id="resting" data-live>
              {crowd.resting &&
                'Nobody has come for a while, so that a forgotten page does not go on for ever.'}
            </span>
          </form>
        </section>
      </div>
    </Page>
  )
}

function Totals({ crowd: { came, confirmed, lost, mails } }: { crowd: CrowdView }) {
  const copies = mails - confirmed
  return (
    <p class="totals" id="totals" data-live>
      <strong>{came}</strong> came, <strong>{confirmed}</strong> confirmed, <strong>{lost}</strong> lost
      {copies > 0 && (
        <>
          , <strong>{copies}</strong> second {copies === 1 ? 'copy' : 'copies'} of a mail whose answer died
        </>
      )}
    </p>
  )
}
