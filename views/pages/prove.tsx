import type { ComponentChildren, VNode } from 'preact'
import type { FieldError } from '../../domain/errors.js'
import { errorOf } from '../error-of.js'
import { Chosen } from '../components/chosen.js'
import { PostForm } from '../components/post-form.js'
import { SupportText } from '../components/support-text.js'
import { TextField } from '../components/text-field.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'
import { proofMessagesFor } from '../proof-messages.js'

export interface ProvePageData {
  readonly locale: Locale
  readonly attemptId: string
  readonly organization: { readonly name: string }
  readonly provider: { readonly displayName: string }
  /** The address that a code may go to: asserted, or typed before; without one the person types it. */
  readonly ownAddress?: string | undefined
  /** A code is out. */
  readonly codeSent: boolean
  /** The address was proved, and leads to no account that may be connected here. */
  readonly noAccount: boolean
  /** The account that is meant has no password, so asking for one is folded away. */
  readonly passwordFolded: boolean
  /** Other providers at which the account may be known. */
  readonly providers: readonly { readonly name: string; readonly displayName: string }[]
  readonly errors?: readonly FieldError[] | undefined
  readonly values?: { readonly email?: string | undefined; readonly address?: string | undefined } | undefined
  /** Where the words about support lead, a URI; nowhere where absent. */
  readonly supportContact?: string | null | undefined
}

/**
 * `GET /attempts/{id}/proofs`: every way to show that an account is the person's own (spec: pipeline 3, "Proofs for merge"). Nothing
 * on it depends on whether anybody holds an address that is not trusted.
 */
export function renderProvePage(data: ProvePageData): string {
  const { locale, errors = [] } = data
  const words = proofMessagesFor(locale)
  return renderPage({
    locale,
    title: words.title,
    organization: data.organization.name,
    errorSummary: { title: words.errors, errors, fields: ['code', 'address', 'password', 'email'] },
    children: (
      <section class="card">
        <h1>{words.title}</h1>
        <p class="lead">
          {words.intro(<Chosen text={data.provider.displayName} />, <Chosen text={data.organization.name} />)}
        </p>
        {data.noAccount && (
          <p class="notice" role="status">
            {words.mail.noAccount}
          </p>
        )}
        <div class="choices">
          {data.codeSent ? <CodeForm {...data} /> : <MailForm {...data} />}
          {data.passwordFolded ? (
            <details class="second-thought" open={errorOf(data.errors, 'password') !== undefined}>
              <summary class="button quiet">{words.password.other}</summary>
              <PasswordForm {...data} />
            </details>
          ) : (
            <PasswordForm {...data} />
          )}
          <OtherProviders {...data} />
        </div>
        <p class="after">
          <SupportText locale={locale} contact={data.supportContact} text={words.support} />
        </p>
        <p class="after">
          <a href={paths.attemptPage(data.attemptId)}>{words.back}</a>
        </p>
      </section>
    ),
  })
}

function Proof(props: {
  readonly data: ProvePageData
  readonly hidden: Readonly<Record<string, string>>
  readonly title?: string
  readonly children: ComponentChildren
}): VNode {
  return (
    <PostForm action={paths.attempt(props.data.attemptId, 'proofs')} hidden={props.hidden} class="choice">
      {props.title !== undefined && <h2>{props.title}</h2>}
      {props.children}
    </PostForm>
  )
}

function MailForm(data: ProvePageData): VNode {
  const { mail } = proofMessagesFor(data.locale)
  return (
    <Proof data={data} hidden={{ kind: 'email' }} title={mail.title}>
      {data.ownAddress === undefined ? (
        <TextField
          name="address"
          type="email"
          label={mail.address}
          hint={mail.addressHint}
          autoComplete="email"
          value={data.values?.address}
          error={errorOf(data.errors, 'address')}
          required
        />
      ) : (
        <p>{mail.text(<Chosen text={data.ownAddress} />)}</p>
      )}
      <button class="button primary" type="submit">
        {mail.submit}
      </button>
    </Proof>
  )
}

function CodeForm(data: ProvePageData): VNode {
  const { mail } = proofMessagesFor(data.locale)
  return (
    <section>
      <Proof data={data} hidden={{ kind: 'email_code' }} title={mail.title}>
        <p role="status">{mail.sent(<Chosen text={data.ownAddress ?? ''} />)}</p>
        <TextField
          name="code"
          label={mail.code}
          autoComplete="one-time-code"
          inputMode="numeric"
          error={errorOf(data.errors, 'code')}
          required
        />
        <button class="button primary" type="submit">
          {mail.check}
        </button>
      </Proof>
      <PostForm
        action={paths.attempt(data.attemptId, 'proofs')}
        hidden={{ kind: 'email' }}
        class="quiet-choice"
      >
        <button class="button quiet" type="submit" aria-describedby="again-hint">
          {mail.again}
        </button>
        <p id="again-hint" class="hint">
          {mail.againHint}
        </p>
      </PostForm>
    </section>
  )
}

function PasswordForm(data: ProvePageData): VNode {
  const { password } = proofMessagesFor(data.locale)
  return (
    <Proof data={data} hidden={{ kind: 'password' }} title={password.title}>
      <TextField
        name="email"
        type="email"
        label={password.email}
        autoComplete="username"
        value={data.values?.email}
        required
      />
      <TextField
        name="password"
        type="password"
        label={password.password}
        autoComplete="current-password"
        error={errorOf(data.errors, 'password')}
        required
      />
      <button class="button" type="submit">
        {password.submit}
      </button>
    </Proof>
  )
}

function OtherProviders(data: ProvePageData): VNode | null {
  if (data.providers.length === 0) return null
  const { provider: words } = proofMessagesFor(data.locale)
  const { signIn } = messagesFor(data.locale)
  return (
    <section class="choice">
      <h2>{words.title}</h2>
      <p>{words.text}</p>
      <div class="stack">
        {data.providers.map(({ name, displayName }) => (
          <PostForm
            key={name}
            action={paths.attempt(data.attemptId, 'proofs')}
            hidden={{ kind: 'provider', provider: name }}
          >
            <button class="button" type="submit">
              <span>{signIn.with(<Chosen text={displayName} />)}</span>
            </button>
          </PostForm>
        ))}
      </div>
    </section>
  )
}
