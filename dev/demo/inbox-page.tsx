import type { Fault } from './faults.js'
import { FaultForm } from './fault-form.js'
import type { InboxMessage } from './message-store.js'
import { Page } from './page.js'
import { Moment } from './moment.js'

const shown = 100

/** The inbox: newest first, filtered by address. */
export function InboxPage({
  messages,
  filter,
  fault,
}: {
  messages: InboxMessage[]
  filter: string
  fault: Fault
}) {
  return (
    <Page title="Inbox · demo mail" site="Demo mail">
      <h1>Inbox</h1>
      <p class="lead">
        Everything that the application has mailed. Nothing has left this machine. Or look at{' '}
        <a href="/previews">every mail that there is</a>.
      </p>
      {fault.mode !== 'ok' && (
        <p class="alert">
          Mail is being made to fail: <strong>{fault.mode}</strong>
          {fault.times === null ? ', until you change it below.' : `, for ${fault.times} more.`}
        </p>
      )}
      <div class="toolbar">
        <form class="inline" method="get" action="/">
          <label for="to">Show mail to</label>
          <input
            id="to"
            name="to"
            type="search"
            value={filter}
            placeholder="any address"
            autocapitalize="none"
          />
          <button>Filter</button>
        </form>
        {messages.length > 0 && (
          <form method="post" action="/messages/empty">
            <button>Empty the inbox</button>
          </form>
        )}
      </div>
      {messages.length === 0 ? (
        <NothingHere filter={filter} />
      ) : (
        <MessageList messages={messages.slice(0, shown)} />
      )}
      {messages.length > shown && (
        <p class="note">
          The newest {shown} of {messages.length}.
        </p>
      )}
      <FaultForm fault={fault} />
    </Page>
  )
}

function NothingHere({ filter }: { filter: string }) {
  return (
    <div class="card empty">
      <p>
        {filter ? `No mail to “${filter}”. ` : 'No mail yet. Sign in as somebody new and it arrives here. '}
        {filter && <a href="/">Show all mail</a>}
      </p>
    </div>
  )
}

function MessageList({ messages }: { messages: InboxMessage[] }) {
  return (
    <ul class="people">
      {messages.map((message) => (
        <li key={message.id}>
          <a class="message" href={`/messages/${message.id}`}>
            <span class="message-subject">{message.subject}</span>
            <Moment time={message.time} />
            <span class="message-to">{message.to}</span>
            <span class="message-state">{message.events.at(-1)?.event}</span>
          </a>
        </li>
      ))}
    </ul>
  )
}
