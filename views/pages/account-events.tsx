import type { VNode } from 'preact'
import type { SecurityEventName } from '../../domain/security-events.js'
import { accountMessagesFor } from '../account-messages.js'
import { renderAccountFrame } from '../components/account-frame.js'
import { Chosen } from '../components/chosen.js'
import { moment } from '../components/moment.js'
import { OlderNewest } from '../components/older-newest.js'
import type { Locale } from '../locale.js'
import { paths } from '../paths.js'

export interface AccountEventsPageData {
  readonly locale: Locale
  readonly now: Date
  readonly organization?: { readonly name: string } | undefined
  readonly events: readonly Event[]
  /** Cursor of the next page; absent on the last one. */
  readonly next?: string | undefined
  readonly isFirst: boolean
}

interface Event {
  readonly id: string
  readonly event: SecurityEventName
  readonly at: Date
  readonly organization: string | null
  readonly network: string | null
}

/** `GET /account/events`: what happened to the account, newest first. */
export function renderAccountEventsPage(data: AccountEventsPageData): string {
  const { events: words } = accountMessagesFor(data.locale)
  return renderAccountFrame({
    locale: data.locale,
    title: words.title,
    organization: data.organization?.name,
    current: 'events',
    children: (
      <>
        <p class="lead">{data.events.length === 0 ? words.none : words.intro}</p>
        <ol class="rows apart">
          {data.events.map((event) => (
            <EventRow key={event.id} locale={data.locale} now={data.now} event={event} />
          ))}
        </ol>
        <OlderNewest path={paths.accountEvents} next={data.next} isFirst={data.isFirst} words={words} />
      </>
    ),
  })
}

interface EventRowProps {
  readonly locale: Locale
  readonly now: Date
  readonly event: Event
}

function EventRow({ locale, now, event }: EventRowProps): VNode {
  const { events: words, sessions } = accountMessagesFor(locale)
  return (
    <li>
      <p class="row-head">
        <strong>{words.names[event.event]}</strong>
        {event.organization !== null && (
          <span class="badge">
            <Chosen text={event.organization} />
          </span>
        )}
      </p>
      <p class="row-text">
        {moment(locale, event.at, now)}
        {event.network !== null && <> {sessions.from(<bdi>{event.network}</bdi>)}</>}
      </p>
    </li>
  )
}
