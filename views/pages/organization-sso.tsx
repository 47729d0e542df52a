import type { VNode } from 'preact'
import type { FieldError } from '../../domain/errors.js'
import { errorOf } from '../error-of.js'
import { CheckField } from '../components/check-field.js'
import { Chosen } from '../components/chosen.js'
import { Copied } from '../components/copied.js'
import { OpenInvitations } from '../components/open-invitations.js'
import type { OpenInvitationsProps } from '../components/open-invitations.js'
import { PostForm } from '../components/post-form.js'
import { TextField } from '../components/text-field.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'

export interface OrganizationSsoPageData {
  readonly locale: Locale
  readonly now: Date
  readonly organization: { readonly name: string; readonly slug: string }
  readonly canEdit: boolean
  readonly members: number
  /** Members who do not wait for a seat. */
  readonly seatsTaken: number
  readonly providers: readonly {
    readonly name: string
    readonly displayName: string
    readonly status: 'enabled' | 'setup' | 'disabled'
    readonly linked: number
  }[]
  readonly domains: readonly {
    readonly name: string
    readonly proved: boolean
    /** The TXT record that is awaited. */
    readonly record?: { readonly host: string; readonly value: string } | undefined
  }[]
  /** Those that are open, and where there are more, where to read on. */
  readonly invitations: OpenInvitationsProps['invitations']
  readonly moreInvitations?: string | undefined
  readonly settings: { readonly seatLimit: number | null; readonly requireSecondFactor: boolean }
  readonly saved?: boolean
  /** An invitation has just been sent. */
  readonly invited?: boolean
  /** What was typed before the account was proved once more stands in the forms again. */
  readonly kept?: boolean
  readonly errors?: readonly FieldError[] | undefined
  /** What the form of the settings showed at first, as it sends it along; the settings themselves where absent. */
  readonly shown?: Readonly<Record<string, string | undefined>> | undefined
  readonly values?:
    | {
        readonly domain?: string | undefined
        readonly seats?: string | undefined
        readonly email?: string | undefined
        readonly role?: string | undefined
      }
    | undefined
}

const fields = ['domain', 'email', 'role', 'seat_limit']

/** `GET /organizations/{organization}/sso`: how an organization signs in. */
export function renderOrganizationSsoPage(data: OrganizationSsoPageData): string {
  const { organization: texts, home } = messagesFor(data.locale)
  const { errors = [], saved = false, invited = false, kept = false } = data
  return renderPage({
    locale: data.locale,
    title: texts.title,
    organization: data.organization.name,
    errorSummary: { title: texts.errors, errors, fields },
    children: (
      <>
        <section class="card">
          <h1>{texts.title}</h1>
          <p class="lead">{texts.intro(<Chosen text={data.organization.name} />)}</p>
          {(saved || invited) && (
            <p class="notice" role="status">
              {saved ? texts.saved : texts.invitations.sent}
            </p>
          )}
          {kept && (
            <p class="notice" role="status">
              {texts.kept}
            </p>
          )}
          {!data.canEdit && <p class="notice">{texts.readOnly}</p>}
          <Providers {...data} />
          <Domains {...data} />
          <OpenInvitations
            {...data}
            slug={data.organization.slug}
            more={data.moreInvitations}
            typed={data.values}
          />
          {data.canEdit && <Settings {...data} />}
        </section>
        <p class="after">
          <a href={paths.account}>{home.account}</a>
        </p>
      </>
    ),
  })
}

function Providers({ locale, organization, providers, members, canEdit }: OrganizationSsoPageData): VNode {
  const { organization: texts } = messagesFor(locale)
  const { providers: words } = texts
  const about = (status: 'enabled' | 'setup' | 'disabled', linked: number): string => {
    if (status === 'enabled') return words.linked(String(linked), String(members))
    return status === 'setup' ? words.unfinished : words.off
  }
  return (
    <section class="apart">
      <h2>{words.title}</h2>
      {providers.length === 0 && <p>{words.none}</p>}
      <ul class="rows">
        {providers.map(({ name, displayName, status, linked }) => (
          <li key={name}>
            <p class="row-head">
              <strong>
                <a href={paths.singleSignOn(organization.slug, name)}>
                  <Chosen text={displayName} />
                </a>
              </strong>
              <span class={`badge ${{ enabled: 'good', setup: 'warn', disabled: '' }[status]}`.trim()}>
                {words[status]}
              </span>
            </p>
            <p class="row-text">{about(status, linked)}</p>
          </li>
        ))}
      </ul>
      {canEdit && (
        <a
          class={providers.length === 0 ? 'button primary' : 'button'}
          href={paths.singleSignOn(organization.slug, 'connect')}
        >
          {words.connect}
        </a>
      )}
    </section>
  )
}

function Domains(data: OrganizationSsoPageData): VNode {
  const { locale, organization, domains, canEdit, errors = [], values = {} } = data
  const { domains: words } = messagesFor(locale).organization
  return (
    <section class="apart">
      <h2>{words.title}</h2>
      <p>{words.intro}</p>
      {domains.length === 0 && <p>{words.none}</p>}
      <ul class="rows">
        {domains.map((domain) => (
          <DomainRow key={domain.name} data={data} domain={domain} />
        ))}
      </ul>
      {canEdit && (
        <PostForm action={paths.singleSignOn(organization.slug, 'domains')}>
          <TextField
            name="domain"
            label={words.label}
            hint={words.hint}
            autoComplete="off"
            value={values.domain}
            error={errorOf(errors, 'domain')}
          />
          <button class="button" type="submit">
            {words.add}
          </button>
        </PostForm>
      )}
    </section>
  )
}

interface DomainRowProps {
  readonly data: OrganizationSsoPageData
  readonly domain: OrganizationSsoPageData['domains'][number]
}

function DomainRow({ data: { locale, organization, canEdit }, domain }: DomainRowProps): VNode {
  const { organization: texts } = messagesFor(locale)
  const { domains: words } = texts
  return (
    <li>
      <p class="row-head">
        <strong>
          <Chosen text={domain.name} />
        </strong>
        <span class={domain.proved ? 'badge good' : 'badge warn'}>
          {domain.proved ? words.proved : words.open}
        </span>
      </p>
      {domain.record !== undefined && (
        <div class="row-text">
          <p>{words.record}</p>
          <dl class="facts record">
            <div>
              <dt>{words.host}</dt>
              <dd>
                <Copied text={domain.record.host} />
              </dd>
            </div>
            <div>
              <dt>{words.value}</dt>
              <dd>
                <Copied text={domain.record.value} />
              </dd>
            </div>
          </dl>
        </div>
      )}
      {canEdit && (
        <div class="row-acts">
          {domain.record !== undefined && (
            <PostForm
              action={paths.singleSignOn(organization.slug, 'domains', 'check')}
              hidden={{ domain: domain.name }}
            >
              <button class="button small" type="submit">
                {words.check} <span class="unseen">{domain.name}</span>
              </button>
            </PostForm>
          )}
          <PostForm
            action={paths.singleSignOn(organization.slug, 'domains', 'remove')}
            hidden={{ domain: domain.name }}
          >
            <button class="button small quiet" type="submit">
              {texts.remove} <span class="unseen">{domain.name}</span>
            </button>
          </PostForm>
        </div>
      )}
    </li>
  )
}

function Settings({ locale, organization, seatsTaken, settings, ...rest }: OrganizationSsoPageData): VNode {
  const { organization: texts } = messagesFor(locale)
  const { settings: words } = texts
  const { errors = [], values = {} } = rest
  return (
    <section class="apart">
      <h2>{words.title}</h2>
      <PostForm
        action={paths.singleSignOn(organization.slug, 'settings')}
        hidden={
          rest.shown ?? {
            shown_seat_limit: settings.seatLimit === null ? '' : String(settings.seatLimit),
            shown_require_second_factor: settings.requireSecondFactor ? 'on' : '',
          }
        }
      >
        <TextField
          name="seat_limit"
          label={words.seats}
          hint={words.seatsHint(String(seatsTaken))}
          autoComplete="off"
          value={values.seats ?? (settings.seatLimit === null ? '' : String(settings.seatLimit))}
          error={errorOf(errors, 'seat_limit')}
        />
        <CheckField
          name="require_second_factor"
          label={words.secondFactor}
          hint={words.secondFactorHint}
          checked={settings.requireSecondFactor}
        />
        <button class="button" type="submit">
          {texts.save}
        </button>
      </PostForm>
    </section>
  )
}
