import { Fragment } from 'preact'
import type { VNode } from 'preact'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { Chosen } from './chosen.js'

interface ReplacesProps {
  readonly locale: Locale
  readonly id: string
  /** Of the identities that the account has in the place of what would be connected; none: nothing is asked. */
  readonly names: readonly string[]
  /** The box was not ticked, and has to be. */
  readonly missed?: boolean
}

/** Nothing that is connected already is replaced without the person's word, which the browser asks for. */
export function Replaces({ locale, id, names, missed = false }: ReplacesProps): VNode | null {
  if (names.length === 0) return null
  const list = names.map((name, index) => (
    <Fragment key={name}>
      {index > 0 && ', '}
      <Chosen text={name} />
    </Fragment>
  ))
  const { replace, notReplaced } = messagesFor(locale).decision
  const errorId = `${id}-error`
  return (
    <div class={missed ? 'field wrong' : 'field'}>
      {missed && (
        <p id={errorId} class="field-error">
          {notReplaced}
        </p>
      )}
      <div class="tick">
        <input
          id={id}
          type="checkbox"
          name="replace"
          value="true"
          required
          aria-invalid={missed ? 'true' : undefined}
          aria-describedby={missed ? errorId : undefined}
        />
        <label for={id}>{replace(list)}</label>
      </div>
    </div>
  )
}
