import type { FieldError } from '../../domain/errors.js'
import { accountMessagesFor } from '../account-messages.js'
import { codeField, FieldForm } from '../components/field-form.js'
import { SupportText } from '../components/support-text.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'

export interface SecondFactorPageData {
  readonly locale: Locale
  readonly errors?: readonly FieldError[] | undefined
  /** Where the words about support lead, a URI; nowhere where absent. */
  readonly supportContact?: string | null | undefined
  /** Inside an attempt: where the code goes, what goes with it, and where to begin anew. After a password where absent. */
  readonly attempt?:
    | {
        readonly id: string
        readonly organization: { readonly name: string }
        readonly restartPath: string
      }
    | undefined
}

/** After a right password, or a known identity: the code that the account asks for besides. */
export function renderSecondFactorPage({
  locale,
  errors = [],
  attempt,
  supportContact,
}: SecondFactorPageData): string {
  const { secondFactor, addresses } = accountMessagesFor(locale)
  return renderPage({
    locale,
    title: secondFactor.title,
    organization: attempt?.organization.name,
    errorSummary: { title: addresses.errors, errors, fields: ['otp'] },
    children: (
      <section class="card">
        <h1>{secondFactor.title}</h1>
        <p class="lead">{secondFactor.intro}</p>
        <FieldForm
          action={attempt === undefined ? paths.secondFactor : paths.attempt(attempt.id, 'proofs')}
          hidden={attempt === undefined ? {} : { kind: 'second_factor' }}
          fields={[codeField(locale)]}
          errors={errors}
          submit={secondFactor.submit}
        />
        <p class="after">
          <SupportText
            locale={locale}
            contact={supportContact}
            text={messagesFor(locale).outcome.lostSecondFactor}
          />
        </p>
        <p class="after">
          <a href={attempt?.restartPath ?? paths.home}>{messagesFor(locale).problem.restart}</a>
        </p>
      </section>
    ),
  })
}
