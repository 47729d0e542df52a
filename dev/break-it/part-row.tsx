import type { PartName, PartState } from './parts.js'

interface Words {
  readonly title: string
  readonly does: string
  readonly act: string
}

const words: Record<PartName, Words> = {
  worker: { title: 'Worker', does: 'carries it out', act: 'Kill' },
  api: { title: 'API', does: 'answers the browser', act: 'Kill' },
  postgres: { title: 'Postgres', does: 'holds every decision', act: 'Stop' },
  temporal: { title: 'Temporal', does: 'remembers what is to do', act: 'Kill' },
  mail: { title: 'Mail', does: 'brings the link', act: 'Answer 500' },
}

/** A part of the stack, how it stands, and the button that ends it. */
export function PartRow({ name, state }: { name: PartName; state: PartState }) {
  const { title, does, act } = words[name]
  return (
    <li class="part">
      <div>
        <p>
          <strong>{title}</strong> <span class="note">{does}</span>
        </p>
        <p id={`part-${name}`} data-live>
          <span class={`state ${state.state}`}>{stateText(state)}</span>
        </p>
      </div>
      {state.state !== 'foreign' && (
        <form method="post" action={`/parts/${name}`}>
          <button class="danger" aria-label={`${title}: ${act}`}>
            {act}
          </button>
        </form>
      )}
    </li>
  )
}

function stateText(state: PartState): string {
  switch (state.state) {
    case 'up':
      return 'running'
    case 'starting':
      return 'starting again'
    case 'away':
      return `gone, back in ${secondsTo(state.backAt)} s`
    case 'failing':
      return `answers 500, for ${secondsTo(state.backAt)} s more`
    case 'foreign':
      return 'your own, left alone'
  }
}

function secondsTo(time: number): number {
  return Math.max(1, Math.ceil((time - Date.now()) / 1000))
}
