import type { ErrorCode, FieldError, ProblemVariant } from '../../domain/errors.js'
import { Statement } from '../components/statement.js'
import { asksForSupport, SupportText } from '../components/support-text.js'
import { formatWait } from '../format.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'
import { problemText, variantText } from '../problem-text.js'

export interface ProblemPageData {
  readonly locale: Locale
  readonly code: ErrorCode
  readonly status: number
  /** The provider was asked, and the person or it said no. */
  readonly declined?: boolean | undefined
  /** Other words than the code's own. */
  readonly about?: ProblemVariant | undefined
  readonly organization?: { readonly name: string } | undefined
  /** In the place of the code's own sentence. */
  readonly detail?: string | undefined
  /** What is wrong field by field, where the page is for staff, whose field names these are. */
  readonly errors?: readonly FieldError[] | undefined
  /** For support: names the request in our logs. */
  readonly requestId?: string | undefined
  /** Where to go on. Without one: the start page. */
  readonly nextStep?: { readonly href: string; readonly label?: string | undefined } | undefined
  readonly retryAfterSeconds?: number | undefined
  /** Where the words about support lead, a URI; nowhere where absent. */
  readonly supportContact?: string | null | undefined
}

/** Only what leads to the beginning of a sign-in says so. */
function nextLabel(locale: Locale, code: ErrorCode, href: string): string {
  const { problem } = messagesFor(locale)
  if (code === 'unavailable') return problem.again
  if (href === paths.home) return problem.home
  return href.startsWith(paths.organizations) ? problem.restart : problem.goOn
}

/** Any refusal as a page: what happened, when to try again, and the next step. */
export function renderProblemPage(data: ProblemPageData): string {
  const {
    locale,
    code,
    status,
    declined = false,
    organization,
    requestId,
    nextStep,
    retryAfterSeconds,
    errors = [],
    supportContact,
  } = data
  const { problem } = messagesFor(locale)
  const { title, detail } =
    data.about === undefined ? problemText(locale, code, declined) : variantText(locale, data.about)
  const sentence = data.detail ?? detail
  const waiting = retryAfterSeconds !== undefined
  return renderPage({
    locale,
    title,
    organization: organization?.name,
    children: (
      <Statement
        tone={waiting || declined ? 'calm' : 'bad'}
        icon={waiting ? 'clock' : declined ? 'cross' : 'alert'}
        title={title}
      >
        <p class="lead">
          <SupportText locale={locale} contact={supportContact} text={sentence} />
        </p>
        {errors.length > 0 && (
          <ul>
            {errors.map(({ field, message }) => (
              <li key={field}>
                <strong>{field.replaceAll('_', ' ')}</strong> {message}
              </li>
            ))}
          </ul>
        )}
        {waiting && <p>{problem.retryAfter(formatWait(locale, retryAfterSeconds))}</p>}
        {nextStep === undefined ? (
          <a class="button primary" href={paths.home}>
            {problem.home}
          </a>
        ) : (
          <a class="button primary" href={nextStep.href}>
            {nextStep.label ?? nextLabel(locale, code, nextStep.href)}
          </a>
        )}
        <p class="small-print">
          {problem.status(String(status))}
          {requestId !== undefined && (
            <>
              {' · '}
              {problem.reference} <code>{requestId}</code>
            </>
          )}
          {typeof supportContact === 'string' && !asksForSupport(locale, sentence) && (
            <>
              {' · '}
              <a href={supportContact}>{problem.support}</a>
            </>
          )}
        </p>
      </Statement>
    ),
  })
}
