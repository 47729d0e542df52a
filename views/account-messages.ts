import { inLocale } from './locale.js'
import { deAccount } from './locales/de-account.js'
import { enAccount, type AccountMessages } from './locales/en-account.js'

/** The words of the account pages in one locale. */
export const accountMessagesFor = inLocale<AccountMessages>({ en: enAccount, de: deAccount })
