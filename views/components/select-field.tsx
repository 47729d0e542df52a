import type { VNode } from 'preact'

interface SelectFieldProps {
  /** Name of the value and id of the control. */
  readonly name: string
  readonly label: string
  /** What an empty value means. */
  readonly any: string
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly value: string
}

/** A labelled choice of one, or of none. */
export function SelectField({ name, label, any, options, value }: SelectFieldProps): VNode {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        <option value="">{any}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}
