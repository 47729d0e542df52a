import type { ComponentChildren, VNode } from 'preact'
import type { FieldError } from '../../domain/errors.js'
import { errorOf } from '../error-of.js'
import { accountMessagesFor } from '../account-messages.js'
import type { Locale } from '../locale.js'
import { PostForm } from './post-form.js'
import { TextField } from './text-field.js'
import type { TextFieldProps } from './text-field.js'

type FormField = Omit<TextFieldProps, 'error' | 'value' | 'required'>

/** A code of the authenticator app, or a recovery code. */
export const codeField = (locale: Locale): FormField => {
  const { code, codeHint } = accountMessagesFor(locale).again
  return { name: 'otp', label: code, hint: codeHint, autoComplete: 'one-time-code' }
}

interface FieldFormProps {
  readonly action: string
  readonly hidden?: Readonly<Record<string, string | undefined>>
  readonly fields: readonly FormField[]
  /** What was wrong with what was sent before, told at its field. */
  readonly errors: readonly FieldError[]
  /** What was typed before. */
  readonly values?: Readonly<Record<string, string | undefined>>
  readonly submit: string
  /** Before the fields. */
  readonly children?: ComponentChildren
}

/** A form of lines of input, all of which are needed, and the button that sends them: all that its page is for. */
export function FieldForm({
  action,
  hidden = {},
  fields,
  errors,
  values = {},
  submit,
  children,
}: FieldFormProps): VNode {
  return (
    <PostForm action={action} hidden={hidden}>
      {children}
      {fields.map((field) => (
        <TextField
          key={field.name}
          {...field}
          value={values[field.name]}
          error={errorOf(errors, field.name)}
          required
        />
      ))}
      <button class="button primary" type="submit">
        {submit}
      </button>
    </PostForm>
  )
}
