import { inLocale } from '../locale.js'
import { deMails } from '../locales/de-mails.js'
import { enMails, type MailMessages } from '../locales/en-mails.js'

/** The words of the mails in one locale. */
export const mailMessagesFor = inLocale<MailMessages>({ en: enMails, de: deMails })
