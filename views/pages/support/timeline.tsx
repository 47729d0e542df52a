import type { VNode } from 'preact'
import { Chosen } from '../../components/chosen.js'
import { When, words } from './frame.js'
import type { Viewer } from './frame.js'
import { detailsOf, sentenceOf } from './sentences.js'
import type { Happening } from './sentences.js'

/** What happened, oldest first: when, who, what, and the details beside it. */
export function Timeline({
  viewer,
  entries,
}: {
  readonly viewer: Viewer
  readonly entries: readonly Happening[]
}): VNode {
  if (entries.length === 0) return <p class="hint">Nothing yet.</p>
  return (
    <ol class="timeline">
      {entries.map((entry, index) => (
        <Entry key={index} viewer={viewer} entry={entry} />
      ))}
    </ol>
  )
}

function Entry({ viewer, entry }: { readonly viewer: Viewer; readonly entry: Happening }): VNode {
  const { what, tone } = sentenceOf(entry)
  const { kind, name } = entry.actor
  const who = kind === 'system' ? sources[entry.source] : `${words(kind)} ${name ?? ''}`.trim()
  const details = detailsOf(entry)
  return (
    <li class={tone}>
      <p class="what">
        <Chosen text={what} />
      </p>
      <p class="meta">
        <When viewer={viewer} at={entry.at} /> · <Chosen text={who} />
        {details.map((detail) => (
          <>
            {' · '}
            <Chosen text={detail} />
          </>
        ))}
      </p>
    </li>
  )
}

const sources = { audit: 'system', mail: 'mail', provider: 'mail provider', run: 'Temporal' } as const
