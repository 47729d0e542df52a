import type { VNode } from 'preact'

interface CheckFieldProps {
  /** Name of the value and id of the control; sent as `on`, or not at all. */
  readonly name: string
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  readonly checked: boolean
}

/** Yes or no. */
export function CheckField({ name, label, hint, error, checked }: CheckFieldProps): VNode {
  const ids = [hint !== undefined && `${name}-hint`, error !== undefined && `${name}-error`].filter(Boolean)
  return (
    <div class={error === undefined ? 'field' : 'field wrong'}>
      {error !== undefined && (
        <p id={`${name}-error`} class="field-error">
          {error}
        </p>
      )}
      <label class="option">
        <input
          type="checkbox"
          id={name}
          name={name}
          checked={checked}
          aria-describedby={ids.length === 0 ? undefined : ids.join(' ')}
        />
        <span>{label}</span>
      </label>
      {hint !== undefined && (
        <p id={`${name}-hint`} class="hint">
          {hint}
        </p>
      )}
    </div>
  )
}
