import type { VNode } from 'preact'
import { Chosen } from '../../components/chosen.js'
import { When, words } from './frame.js'
import type { Viewer } from './frame.js'
import { detailsOf, sentenceOf } from './sentences.js'
import type { Happening } from './sentences.js'

interface TimelineProps {
  readonly viewer: Viewer
  readonly entries: readonly Happening[]
  /** Says beside each entry which organization and sign-in it belongs to. */
  readonly placed?: boolean
}

/** What happened: when, who, what, and the details beside it. */
export function Timeline({ viewer, entries, placed = false }: TimelineProps): VNode {
  if (entries.length === 0) return <p class="hint">Nothing yet.</p>
  return (
    <ol class="timeline">
      {entries.map((entry, index) => (
        <Entry key={index} viewer={viewer} entry={entry} placed={placed} />
      ))}
    </ol>
  )
}

interface EntryProps {
  readonly viewer: Viewer
  readonly entry: Happening
  readonly placed: boolean
}

function Entry({ viewer, entry, placed }: EntryProps): VNode {
  const { what, tone } = sentenceOf(entry)
  const { organization, attemptId } = entry
  return (
    <li class={tone}>
      <p class="what">
        <Chosen text={what} />
      </p>
      <p class="meta">
        <When viewer={viewer} at={entry.at} exact /> · <Who entry={entry} />
        {placed && organization && (
          <>
            {' · '}
            <Chosen text={organization} />
          </>
        )}
        {placed && attemptId && (
          <>
            {' · '}
            <a href={`/attempts/${attemptId}`}>sign-in</a>
          </>
        )}
        <Target entry={entry} />
        {detailsOf(entry.data).map((detail) => (
          <>
            {' · '}
            <Chosen text={detail} />
          </>
        ))}
      </p>
    </li>
  )
}

/** What an anonymous browser does, no account does. */
const ofBrowsers = new Set(['attempt.started', 'attempt.decided', 'proof.shown', 'proof.failed'])

function Who({ entry: { actor, source, event } }: { readonly entry: Happening }): VNode {
  if (actor.kind === 'system') return <>{ofBrowsers.has(event) ? 'the person’s browser' : sources[source]}</>
  if (actor.kind === 'user' && actor.name !== null) return <a href={`/people/${actor.name}`}>user</a>
  return <Chosen text={`${words(actor.kind)} ${actor.name ?? ''}`.trim()} />
}

const pages: Readonly<Record<string, { readonly path: string; readonly called: string }>> = {
  user: { path: '/people', called: 'about a user' },
  person: { path: '/people', called: 'about a user' },
  mail: { path: '/mails', called: 'mail' },
  retry: { path: '/retries', called: 'retry' },
  attempt: { path: '/attempts', called: 'sign-in' },
}

/** The way to what it was done to, where that has a page. */
function Target({ entry: { data, actor, attemptId } }: { readonly entry: Happening }): VNode | null {
  const [kind = '', id = ''] = typeof data['target'] === 'string' ? data['target'].split(' ', 2) : []
  const page = pages[kind]
  if (page === undefined || id === actor.name || id === attemptId) return null
  return (
    <>
      {' · '}
      <a href={`${page.path}/${id}`}>{page.called}</a>
    </>
  )
}

const sources = { audit: 'system', mail: 'mail', provider: 'mail provider', run: 'Temporal' } as const
