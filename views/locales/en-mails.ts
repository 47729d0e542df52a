import type { MethodChange, RemovedMethod } from '../../domain/mail.js'
import type { NoticeKind } from '../mails/notice.js'

interface NoticeValues {
  readonly organization: string
  readonly provider: string
  readonly change: string
}

export interface NoticeWords {
  readonly subject: (values: NoticeValues) => string
  readonly heading: (values: NoticeValues) => string
  readonly opening: readonly ((values: NoticeValues) => string)[]
  readonly showsIdentity: boolean
  readonly button: string
  readonly leadsTo: 'account' | 'sign-in'
  readonly closing: (values: NoticeValues) => string
}

/** The words of the mails; whatever is put into them is made harmless before (`views/mails/`). */
export const enMails = {
  someOrganization: 'your organization',
  someProvider: 'the sign-in service of your organization',
  plainLink: 'If the button does not work, copy this link into your browser:',
  life: (left: string, until: string): string => `The link works for ${left}, until ${until}.`,
  confirmation: {
    subject: (organization: string): string => `Confirm your address for ${organization}`,
    reminderSubject: (organization: string): string => `Still open: confirm your address for ${organization}`,
    heading: 'Is this your address?',
    welcome: (organization: string): string => `Welcome to ${organization}. Your account is ready.`,
    reminder: 'You have not confirmed this address yet.',
    please: 'Please confirm that this address is yours:',
    button: 'Confirm my address',
    ignore: 'You did not ask for this? Then ignore this mail: nothing happens without your confirmation.',
  },
  emailProof: {
    subject: (organization: string): string => `Your code for ${organization}`,
    heading: 'Is this you?',
    why: (organization: string, provider: string, identity: string): string =>
      `Somebody signs in to ${organization} through ${provider} as ${identity} and says that an account with this address is theirs.`,
    type: 'If it is you, go back to the tab where you began and type this code:',
    button: 'Use the link instead',
    keep: 'Give this code to nobody: whoever has it gets into your account. Nobody of ours will ever ask for it.',
    notMe: 'This was not me: end that sign-in',
  },
  passwordReset: {
    subject: (organization: string): string => `Choose a new password for ${organization}`,
    heading: 'Choose a new password',
    why: (organization: string): string =>
      `Somebody asked for a new password for your account at ${organization}. If it was you, choose one here:`,
    button: 'Choose a new password',
    ignore: 'You did not ask for this? Then ignore this mail: your password stays as it is.',
  },
  setPassword: {
    subject: (organization: string): string => `Choose a password for ${organization}`,
    heading: 'Choose a password',
    why: (organization: string): string =>
      `${organization} has switched off the service through which you signed in so far. With a password you can still get in:`,
    button: 'Choose a password',
    ignore: 'If the link has expired, ask for a new one on the sign-in page.',
  },
  changes: {
    identity_unlinked: 'A service was disconnected from your account: it does not open it any more.',
    totp_enabled: 'Your account now asks for a code of an authenticator app.',
    totp_disabled: 'Your account does not ask for a code of an authenticator app any more.',
    recovery_codes_renewed: 'New recovery codes were made; the old ones are void.',
    password_removed: 'The password of your account was removed.',
    address_added: 'An e-mail address was added to your account.',
    address_removed: 'An e-mail address was removed from your account.',
    other: 'The ways to sign in to your account have changed.',
  } satisfies Record<MethodChange | 'other', string>,
  removed: {
    password: 'the password',
    totp: 'the authenticator app and its recovery codes',
    identities: 'other sign-in services',
    addresses: 'other addresses, which nobody had confirmed',
    sessions: 'other sessions',
  } satisfies Record<RemovedMethod, string>,
  addressGivenElsewhere: {
    subject: ({ organization }) => `You already have an account: ${organization}`,
    heading: () => 'You already have an account',
    opening: [
      ({ organization }) =>
        `Somebody who is signed in at ${organization} gave this address as theirs. It belongs to another account already, and stays there.`,
      () =>
        'If it was you: you have two accounts. Sign in to the one with this address, and remove the address there if it shall belong to the other.',
    ],
    showsIdentity: false,
    button: 'Sign in',
    leadsTo: 'sign-in',
    closing: () => 'If it was not you, there is nothing to do: nobody got into your account.',
  } satisfies NoticeWords as NoticeWords,
  notices: {
    already_have_account: {
      subject: ({ organization }) => `You already have an account: ${organization}`,
      heading: () => 'You already have an account',
      opening: [
        ({ organization, provider }) =>
          `Somebody signed in to ${organization} through ${provider} with this address. An account with it exists already.`,
        () =>
          'If it was you: sign in the new way once more, and choose “I already had an account” on your account page. Then both ways lead to the account that you had.',
      ],
      showsIdentity: false,
      button: 'Sign in',
      leadsTo: 'sign-in',
      closing: () => 'If it was not you, there is nothing to do: nobody got into your account.',
    },
    identity_linked_notice: {
      subject: ({ organization }) => `A new way into your account: ${organization}`,
      heading: () => 'A new way into your account',
      opening: [
        ({ organization, provider }) =>
          `From now on this identity at ${provider} signs in to your account at ${organization}:`,
      ],
      showsIdentity: true,
      button: 'Look at my account',
      leadsTo: 'account',
      closing: () =>
        'If it was not you, disconnect it in your account at once and write to the support of your organization.',
    },
    attempt_rejected_notice: {
      subject: ({ organization }) => `Your sign-in did not come about: ${organization}`,
      heading: () => 'Your sign-in did not come about',
      opening: [
        ({ organization, provider }) =>
          `What you chose when you signed in to ${organization} through ${provider} could not be carried out: something it rested on had changed meanwhile. Nothing was changed.`,
      ],
      showsIdentity: false,
      button: 'Sign in again',
      leadsTo: 'sign-in',
      closing: () => 'If it was not you, there is nothing to do.',
    },
    password_changed_notice: {
      subject: ({ organization }) => `Your password was changed: ${organization}`,
      heading: () => 'Your password was changed',
      opening: [() => 'The password of your account was set or changed. All other sessions have ended.'],
      showsIdentity: false,
      button: 'Look at my account',
      leadsTo: 'account',
      closing: () =>
        'If it was not you, set a new password with “Forgotten or not set yet?” on the sign-in page and write to the support of your organization.',
    },
    address_changed_notice: {
      subject: ({ organization }) => `Your address was changed: ${organization}`,
      heading: () => 'Your address was changed',
      opening: [
        ({ organization }) =>
          `Your account at ${organization} now has another primary address. Mail about the account goes there from now on.`,
      ],
      showsIdentity: false,
      button: 'Look at my account',
      leadsTo: 'account',
      closing: () => 'If it was not you, write to the support of your organization at once.',
    },
    email_dropped_notice: {
      subject: ({ organization }) => `An address has left your account: ${organization}`,
      heading: () => 'An address has left your account',
      opening: [
        () =>
          'Your account had an address that was never confirmed. Somebody else has shown that it is theirs, so it is not one of yours any more. Everything else is as it was.',
      ],
      showsIdentity: false,
      button: 'Look at my account',
      leadsTo: 'account',
      closing: () => 'There is nothing to do.',
    },
    sign_in_methods_removed_notice: {
      subject: ({ organization }) => `Your address is confirmed: ${organization}`,
      heading: () => 'Your address is confirmed',
      opening: [
        () =>
          'With it your account is yours alone: whatever somebody could have left there before you was removed. Only the way in which you were signed in when you confirmed still works. Removed:',
      ],
      showsIdentity: false,
      button: 'Look at my account',
      leadsTo: 'account',
      closing: () => 'If something of it was yours, set it up again in your account.',
    },
    sign_in_method_notice: {
      subject: ({ organization }) => `A change of your account: ${organization}`,
      heading: () => 'Your account has changed',
      opening: [({ change }) => change],
      showsIdentity: false,
      button: 'Look at my account',
      leadsTo: 'account',
      closing: () =>
        'If it was not you, change your password at once and write to the support of your organization.',
    },
    link_your_account: {
      subject: ({ organization }) => `A new way to sign in: ${organization}`,
      heading: ({ organization }) => `A new way to sign in to ${organization}`,
      opening: [
        ({ organization }) =>
          `${organization} has set up a sign-in service. Sign in through it once and say that your account is yours; from then on it opens your account.`,
      ],
      showsIdentity: false,
      button: 'Sign in and connect my account',
      leadsTo: 'sign-in',
      closing: () => 'Your account and everything in it stays as it is.',
    },
    invitation: {
      subject: ({ organization }) => `Your invitation to ${organization}`,
      heading: ({ organization }) => `You are invited to ${organization}`,
      opening: [
        ({ organization }) =>
          `Somebody who runs ${organization} has invited you to join it. Sign in with the link below; it counts once, for 30 days.`,
      ],
      showsIdentity: false,
      button: 'Accept and sign in',
      leadsTo: 'sign-in',
      closing: () =>
        'You do not know this organization? Then ignore this mail: nothing happens. Do not pass it on, as the link lets in whoever has it.',
    },
  } satisfies Record<NoticeKind, NoticeWords> as Record<NoticeKind, NoticeWords>,
}

export type MailMessages = typeof enMails
