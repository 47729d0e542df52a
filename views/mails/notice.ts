import type { MailFacts } from '../../domain/mail.js'
import type { Locale } from '../locale.js'
import { renderLetter } from './letter.js'
import type { RenderedMail } from './letter.js'
import { mailMessagesFor } from './mail-messages.js'
import { nameInMail } from './mail-safe-name.js'

/** Mails that tell something and ask nothing. */
export const noticeKinds = [
  'already_have_account',
  'identity_linked_notice',
  'attempt_rejected_notice',
  'password_changed_notice',
  'address_changed_notice',
  'email_dropped_notice',
  'sign_in_methods_removed_notice',
  'sign_in_method_notice',
  'link_your_account',
  'invitation',
] as const
export type NoticeKind = (typeof noticeKinds)[number]

export interface NoticeMail {
  readonly kind: NoticeKind
  readonly locale: Locale
  /** Organization and provider as they wrote themselves; reduced here. No provider where the mail came of no sign-in. */
  readonly organizationName: string
  readonly providerName: string | null
  /** Masked; null where the mail came of no sign-in. */
  readonly identity: string | null
  readonly facts: MailFacts
  /** Both absolute, from the configured public origin. */
  readonly signInLink: string
  readonly accountLink: string
  /** Whom people turn to, a URI; null where nobody was named. */
  readonly supportContact: string | null
}

/** One mail of these kinds (spec: mail, "content"). */
export function renderNotice(mail: NoticeMail): RenderedMail {
  const { locale, facts } = mail
  const { someOrganization, someProvider, notices, addressGivenElsewhere, changes, removed } =
    mailMessagesFor(locale)
  // Nobody signed in: somebody who is signed in gave the address.
  const t =
    mail.kind === 'already_have_account' && mail.providerName === null
      ? addressGivenElsewhere
      : notices[mail.kind]
  const organization = nameInMail(mail.organizationName, someOrganization)
  const provider = nameInMail(mail.providerName ?? '', someProvider)
  const words = { organization, provider, change: changes[facts.change ?? 'other'] }
  return renderLetter({
    locale,
    organization,
    subject: t.subject(words),
    heading: t.heading(words),
    opening: t.opening.map((line) => line(words)),
    ...(mail.identity !== null && mail.identity !== '' && t.showsIdentity ? { shown: mail.identity } : {}),
    ...(facts.removed === undefined ? {} : { items: facts.removed.map((method) => removed[method]) }),
    button: { label: t.button, link: t.leadsTo === 'account' ? mail.accountLink : mail.signInLink },
    closing: [t.closing(words)],
    supportContact: mail.supportContact,
  })
}
