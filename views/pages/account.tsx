import type { ComponentChildren, VNode } from 'preact'
import type { FieldError } from '../../domain/errors.js'
import type { MailState } from '../../domain/mail.js'
import { errorOf } from '../error-of.js'
import { accountMessagesFor } from '../account-messages.js'
import { renderAccountFrame } from '../components/account-frame.js'
import { Chosen } from '../components/chosen.js'
import { Invitations, type ShownInvitation } from '../components/invitations.js'
import { moment } from '../components/moment.js'
import { PostForm } from '../components/post-form.js'
import { SecondThought } from '../components/second-thought.js'
import { SupportText } from '../components/support-text.js'
import { TextField } from '../components/text-field.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'

export interface AccountPageData {
  readonly locale: Locale
  readonly now: Date
  readonly user: { readonly name?: string | undefined }
  readonly organization?: { readonly name: string } | undefined
  /** The organization whose ways to sign in this person may look after. */
  readonly runs?: { readonly slug: string; readonly name: string } | undefined
  readonly provider?: { readonly displayName: string } | undefined
  /** The person waits for a seat in the organization. */
  readonly restricted?: boolean
  readonly addresses: readonly Address[]
  readonly invitations?: readonly ShownInvitation[] | undefined
  /** What was wrong with the address that was to be added, and how it was typed. */
  readonly errors?: readonly FieldError[] | undefined
  readonly typed?: string | undefined
  /** Where the words about support lead, a URI; nowhere where absent. */
  readonly supportContact?: string | null | undefined
}

interface Address {
  readonly id: string
  readonly address: string
  readonly primary: boolean
  readonly confirmed: boolean
  /** The newest confirmation mail to this address, and since when it is in its state. */
  readonly mail?: { readonly state: MailState; readonly at: Date } | undefined
}

/** `GET /account`: who is signed in, through what, and how far each address has come. */
export function renderAccountPage(data: AccountPageData): string {
  const { account, outcome } = messagesFor(data.locale)
  const { errors = [] } = data
  return renderAccountFrame({
    locale: data.locale,
    title: account.title,
    organization: data.organization?.name,
    current: 'account',
    errorSummary: { title: accountMessagesFor(data.locale).addresses.errors, errors, fields: ['email'] },
    children: (
      <>
        <Facts {...data} />
        {data.restricted === true && data.organization !== undefined && (
          <div class="notice">
            <strong>{outcome.restricted.title}</strong>
            <p>{outcome.restricted.text(<Chosen text={data.organization.name} />)}</p>
          </div>
        )}
        {data.runs !== undefined && (
          <p>
            <a href={paths.singleSignOn(data.runs.slug)}>{account.runs(data.runs.name)}</a>
          </p>
        )}
        <Invitations locale={data.locale} invitations={data.invitations ?? []} />
        <section class="apart">
          <h2>{account.addresses}</h2>
          {data.addresses.length === 0 && <p>{account.noAddresses}</p>}
          <ul class="rows">
            {data.addresses.map((address) => (
              <AddressRow
                key={address.id}
                locale={data.locale}
                now={data.now}
                entry={address}
                supportContact={data.supportContact}
              />
            ))}
          </ul>
          <NewAddress {...data} />
          {data.addresses.every(({ confirmed }) => !confirmed) && (
            <p>
              <a href={paths.formerAccount}>{accountMessagesFor(data.locale).fold.link}</a>
            </p>
          )}
        </section>
        <PostForm action={paths.endSession} class="apart">
          <button class="button" type="submit">
            {account.signOut}
          </button>
        </PostForm>
      </>
    ),
  })
}

function NewAddress({ locale, errors = [], typed }: AccountPageData): VNode {
  const { addresses: words } = accountMessagesFor(locale)
  return (
    <details class="second-thought" open={errors.length > 0}>
      <summary class="button small">{words.add}</summary>
      <PostForm action={paths.emails} class="notice">
        <TextField
          name="email"
          type="email"
          label={words.label}
          hint={words.hint}
          autoComplete="email"
          value={typed}
          error={errorOf(errors, 'email')}
          required
        />
        <button class="button" type="submit">
          {words.submit}
        </button>
      </PostForm>
    </details>
  )
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

type AddressRowProps = Pick<AccountPageData, 'locale' | 'now' | 'supportContact'> & {
  readonly entry: Address
}

function AddressRow({ locale, now, entry, supportContact }: AddressRowProps): VNode {
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
      {!entry.confirmed && (
        <p class="row-text">
          <SupportText locale={locale} contact={supportContact} text={mailSentence(locale, now, entry)} />
        </p>
      )}
      {!entry.confirmed && <Resend locale={locale} entry={entry} />}
      {!entry.primary && <AddressActs locale={locale} entry={entry} />}
    </li>
  )
}

function Resend({ locale, entry }: Omit<AddressRowProps, 'now'>): VNode {
  const { addresses: words } = accountMessagesFor(locale)
  return (
    <div class="row-acts">
      <PostForm action={paths.email(entry.id, 'confirmation')}>
        <button class="button small" type="submit" aria-label={`${words.resend}: ${entry.address}`}>
          {words.resend}
        </button>
      </PostForm>
    </div>
  )
}

function AddressActs({ locale, entry }: Omit<AddressRowProps, 'now'>): VNode {
  const { addresses: words } = accountMessagesFor(locale)
  return (
    <div class="row-acts">
      {entry.confirmed && (
        <PostForm action={paths.email(entry.id, 'primary')}>
          <button class="button small" type="submit" aria-label={`${words.makePrimary}: ${entry.address}`}>
            {words.makePrimary}
          </button>
        </PostForm>
      )}
      <SecondThought
        label={words.remove}
        spoken={`${words.remove}: ${entry.address}`}
        action={paths.email(entry.id, 'remove')}
      >
        {words.removeText(<Chosen text={entry.address} />)}
      </SecondThought>
    </div>
  )
}

function mailSentence(locale: Locale, now: Date, { address, mail }: Address): ComponentChildren {
  const { account } = messagesFor(locale)
  const shown = <Chosen text={address} />
  if (mail === undefined || mail.state === 'confirmed') return account.mail.none(shown)
  if (mail.state === 'queued' || mail.state === 'sending') return account.mail.onItsWay(shown)
  const at = moment(locale, mail.at, now)
  if (mail.state === 'accepted') return account.mail.sent(shown, at)
  return account.mail[mail.state](shown, at)
}
