import type { VNode } from 'preact'
import type { FieldError } from '../../domain/errors.js'
import type { Admission, Role } from '../../domain/policy.js'
import { errorOf } from '../error-of.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { ChoiceField } from './choice-field.js'

interface JoiningRulesProps {
  readonly locale: Locale
  readonly admission: Admission
  readonly defaultRole: Role
  readonly errors: readonly FieldError[]
}

/** Who comes into the organization through a provider, and as what. */
export function JoiningRules({ locale, admission, defaultRole, errors }: JoiningRulesProps): VNode {
  const { rules } = messagesFor(locale).organization
  return (
    <>
      <ChoiceField
        name="admission"
        label={rules.admission}
        value={admission}
        error={errorOf(errors, 'admission')}
        options={(['invited', 'domains', 'everyone'] as const).map((value) => ({
          value,
          label: rules[value],
        }))}
      />
      <ChoiceField
        name="default_role"
        label={rules.role}
        value={defaultRole}
        error={errorOf(errors, 'default_role')}
        options={(['member', 'manager'] as const).map((value) => ({ value, label: rules[value] }))}
      />
    </>
  )
}
