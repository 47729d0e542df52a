import type { VNode } from 'preact'
import type { FieldError } from '../../domain/errors.js'
import { accountMessagesFor } from '../account-messages.js'
import { renderAccountFrame } from '../components/account-frame.js'
import { Chosen } from '../components/chosen.js'
import { PostForm } from '../components/post-form.js'
import { Replaces } from '../components/replaces.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'

interface FoldAttempt {
  readonly id: string
  /** The provider of the account's identity lets it be connected elsewhere. */
  readonly canMerge: boolean
  /** The account that was shown, and its identities that would be replaced. */
  readonly proved?: { readonly name: string; readonly replaces: readonly string[] } | undefined
  readonly idempotencyKey: string
  readonly version: string
}

export interface AccountFoldPageData {
  readonly locale: Locale
  readonly organization?: { readonly name: string } | undefined
  /** Absent before the person has begun. */
  readonly attempt?: FoldAttempt | undefined
  readonly errors?: readonly FieldError[] | undefined
}

/** `GET /account/former`, and the attempt's page from there on: this fresh account goes into one that the person had before. */
export function renderAccountFoldPage({
  locale,
  organization,
  attempt,
  errors = [],
}: AccountFoldPageData): string {
  const { fold: words, addresses, password } = accountMessagesFor(locale)
  return renderAccountFrame({
    locale,
    title: words.title,
    organization: organization?.name,
    errorSummary: { title: addresses.errors, errors, fields: ['replace-merge'] },
    children: (
      <>
        {attempt?.proved !== undefined && (
          <p class="notice" role="status">
            {messagesFor(locale).decision.proved(<Chosen text={attempt.proved.name} />)}
          </p>
        )}
        <p class="lead">
          {attempt?.proved === undefined && `${words.text} `}
          {words.then}
        </p>
        {attempt === undefined ? (
          <>
            <PostForm action={paths.formerAccount}>
              <button class="button primary" type="submit">
                {words.begin}
              </button>
            </PostForm>
            <p class="after">
              <a href={paths.account}>{password.back}</a>
            </p>
          </>
        ) : (
          <Decision locale={locale} attempt={attempt} />
        )}
      </>
    ),
  })
}

function Decision({ locale, attempt }: { readonly locale: Locale; readonly attempt: FoldAttempt }): VNode {
  const { fold: words } = accountMessagesFor(locale)
  const { id, canMerge, proved, idempotencyKey, version } = attempt
  const action = paths.attempt(id, 'decision')
  const sentAlong = { idempotency_key: idempotencyKey, version }
  return (
    <div class="choices">
      {proved !== undefined && (
        <PostForm action={action} hidden={{ ...sentAlong, decision: 'merge' }} class="choice">
          <Replaces locale={locale} id="replace-merge" names={proved.replaces} />
          <button class="button primary" type="submit">
            {words.submit}
          </button>
        </PostForm>
      )}
      {proved === undefined && canMerge && (
        <section class="choice">
          <a class="button primary" href={paths.attempt(id, 'proofs')}>
            {words.begin}
          </a>
        </section>
      )}
      <PostForm action={action} hidden={{ ...sentAlong, decision: 'cancel' }} class="quiet-choice">
        <button class="button quiet" type="submit" aria-describedby="stay-text">
          {words.stay}
        </button>
        <p id="stay-text" class="hint">
          {words.stayText}
        </p>
      </PostForm>
    </div>
  )
}
