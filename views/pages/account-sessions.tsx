import type { VNode } from 'preact'
import { accountMessagesFor } from '../account-messages.js'
import { renderAccountFrame } from '../components/account-frame.js'
import { Chosen } from '../components/chosen.js'
import { moment } from '../components/moment.js'
import { OlderNewest } from '../components/older-newest.js'
import { PostForm } from '../components/post-form.js'
import type { Locale } from '../locale.js'
import { paths } from '../paths.js'

export interface AccountSessionsPageData {
  readonly locale: Locale
  readonly now: Date
  readonly organization?: { readonly name: string } | undefined
  readonly sessions: readonly Session[]
  /** Cursor of the next page; absent on the last one. */
  readonly next?: string | undefined
  readonly isFirst: boolean
}

interface Session {
  readonly id: string
  readonly current: boolean
  /** Null where the password opened it. */
  readonly provider: string | null
  readonly organization: string
  readonly network: string | null
  readonly startedAt: Date
  readonly lastSeenAt: Date
}

/** `GET /account/sessions`: in which browsers the account is signed in. */
export function renderAccountSessionsPage(data: AccountSessionsPageData): string {
  const { sessions: words, events } = accountMessagesFor(data.locale)
  const isOnly = data.sessions.length === 1 && data.isFirst && data.next === undefined
  return renderAccountFrame({
    locale: data.locale,
    title: words.title,
    organization: data.organization?.name,
    current: 'sessions',
    children: (
      <>
        <ul class="rows apart">
          {data.sessions.map((session) => (
            <SessionRow key={session.id} locale={data.locale} now={data.now} session={session} />
          ))}
        </ul>
        <OlderNewest path={paths.accountSessions} next={data.next} isFirst={data.isFirst} words={events} />
        {!isOnly && (
          <PostForm action={paths.endOtherSessions} class="apart">
            <button class="button" type="submit">
              {words.endOthers}
            </button>
          </PostForm>
        )}
        <p class="hint">{words.life}</p>
      </>
    ),
  })
}

interface SessionRowProps {
  readonly locale: Locale
  readonly now: Date
  readonly session: Session
}

function SessionRow({ locale, now, session }: SessionRowProps): VNode {
  const { sessions: words } = accountMessagesFor(locale)
  const method = session.provider ?? words.password
  return (
    <li>
      <p class="row-head">
        <strong>{words.at(<Chosen text={method} />, <Chosen text={session.organization} />)}</strong>
        {session.current && <span class="badge good">{words.here}</span>}
      </p>
      <p class="row-text">
        {words.since(moment(locale, session.startedAt, now))}
        {session.network !== null && <> {words.from(<bdi>{session.network}</bdi>)}</>}
        {', '}
        {words.seen(moment(locale, session.lastSeenAt, now))}
      </p>
      {!session.current && (
        <div class="row-acts">
          <PostForm action={paths.endOneSession(session.id)}>
            <button
              class="button small"
              type="submit"
              aria-label={words.endNamed(method, session.organization)}
            >
              {words.end}
            </button>
          </PostForm>
        </div>
      )}
    </li>
  )
}
