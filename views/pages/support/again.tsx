import { PostForm } from '../../components/post-form.js'
import { TextField } from '../../components/text-field.js'
import type { FieldError } from '../../../domain/errors.js'
import { errorOf } from '../../error-of.js'
import { reasonHint, renderConsolePage } from './frame.js'
import type { Place, Viewer } from './frame.js'

export interface ActAgainData {
  readonly viewer: Viewer
  readonly place: Place
  /** What the button of the act says. */
  readonly label: string
  readonly action: string
  readonly errors: readonly FieldError[]
  /** What was typed. The address is absent where the act takes none. */
  readonly typed: { readonly reason: string; readonly email?: string | undefined }
  /** What was sent besides. */
  readonly hidden: Readonly<Record<string, string>>
  /** Where the act was offered. */
  readonly back: string
}

const labels = { email: 'Right address', reason: 'Reason' } as const

/** An act of the console that was not done for what was typed: what is wrong, beside it, with what was typed. */
export function renderActAgainPage(data: ActAgainData): string {
  const { viewer, place, label, action, typed, hidden, back } = data
  const errors = data.errors.map(({ field, message }) => ({
    field,
    message: `${field in labels ? labels[field as keyof typeof labels] : field} ${message}.`,
  }))
  return renderConsolePage({
    viewer,
    errorSummary: { title: 'Not done', errors, fields: ['email', 'reason'] },
    title: 'Not done',
    place,
    children: (
      <section class="card">
        <h1>{label}</h1>
        <PostForm action={action} hidden={hidden}>
          {typed.email !== undefined && (
            <TextField
              name="email"
              label={labels.email}
              type="email"
              autoComplete="off"
              value={typed.email}
              error={errorOf(errors, 'email')}
              required
            />
          )}
          <TextField
            name="reason"
            label={labels.reason}
            hint={reasonHint}
            autoComplete="off"
            value={typed.reason}
            error={errorOf(errors, 'reason')}
            required
          />
          <button class="button primary" type="submit">
            {label}
          </button>
        </PostForm>
        <p>
          <a href={back}>Back, without doing it</a>
        </p>
      </section>
    ),
  })
}
