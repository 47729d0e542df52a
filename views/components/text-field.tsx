import type { VNode } from 'preact'

export interface TextFieldProps {
  /** Name of the value and id of the control. */
  readonly name: string
  readonly label: string
  readonly note?: string
  readonly hint?: string
  readonly error?: string | undefined
  readonly value?: string | undefined
  readonly type?: 'text' | 'email' | 'password'
  readonly autoComplete: string
  readonly inputMode?: 'numeric'
  readonly required?: boolean
}

/** A labelled line of input; its hint and its error are read out with it. */
export function TextField(field: TextFieldProps): VNode {
  const { name, label, note, hint, error, type = 'text', required = false } = field
  const hintId = hint === undefined ? undefined : `${name}-hint`
  const errorId = error === undefined ? undefined : `${name}-error`
  const describedBy = [hintId, errorId].filter((id) => id !== undefined).join(' ')
  const attributes = {
    id: name,
    name,
    value: field.value,
    autoComplete: field.autoComplete,
    inputMode: field.inputMode,
    spellcheck: false,
    required,
    'aria-invalid': error === undefined ? undefined : ('true' as const),
    'aria-describedby': describedBy === '' ? undefined : describedBy,
  }
  return (
    <div class={error === undefined ? 'field' : 'field wrong'}>
      <label for={name}>
        {label} {note !== undefined && <span class="note">({note})</span>}
      </label>
      {hint !== undefined && (
        <p id={hintId} class="hint">
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={errorId} class="field-error">
          {error}
        </p>
      )}
      {/* The attributes' type is a union by kind of input, which a variable cannot choose from. */}
      {type === 'email' && <input {...attributes} type="email" />}
      {type === 'password' && <input {...attributes} type="password" />}
      {type === 'text' && <input {...attributes} type="text" />}
    </div>
  )
}
