import type { ComponentChildren, VNode } from 'preact'
import { Chosen } from '../../components/chosen.js'
import type { ErrorSummaryProps } from '../../components/error-summary.js'
import { Instant } from '../../components/instant.js'
import { PostForm } from '../../components/post-form.js'
import { renderPage } from '../../layout.js'

/** Who looks at the page, and when. */
export interface Viewer {
  readonly name: string
  readonly roles: readonly string[]
  readonly now: Date
}

interface ConsoleFrame {
  readonly viewer: Viewer
  readonly title: string
  readonly place: Place
  readonly errorSummary?: ErrorSummaryProps
  /** The page is loaded anew when what it shows has another version; never without one. */
  readonly live?: { readonly eventsPath: string; readonly version: string | undefined }
  readonly children: ComponentChildren
}

const places = {
  attempts: { href: '/', label: 'Sign-ins' },
  mails: { href: '/mails', label: 'Mail' },
  audit: { href: '/audit', label: 'Audit' },
} as const

export type Place = keyof typeof places

/** A page of the support console. Staff read English. */
export function renderConsolePage({ viewer, place, live, children, ...frame }: ConsoleFrame): string {
  return renderPage({
    ...frame,
    locale: 'en',
    organization: 'Support',
    console: { header: <Bar viewer={viewer} place={place} /> },
    ...(live?.version === undefined
      ? { children }
      : {
          live: { eventsPath: live.eventsPath, stage: live.version },
          children: (
            <>
              {children}
              <LookAgain />
            </>
          ),
        }),
  })
}

/** Without scripts: a page that loads itself anew would take away what somebody types into an open form. */
function LookAgain(): VNode {
  return (
    <noscript>
      <p>
        <a href="">Look again</a> whether there is more to see.
      </p>
    </noscript>
  )
}

function Bar({ viewer, place }: { readonly viewer: Viewer; readonly place: Place }): VNode {
  return (
    <div class="bar">
      <p class="owner">
        <span class="monogram" aria-hidden="true">
          S
        </span>
        Support
      </p>
      <nav aria-label="Console">
        <ul>
          {Object.entries(places)
            .filter(([name]) => name !== 'audit' || viewer.roles.includes('admin'))
            .map(([name, { href, label }]) => (
              <li key={name}>
                <a href={href} aria-current={name === place ? 'page' : undefined}>
                  {label}
                </a>
              </li>
            ))}
        </ul>
      </nav>
      <div class="who">
        <span>
          <Chosen text={viewer.name === '' ? 'Staff' : viewer.name} /> · {viewer.roles.join(', ')}
        </span>
        <PostForm action="/sign-out">
          <button class="button quiet" type="submit">
            Sign out
          </button>
        </PostForm>
      </div>
    </div>
  )
}

/** A list that may be wider than a phone; the keyboard can scroll it. */
export function Table({
  label,
  head,
  children,
}: {
  readonly label: string
  readonly head: readonly string[]
  readonly children: ComponentChildren
}): VNode {
  return (
    <div class="table" role="region" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

interface WhenProps {
  readonly viewer: Viewer
  readonly at: Date
  /** To the second. */
  readonly exact?: boolean
}

/** A moment, in the reader's own zone where scripts run. */
export function When({ viewer, at, exact = false }: WhenProps): VNode {
  return <Instant locale="en" at={at} now={viewer.now} exact={exact} />
}

/** A name from our code, such as `awaiting_decision` or `secondFactor`, as words. */
export const words = (name: string): string =>
  name
    .replaceAll(/[_.]/g, ' ')
    .replaceAll(/([a-z])([A-Z])/g, (_, end: string, start: string) => `${end} ${start.toLowerCase()}`)

const good = new Set(['signed_in', 'delivered', 'confirmed', 'accepted'])
const bad = new Set(['rejected', 'bounced', 'parked', 'suppressed'])

/** A state as a small label; the colour only repeats the word. */
export function State({ name }: { readonly name: string }): VNode {
  const tone = good.has(name) ? ' good' : bad.has(name) ? ' bad' : name === 'deferred' ? ' warn' : ''
  return <span class={`badge${tone}`}>{words(name)}</span>
}

interface ActFormProps {
  readonly action: string
  readonly label: string
  readonly explains: string
  /** Set apart from the ids of other forms on the page. */
  readonly name: string
  readonly danger?: boolean
  readonly hidden?: Readonly<Record<string, string | undefined>>
  readonly children?: ComponentChildren
}

/** An act behind a disclosure: what it does, why it is done, and the button. */
export function ActForm(props: ActFormProps): VNode {
  const { action, label, explains, name, danger = false, hidden = {}, children } = props
  return (
    <details>
      <summary>{label}</summary>
      <PostForm action={action} hidden={hidden}>
        <p class="hint">{explains}</p>
        {children}
        <ReasonField name={name} />
        <button class={danger ? 'button danger' : 'button primary'} type="submit">
          {label}
        </button>
      </PostForm>
    </details>
  )
}

export const reasonHint = 'Kept in the audit, with your name. No e-mail addresses.'

function ReasonField({ name }: { readonly name: string }): VNode {
  return (
    <div class="field">
      <label for={`${name}-reason`}>Reason</label>
      <input
        id={`${name}-reason`}
        name="reason"
        type="text"
        required
        maxLength={500}
        autoComplete="off"
        aria-describedby={`${name}-reason-hint`}
      />
      <p id={`${name}-reason-hint`} class="hint">
        {reasonHint}
      </p>
    </div>
  )
}

/** The way to older rows. */
export function Pager({ next }: { readonly next: string | undefined }): VNode | null {
  if (next === undefined) return null
  return (
    <nav class="pager" aria-label="Pages">
      <a class="button" href={next}>
        Older
      </a>
    </nav>
  )
}
