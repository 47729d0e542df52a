import type { VNode } from 'preact'
import type { FieldError } from '../../domain/errors.js'
import type { Locale } from '../locale.js'
import { SupportText } from './support-text.js'

export interface ErrorSummaryProps {
  readonly title: string
  readonly errors: readonly FieldError[]
  /** Names of the fields that the page shows; an error of another field has nothing to lead to. */
  readonly fields: readonly string[]
  /** Where an error's words about support lead, a URI; nowhere where absent. */
  readonly supportContact?: string | null | undefined
}

/** What is wrong with a form, first on the page and focused, each line leading to its field. */
export function ErrorSummary({
  locale,
  title,
  errors,
  fields,
  supportContact,
}: ErrorSummaryProps & { readonly locale: Locale }): VNode | null {
  if (errors.length === 0) return null
  return (
    <div class="error-summary" role="alert" aria-labelledby="error-summary-title" tabIndex={-1} autoFocus>
      <h2 id="error-summary-title">{title}</h2>
      <ul>
        {errors.map(({ field, message }) => (
          <li key={field}>
            {fields.includes(field) ? (
              <a href={`#${field}`}>{message}</a>
            ) : (
              <SupportText locale={locale} contact={supportContact} text={message} />
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
