import type { InboxMessage, WebhookDelivery } from './message-store.js'
import { Moment } from './moment.js'
import { Page } from './page.js'

const eventButtons = [
  ['delivered', 'Delivered'],
  ['deferred', 'Deferred'],
  ['bounce', 'Bounced'],
  ['dropped', 'Dropped'],
] as const

/** One message: its headers, how it looks, its text, and the delivery events that can be reported for it. */
export function MessagePage({ message }: { message: InboxMessage }) {
  return (
    <Page title={`${message.subject} · demo mail`} site="Demo mail">
      <p>
        <a href="/">Back to the inbox</a>
      </p>
      <h1>{message.subject}</h1>
      <div class="card">
        <dl>
          <dt>To</dt>
          <dd>{mailbox(message.to, message.to_name)}</dd>
          <dt>From</dt>
          <dd>{mailbox(message.from, message.from_name)}</dd>
          <dt>Time</dt>
          <dd>
            <Moment time={message.time} />
          </dd>
          <dt>Kind</dt>
          <dd>{message.categories.join(', ') || 'none'}</dd>
        </dl>
        <details>
          <summary>All it was sent with</summary>
          <pre>{JSON.stringify(rest(message), null, 2)}</pre>
        </details>
      </div>
      {message.html !== null && (
        <section class="group" aria-labelledby="html">
          <h2 id="html">As a mail program shows it</h2>
          <iframe
            title="The HTML part of this mail"
            src={`/messages/${message.id}/html`}
            sandbox="allow-top-navigation-by-user-activation allow-popups allow-popups-to-escape-sandbox"
          />
        </section>
      )}
      {message.text !== null && (
        <section class="group" aria-labelledby="text">
          <h2 id="text">As plain text</h2>
          <pre>{message.text}</pre>
        </section>
      )}
      <section class="group" aria-labelledby="events">
        <h2 id="events">What became of it</h2>
        <p class="note">
          Tells the application, signed as SendGrid signs it, what the receiving server said.
        </p>
        <form class="buttons" method="post" action={`/messages/${message.id}/events`}>
          {eventButtons.map(([event, words]) => (
            <button key={event} name="event" value={event}>
              {words}
            </button>
          ))}
        </form>
        <ul class="events">
          {message.events.map((delivery) => (
            <li key={delivery.time}>
              <Moment time={delivery.time} /> {delivery.event}, <Answer delivery={delivery} />
            </li>
          ))}
        </ul>
      </section>
    </Page>
  )
}

function Answer({ delivery: { status } }: { delivery: WebhookDelivery }) {
  if (status === null) return <span class="unanswered">but the application did not answer</span>
  if (status >= 400) return <span class="unanswered">refused with {status}</span>
  return <span class="answered">answered with {status}</span>
}

function mailbox(address: string, name: string | null): string {
  return name ? `${name} <${address}>` : address
}

function rest({ message_id, headers, custom_args, categories, tracking_settings }: InboxMessage) {
  return { message_id, headers, custom_args, categories, tracking_settings }
}
