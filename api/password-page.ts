import type { PasswordFault } from '../domain/password.js'
import { AppError } from '../domain/errors.js'
import type { FieldError } from '../domain/errors.js'
import { accountMessagesFor } from '../views/account-messages.js'
import type { Locale } from '../views/locale.js'

const faults: readonly unknown[] = ['too_short', 'too_long', 'too_easy'] satisfies PasswordFault[]

/** What is wrong with a new password, in the person's language; null for an error of another kind. */
export const passwordFaults = (locale: Locale, error: unknown): FieldError[] | null =>
  error instanceof AppError && faults.includes(error.cause)
    ? [
        {
          field: 'password',
          message: accountMessagesFor(locale).password.faults[error.cause as PasswordFault],
        },
      ]
    : null
