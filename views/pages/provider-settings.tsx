import type { VNode } from 'preact'
import type { FieldError } from '../../domain/errors.js'
import type { Admission, Role } from '../../domain/policy.js'
import { errorOf } from '../error-of.js'
import { CheckField } from '../components/check-field.js'
import { Chosen } from '../components/chosen.js'
import { JoiningRules } from '../components/joining-rules.js'
import { PostForm } from '../components/post-form.js'
import { TextField } from '../components/text-field.js'
import { formatWait } from '../format.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'

export interface ProviderSettingsPageData {
  readonly locale: Locale
  readonly organization: { readonly name: string; readonly slug: string }
  readonly canEdit: boolean
  readonly provider: {
    readonly name: string
    readonly displayName: string
    readonly issuer: string
    readonly status: 'enabled' | 'disabled'
    readonly admission: Admission
    readonly defaultRole: Role
    readonly requireLink: boolean
  }
  readonly unlinked: number
  /** The newest mails that ask members to link their account. */
  readonly mails?: MailProgress | undefined
  /** Seconds until members may be reminded again. */
  readonly remindIn: number
  readonly saved?: boolean
  readonly errors?: readonly FieldError[] | undefined
  /** What the form showed at first, as it sends it along; the provider's own settings where absent. */
  readonly shown?: Readonly<Record<string, string | undefined>> | undefined
}

interface MailProgress {
  readonly all: number
  readonly sent: number
  /** Not given to the mail provider yet. */
  readonly waiting: number
  readonly needless: number
  readonly failed: number
}

const fields = ['display_name', 'admission', 'default_role', 'require_link']

/** `GET /organizations/{organization}/sso/{provider}` of a provider that is in use, or was. */
export function renderProviderSettingsPage(data: ProviderSettingsPageData): string {
  const { locale, organization, provider, canEdit, errors = [], saved = false } = data
  const { organization: texts } = messagesFor(locale)
  const inUse = provider.status === 'enabled'
  return renderPage({
    locale,
    title: provider.displayName,
    organization: organization.name,
    errorSummary: { title: texts.errors, errors, fields },
    children: (
      <>
        <section class="card">
          <h1>
            <Chosen text={provider.displayName} />
          </h1>
          <p class="lead">{texts.provider.intro(<Chosen text={provider.issuer} />)}</p>
          {saved && (
            <p class="notice" role="status">
              {texts.saved}
            </p>
          )}
          {!canEdit && <p class="notice">{texts.readOnly}</p>}
          {inUse ? <Members {...data} /> : <p class="notice">{texts.provider.off}</p>}
          {inUse && canEdit && <Settings {...data} />}
          {canEdit && (
            <a
              class={inUse ? 'button danger' : 'button'}
              href={paths.singleSignOn(
                organization.slug,
                ...(inUse ? [provider.name, 'disable'] : ['connect']),
              )}
            >
              {inUse ? texts.disable.link : texts.provider.again}
            </a>
          )}
        </section>
        <p class="after">
          <a href={paths.singleSignOn(organization.slug)}>{texts.back}</a>
        </p>
      </>
    ),
  })
}

function Members({
  locale,
  organization,
  provider,
  unlinked,
  mails,
  remindIn,
  canEdit,
}: ProviderSettingsPageData): VNode {
  const { provider: words } = messagesFor(locale).organization
  return (
    <section class="apart">
      <h2>{words.members}</h2>
      <p>{unlinked === 0 ? words.noMails : words.unlinked(unlinked)}</p>
      {mails !== undefined && <Mails locale={locale} mails={mails} />}
      {canEdit && unlinked > 0 && remindIn > 0 && (
        <p class="hint">{words.remindLater(formatWait(locale, remindIn))}</p>
      )}
      {canEdit && unlinked > 0 && remindIn <= 0 && (
        <PostForm action={paths.singleSignOn(organization.slug, provider.name, 'reminders')}>
          <button class="button" type="submit">
            {words.remind}
          </button>
        </PostForm>
      )}
    </section>
  )
}

function Mails({ locale, mails }: { readonly locale: Locale; readonly mails: MailProgress }): VNode {
  const { provider: words } = messagesFor(locale).organization
  const { all, sent, waiting, needless, failed } = mails
  const counts = [
    [words.sent, sent],
    [words.waiting, waiting],
    [words.needless, needless],
    [words.failed, failed],
  ] as const
  return (
    <div class="progress">
      <h3 id="mails">{words.mails(String(all))}</h3>
      <progress max={Math.max(all, 1)} value={all - waiting} aria-labelledby="mails" />
      <dl class="counts">
        {counts.map(([label, count]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
      {needless > 0 && <p class="hint">{words.needlessHint}</p>}
    </div>
  )
}

function Settings({ locale, organization, provider, errors = [], ...rest }: ProviderSettingsPageData): VNode {
  const { organization: texts } = messagesFor(locale)
  const shown = rest.shown ?? {
    shown_display_name: provider.displayName,
    shown_admission: provider.admission,
    shown_default_role: provider.defaultRole,
    shown_require_link: provider.requireLink ? 'on' : '',
  }
  return (
    <section class="apart">
      <h2>{texts.provider.settings}</h2>
      <PostForm action={paths.singleSignOn(organization.slug, provider.name, 'settings')} hidden={shown}>
        <TextField
          name="display_name"
          label={texts.connect.displayName}
          hint={texts.connect.displayNameHint}
          autoComplete="off"
          value={provider.displayName}
          error={errorOf(errors, 'display_name')}
          required
        />
        <JoiningRules
          locale={locale}
          admission={provider.admission}
          defaultRole={provider.defaultRole}
          errors={errors}
        />
        <CheckField
          name="require_link"
          label={texts.rules.requireLink}
          hint={texts.rules.requireLinkHint}
          error={errorOf(errors, 'require_link')}
          checked={provider.requireLink}
        />
        <button class="button primary" type="submit">
          {texts.save}
        </button>
      </PostForm>
    </section>
  )
}
