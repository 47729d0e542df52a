import type { ComponentChildren, VNode } from 'preact'

interface ChoiceFieldProps {
  /** Name of the value; the group's id, and the first part of the id of each option but the first. */
  readonly name: string
  readonly label: string
  readonly options: readonly { readonly value: string; readonly label: ComponentChildren }[]
  readonly value: string
  readonly error?: string | undefined
}

/** One of a few, all of them seen. */
export function ChoiceField({ name, label, options, value, error }: ChoiceFieldProps): VNode {
  const errorId = `${name}-error`
  return (
    <fieldset
      class={error === undefined ? 'field' : 'field wrong'}
      aria-describedby={error === undefined ? undefined : errorId}
    >
      <legend>{label}</legend>
      {error !== undefined && (
        <p id={errorId} class="field-error">
          {error}
        </p>
      )}
      {options.map((option, index) => (
        <label key={option.value} class="option">
          <input
            type="radio"
            id={index === 0 ? name : `${name}-${option.value}`}
            name={name}
            value={option.value}
            checked={option.value === value}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  )
}
