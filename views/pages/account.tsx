import type { ComponentChildren, VNode } from 'preact'
import { Chosen } from '../components/chosen.js'
import { Instant } from '../components/instant.js'
import { PostForm } from '../components/post-form.js'
import { isSameDay } from '../format.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'

export interface AccountPageData {
  readonly locale: Locale
  readonly now: Date
  readonly user: { readonly name?: string | undefined }
  readonly organization?: { readonly name: string } | undefined
  readonly provider?: { readonly displayName: string } | undefined
  readonly addresses: readonly Address[]
}

interface Address {
  readonly address: string
  readonly primary: boolean
  readonly confirmed: boolean
  /** The newest confirmation mail to this address, and since when it is in its state. */
  readonly mail?: { readonly state: MailState; readonly at: Date } | undefined
}

type MailState =
  | 'queued'
  | 'sending'
  | 'accepted'
  | 'delivered'
  | 'deferred'
  | 'bounced'
  | 'suppressed'
  | 'parked'
  | 'cancelled'
  | 'expired'
  | 'confirmed'

/** `GET /account`: who is signed in, through what, and how far each address has come. */
export function renderAccountPage(data: AccountPageData): string {
  const { account } = messagesFor(data.locale)
  return renderPage({
    locale: data.locale,
    title: account.title,
    organization: data.organization?.name,
    children: (
      <section class="card">
        <h1>{account.title}</h1>
        <Facts {...data} />
        <section class="apart">
          <h2>{account.addresses}</h2>
          {data.addresses.length === 0 && <p>{account.noAddresses}</p>}
          <ul class="rows">
            {data.addresses.map((address) => (
              <AddressRow key={address.address} locale={data.locale} now={data.now} entry={address} />
            ))}
          </ul>
        </section>
        <PostForm action={paths.endSession} class="apart">
          <button class="button" type="submit">
            {account.signOut}
          </button>
        </PostForm>
      </section>
    ),
  })
}

function Facts({ locale, user, addresses, organization, provider }: AccountPageData): VNode {
  const { account } = messagesFor(locale)
  const primary = addresses.find((address) => address.primary)?.address
  return (
    <dl class="facts">
      <Fact label={account.person} value={user.name ?? primary} />
      <Fact label={account.organization} value={organization?.name} />
      <Fact label={account.provider} value={provider?.displayName} />
    </dl>
  )
}

function Fact({
  label,
  value,
}: {
  readonly label: string
  readonly value: string | undefined
}): VNode | null {
  if (value === undefined) return null
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <Chosen text={value} />
      </dd>
    </div>
  )
}

interface AddressRowProps {
  readonly locale: Locale
  readonly now: Date
  readonly entry: Address
}

function AddressRow({ locale, now, entry }: AddressRowProps): VNode {
  const { account } = messagesFor(locale)
  return (
    <li>
      <p class="row-head">
        <strong>
          <Chosen text={entry.address} />
        </strong>
        <span class="badges">
          {entry.primary && <span class="badge">{account.primary}</span>}
          <span class={entry.confirmed ? 'badge good' : 'badge warn'}>
            {entry.confirmed ? account.confirmed : account.unconfirmed}
          </span>
        </span>
      </p>
      {!entry.confirmed && <p class="row-text">{mailSentence(locale, now, entry)}</p>}
    </li>
  )
}

function mailSentence(locale: Locale, now: Date, { address, mail }: Address): ComponentChildren {
  const { account, when } = messagesFor(locale)
  const shown = <Chosen text={address} />
  if (mail === undefined || mail.state === 'confirmed') return account.mail.none(shown)
  if (mail.state === 'queued' || mail.state === 'sending') return account.mail.onItsWay(shown)
  const at = <Instant locale={locale} at={mail.at} now={now} />
  const moment = isSameDay(mail.at, now) ? when.clock(at) : when.day(at)
  if (mail.state === 'accepted') return account.mail.sent(shown, moment)
  return account.mail[mail.state](shown, moment)
}
