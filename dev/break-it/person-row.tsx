import type { PersonView, StepView } from './crowd.js'
import type { Step } from './person.js'

const words: Record<Step, string> = {
  'sign-in': 'Signs in',
  decision: 'Decides',
  account: 'Account',
  mail: 'Mail',
  confirmation: 'Confirms',
}

/** From then on a step looks as if it waited for something. */
const longSeconds = 2.5

/** A person and how far they have come. */
export function PersonRow({ name, address, steps, seconds, end, again }: PersonView) {
  return (
    <li class={`card ${end ?? 'under-way'}`}>
      <p class="who">
        <span>
          <strong>{name.split('-')[0]}</strong> <span class="note">{address}</span>
        </span>
        <span class="end">
          {endText(end, seconds)}
          {again > 0 && `, ${again} ${again === 1 ? 'reload' : 'reloads'}`}
        </span>
      </p>
      <ol class="steps">
        {steps.map((step) => (
          <StepCell key={step.step} {...step} />
        ))}
      </ol>
    </li>
  )
}

function StepCell({ step, state, seconds }: StepView) {
  const waits = state === 'now' && seconds > longSeconds
  return (
    <li class={waits ? 'now waits' : state}>
      <span>{words[step]}</span>
      <span class="seconds">{state === 'todo' ? '–' : `${seconds.toFixed(1)} s`}</span>
    </li>
  )
}

function endText(end: PersonView['end'], seconds: number): string {
  if (end === null) return `on the way for ${seconds.toFixed(0)} s`
  return `${end} after ${seconds.toFixed(1)} s`
}
