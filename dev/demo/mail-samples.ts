import { methodChanges, removedMethods } from '../../domain/mail.js'
import type { MailKind } from '../../domain/mail.js'
import type { Locale } from '../../views/locale.js'
import { renderConfirmationMail } from '../../views/mails/confirmation.js'
import { renderEmailProofMail } from '../../views/mails/email-proof.js'
import type { RenderedMail } from '../../views/mails/letter.js'
import { noticeKinds, renderNotice } from '../../views/mails/notice.js'
import type { NoticeKind } from '../../views/mails/notice.js'
import { renderPasswordLinkMail } from '../../views/mails/password-link.js'

/** One mail as it may look; `name` is its kind, with a word more where a kind has several looks. */
export interface MailSample {
  readonly name: string
  readonly kind: MailKind
  render(locale: Locale): RenderedMail
}

const origin = 'https://sign-in.example'
const now = new Date('2026-11-25T14:05:00Z')
const inMinutes = (minutes: number): Date => new Date(now.getTime() + minutes * 60_000)
const organizationName = 'Acme Corporation'

const confirmation = (locale: Locale, isNewUser: boolean, reminder: boolean): RenderedMail =>
  renderConfirmationMail({
    locale,
    organizationName,
    address: 'nora@people.example',
    link: `${origin}/confirm/k1.token`,
    now,
    expiresAt: inMinutes(48 * 60),
    isNewUser,
    reminder,
  })

const passwordLink = (locale: Locale, purpose: 'password_reset' | 'set_password'): RenderedMail =>
  renderPasswordLinkMail({
    locale,
    organizationName,
    purpose,
    link: `${origin}/password/k1.token`,
    now,
    expiresAt: inMinutes(purpose === 'password_reset' ? 10 : 72 * 60),
  })

const notice = (
  kind: NoticeKind,
  locale: Locale,
  facts: Parameters<typeof renderNotice>[0]['facts'] = {},
  providerName: string | null = 'Demo Provider',
): RenderedMail =>
  renderNotice({
    kind,
    locale,
    organizationName,
    providerName,
    identity: providerName === null ? null : 'n•••@p•••.example',
    facts,
    signInLink: `${origin}/sso/acme`,
    accountLink: `${origin}/account`,
    supportContact: null,
  })

const severalLooks: readonly NoticeKind[] = ['sign_in_methods_removed_notice', 'sign_in_method_notice']

/** Every mail that the product sends: what the previews and the snapshot test show. */
export const mailSamples: readonly MailSample[] = [
  { name: 'confirmation', kind: 'confirmation', render: (locale) => confirmation(locale, true, false) },
  {
    name: 'confirmation of a further address',
    kind: 'confirmation',
    render: (locale) => confirmation(locale, false, false),
  },
  {
    name: 'confirmation_reminder',
    kind: 'confirmation_reminder',
    render: (locale) => confirmation(locale, false, true),
  },
  {
    name: 'merge_proof',
    kind: 'merge_proof',
    render: (locale) =>
      renderEmailProofMail({
        locale,
        organizationName,
        providerName: 'Demo Provider',
        identity: 'n•••@p•••.example',
        code: '048213',
        link: `${origin}/prove/k1.token`,
        notMeLink: `${origin}/not-me/k1.token`,
        now,
        expiresAt: inMinutes(10),
      }),
  },
  {
    name: 'password_reset',
    kind: 'password_reset',
    render: (locale) => passwordLink(locale, 'password_reset'),
  },
  { name: 'set_password', kind: 'set_password', render: (locale) => passwordLink(locale, 'set_password') },
  ...noticeKinds
    .filter((kind) => !severalLooks.includes(kind))
    .map((kind) => ({ name: kind, kind, render: (locale: Locale) => notice(kind, locale) })),
  {
    name: 'already_have_account of no sign-in',
    kind: 'already_have_account',
    render: (locale) => notice('already_have_account', locale, {}, null),
  },
  {
    name: 'sign_in_methods_removed_notice',
    kind: 'sign_in_methods_removed_notice',
    render: (locale) => notice('sign_in_methods_removed_notice', locale, { removed: removedMethods }),
  },
  ...methodChanges.map((change) => ({
    name: `sign_in_method_notice of ${change}`,
    kind: 'sign_in_method_notice' as const,
    render: (locale: Locale) => notice('sign_in_method_notice', locale, { change }),
  })),
]
