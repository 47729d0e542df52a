import type { Inline } from './en.js'

/** The words of the pages on which an account is proved. */
export const enProofs = {
  title: 'Show us that the account is yours',
  intro: (provider: Inline, organization: Inline): Inline => [
    'Then your sign-in with ',
    provider,
    ' is connected to the account that you have at ',
    organization,
    ' already.',
  ],
  errors: 'That did not work',
  mail: {
    title: 'With a code by mail',
    text: (address: Inline): Inline => ['We send a code to ', address, '. It works for ten minutes.'],
    address: 'Your e-mail address',
    addressHint: 'The one of the account. It stays the address of this sign-in.',
    submit: 'Send me a code',
    sent: (address: Inline): Inline => [
      'A code is on its way to ',
      address,
      '. If there is an account with this address here, the code opens it. Keep this tab open.',
    ],
    code: 'Six-digit code',
    check: 'Check the code',
    wrong: 'This is not the code of our newest mail to you. Look again, or have a code sent again.',
    again: 'Send a code again',
    againHint: 'A new one voids the one before. Within a minute it is the same one.',
    noAccount:
      'The address is yours, but it leads to no account that we may connect here. Show us the account in another way, or go back and choose again.',
  },
  password: {
    title: 'With its password',
    other: 'Use the password of an account',
    email: 'E-mail address of the account',
    password: 'Password',
    submit: 'Check the password',
    wrong: 'Address and password do not belong together.',
  },
  provider: {
    title: 'With another way to sign in',
    text: 'Sign in the way that account is used to, and come back here.',
  },
  support:
    'None of this works? An account without a password and without a confirmed address can be proved by nothing here: contact the support of your organization. They can see this sign-in.',
  back: 'Back to the choice',
  link: {
    title: 'Show that the account is yours',
    text: (address: Inline): Inline => ['You opened the link that we sent to ', address, '.'],
    submit: 'Yes, go on with my sign-in',
    back: 'Back to my sign-in',
    elsewhereTitle: 'Go back to your tab',
    elsewhere:
      'You began to sign in in another browser or another tab. Go back there and type the code of the mail. Nothing was changed here.',
    deadTitle: 'This link works no more',
    dead: 'It was used, replaced by a newer one, or is too old. Go back to your sign-in, and ask for a new code.',
    invalidTitle: 'This link is none of ours',
    invalid: 'Perhaps it was cut off. Go back to the tab where you began, and ask for a new code.',
  },
  notMe: {
    title: 'This was not you?',
    text: 'Then end that sign-in. Nothing of your account has changed, and nothing will.',
    submit: 'End that sign-in',
    doneTitle: 'That sign-in has ended',
    done: 'Its code works no more. Nobody got into your account. If it happens again, tell the support of your organization.',
  },
}

export type ProofMessages = typeof enProofs
