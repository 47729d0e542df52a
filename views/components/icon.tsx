import type { VNode } from 'preact'

const drawings = {
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M7 7l10 10M17 7L7 17',
  alert: 'M12 6v7.5M12 17.75v.01',
  clock: 'M12 3.5a8.5 8.5 0 1 1 0 17a8.5 8.5 0 1 1 0-17M12 7.5v5l3 1.75',
  person:
    'M12 4.5a3.75 3.75 0 1 1 0 7.5a3.75 3.75 0 1 1 0-7.5M4.75 20c.75-3.5 3.5-5.25 7.25-5.25s6.5 1.75 7.25 5.25',
  mail: 'M4.5 7h15v10.5h-15zM5 7.5l7 5.5 7-5.5',
  arrow: 'M5 12h13M13 6.5l5.5 5.5-5.5 5.5',
  link: 'M10 13.5a4 4 0 0 0 6 .5l2.5-2.5a4 4 0 0 0-5.7-5.7L11.5 7M14 10.5a4 4 0 0 0-6-.5l-2.5 2.5a4 4 0 0 0 5.7 5.7l1.3-1.2',
} as const

export type IconName = keyof typeof drawings

/** A line drawing in the colour of the text around it; it only repeats what that text says. */
export function Icon({ name }: { readonly name: IconName }): VNode {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
      <path
        d={drawings[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  )
}
