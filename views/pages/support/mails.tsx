import type { VNode } from 'preact'
import { Chosen } from '../../components/chosen.js'
import { ActForm, Pager, renderConsolePage, State, Table, When, words } from './frame.js'
import type { Viewer } from './frame.js'

export interface MailsPageData {
  readonly viewer: Viewer
  readonly health: {
    readonly pausedUntil: Date | null
    readonly reason: string | null
    readonly underWay: number
    readonly lastAcceptedAt: Date | null
  }
  readonly groups: readonly {
    readonly state: string
    readonly reason: string | null
    readonly count: number
    readonly oldest: Date
    readonly href: string
  }[]
  /** What the list is narrowed to, in words; empty for the newest of all. */
  readonly shown: string
  readonly mails: readonly {
    readonly id: string
    readonly kind: string
    readonly organization: string
    readonly to: string | null
    readonly state: string
    readonly reason: string | null
    readonly tries: number
    readonly createdAt: Date
  }[]
  readonly next?: string | undefined
  /** The way to retry all that the list is narrowed to. */
  readonly retryAll?: string | undefined
  readonly retries: readonly ListedRetry[]
  readonly maySteer: boolean
}

export interface ListedRetry {
  readonly id: string
  readonly mails: number
  readonly done: number
  readonly refused: number
  readonly agreed: boolean
  readonly createdAt: Date
}

/** `GET /mails`: what needs somebody first, how the transport is, and every mail. */
export function renderMailsPage(data: MailsPageData): string {
  const { viewer, groups, mails, shown, next, retryAll, retries } = data
  return renderConsolePage({
    viewer,
    title: 'Mail',
    place: 'mails',
    children: (
      <>
        <h1>Mail</h1>
        <div class="columns">
          <div>
            <section aria-labelledby="waiting">
              <h2 id="waiting">Waits for somebody</h2>
              {groups.length === 0 ? (
                <p class="card">Nothing is parked and nothing has failed.</p>
              ) : (
                <Table
                  label="Mails that wait for somebody, by reason"
                  head={['State', 'Reason', 'Mails', 'Oldest']}
                >
                  {groups.map((group) => (
                    <tr key={`${group.state} ${group.reason}`}>
                      <td>
                        <State name={group.state} />
                      </td>
                      <td class="text">
                        <a href={group.href}>
                          <Chosen text={group.reason ?? 'no reason given'} />
                        </a>
                      </td>
                      <td>{group.count}</td>
                      <td>
                        <When viewer={viewer} at={group.oldest} />
                      </td>
                    </tr>
                  ))}
                </Table>
              )}
            </section>
            <section aria-labelledby="list">
              <div class="inline">
                <h2 id="list">{shown === '' ? 'Newest' : shown}</h2>
                {shown !== '' && <a href="/mails">show all</a>}
                {retryAll !== undefined && (
                  <a class="button" href={retryAll}>
                    Retry all of these
                  </a>
                )}
              </div>
              {mails.length === 0 ? (
                <p class="card">No mail.</p>
              ) : (
                <Table label="Mails" head={['Queued', 'Kind', 'State', 'To', 'Organization', 'Tries']}>
                  {mails.map((mail) => (
                    <tr key={mail.id}>
                      <td>
                        <When viewer={viewer} at={mail.createdAt} />
                      </td>
                      <td>
                        <a href={`/mails/${mail.id}`}>{words(mail.kind)}</a>
                      </td>
                      <td>
                        <State name={mail.state} />{' '}
                        {mail.reason !== null && (
                          <span class="hint">
                            <Chosen text={mail.reason} />
                          </span>
                        )}
                      </td>
                      <td>{mail.to === null ? '–' : <Chosen text={mail.to} />}</td>
                      <td>
                        <Chosen text={mail.organization} />
                      </td>
                      <td>{mail.tries}</td>
                    </tr>
                  ))}
                </Table>
              )}
            </section>
            <Pager next={next} />
          </div>
          <div>
            <Transport {...data} />
            <Retries viewer={viewer} retries={retries} />
          </div>
        </div>
      </>
    ),
  })
}

function Transport({ viewer, health, maySteer }: MailsPageData): VNode {
  const { pausedUntil, reason, underWay, lastAcceptedAt } = health
  return (
    <section class="card">
      <div class="title">
        <h2>Transport</h2>
        {pausedUntil === null ? <span class="badge good">runs</span> : <span class="badge bad">paused</span>}
      </div>
      <dl class="facts">
        {pausedUntil !== null && (
          <div>
            <dt>Paused until</dt>
            <dd>
              <When viewer={viewer} at={pausedUntil} />
              {reason !== null && (
                <>
                  {' · '}
                  <Chosen text={reason} />
                </>
              )}
            </dd>
          </div>
        )}
        <div>
          <dt>Under way</dt>
          <dd>{underWay}</dd>
        </div>
        <div>
          <dt>Taken last</dt>
          <dd>{lastAcceptedAt === null ? 'never' : <When viewer={viewer} at={lastAcceptedAt} />}</dd>
        </div>
      </dl>
      {maySteer &&
        (pausedUntil === null ? (
          <ActForm
            name="pause"
            danger
            action="/transport/pause"
            label="Pause for an hour"
            explains="No mail of anybody leaves. What waits uses up none of its time."
          />
        ) : (
          <ActForm
            name="resume"
            action="/transport/resume"
            label="Resume"
            explains="Mails that wait go on within five minutes."
          />
        ))}
    </section>
  )
}

function Retries({
  viewer,
  retries,
}: {
  readonly viewer: Viewer
  readonly retries: readonly ListedRetry[]
}): VNode | null {
  if (retries.length === 0) return null
  return (
    <section class="card">
      <h2>Retries of many</h2>
      <ul class="rows">
        {retries.map((retry) => (
          <li key={retry.id}>
            <a href={`/retries/${retry.id}`}>
              {retry.mails} {retry.mails === 1 ? 'mail' : 'mails'},{' '}
              <When viewer={viewer} at={retry.createdAt} />
            </a>
            <p class="row-text">{retry.agreed ? `${retry.done} done` : 'waits for a second person'}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
