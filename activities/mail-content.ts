import type { MailKind, MailState } from '../domain/mail.js'
import type { Mail } from '../store/mail.js'
import type { Stores } from '../store/stores.js'
import type { RenderedMail } from '../views/mails/letter.js'
import type { MailDependencies } from './dependencies.js'
import { aboutConfirmation } from './mails/confirmation.js'
import { aboutEmailProof } from './mails/email-proof.js'
import { aboutInvitation } from './mails/invitation.js'
import { aboutNotice } from './mails/notice.js'
import { aboutPasswordLink } from './mails/password-link.js'

/** What a mail is about at this moment. It holds as long as the transaction in which it was read. */
export interface MailContent {
  /** An end that is due: nothing is sent, told or waited for any more. */
  readonly dueEnd: MailState | null
  /** Until when it makes sense to wait for the person or for support, milliseconds since 1970. */
  readonly waitUntil: number
  /** The provider has it, and it asks nothing of anybody. */
  readonly over: boolean
  /** The message of the next try, its link drawn anew where it must be; null where there is nothing to send or nobody to send it to. */
  compose(dependencies: MailDependencies): Promise<ComposedMail | null>
}

export interface ComposedMail {
  /** One addr-spec. */
  readonly to: string
  readonly message: RenderedMail
  /** As in `MailContent`, once this message is out. */
  readonly waitUntil: number
  readonly over: boolean
}

/** Null where what the mail is about is gone. */
export type ReadMailContent = (stores: Stores, mail: Mail) => Promise<MailContent | null>

const readers: Readonly<Record<MailKind, ReadMailContent>> = {
  confirmation: aboutConfirmation,
  confirmation_reminder: aboutConfirmation,
  already_have_account: aboutNotice,
  merge_proof: aboutEmailProof,
  password_reset: aboutPasswordLink,
  set_password: aboutPasswordLink,
  identity_linked_notice: aboutNotice,
  attempt_rejected_notice: aboutNotice,
  password_changed_notice: aboutNotice,
  address_changed_notice: aboutNotice,
  email_dropped_notice: aboutNotice,
  sign_in_methods_removed_notice: aboutNotice,
  sign_in_method_notice: aboutNotice,
  link_your_account: aboutNotice,
  invitation: aboutInvitation,
}

/** Reads what a mail is about, in the transaction that is about to act on it. */
export const readMailContent: ReadMailContent = (stores, mail) => readers[mail.kind](stores, mail)
