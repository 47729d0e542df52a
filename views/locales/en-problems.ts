import type { ErrorCode, ProblemVariant } from '../../domain/errors.js'

/** What happened, and what to do next; one plain sentence or two. */
export interface ProblemText {
  readonly title: string
  readonly detail: string
}

export const enProblems: Readonly<Record<ErrorCode, ProblemText>> = {
  invalid_state: {
    title: 'This sign-in cannot go on',
    detail: 'The answer does not belong to a sign-in of this browser, or it was used before. Start again.',
  },
  attempt_expired: {
    title: 'This sign-in has expired',
    detail: 'It stayed open for too long, so nothing was created or changed. Start again.',
  },
  attempt_not_yours: {
    title: 'This sign-in belongs to another browser',
    detail: 'Go back to the browser in which it was started, or start again in this one.',
  },
  provider_unknown: {
    title: 'We do not know this way to sign in',
    detail: 'There is no such organization or way to sign in. Check the address, or ask who gave it to you.',
  },
  provider_disabled: {
    title: 'This way to sign in is switched off',
    detail: 'Choose another one, or ask an administrator of your organization.',
  },
  provider_mismatch: {
    title: 'Your organization signs in elsewhere',
    detail: 'It wants you to sign in through another service. Go on there.',
  },
  provider_error: {
    title: 'The sign-in service did not answer properly',
    detail:
      'You may have cancelled there, or the service has a fault that passes by itself. Nothing was changed: start again.',
  },
  invalid_identity: {
    title: 'We could not accept the answer',
    detail:
      'What the sign-in service said about you could not be verified, so nothing was changed. Start again; if it happens once more, tell an administrator of your organization.',
  },
  not_authenticated: {
    title: 'Please sign in first',
    detail: 'This is only for people who are signed in. Sign in, then try again.',
  },
  wrong_user: {
    title: 'This belongs to another account',
    detail: 'You are signed in with a different account. Sign in with the right one, then try again.',
  },
  reauthentication_required: {
    title: 'Please sign in once more',
    detail: 'You signed in a while ago. For this step we have to know that it is still you.',
  },
  second_factor_required: {
    title: 'One more step',
    detail:
      'A second factor is needed here: the code that your authenticator shows. An account that has none gets one on its page “Sign-in”, once you are signed in with a connected service.',
  },
  proof_invalid: {
    title: 'That does not match',
    detail: 'Check what you entered, then try again.',
  },
  proof_expired: {
    title: 'That came too late',
    detail: 'This proof is no longer valid. Ask for a new one.',
  },
  proof_used: {
    title: 'That was used before',
    detail: 'A proof works only once. Ask for a new one.',
  },
  too_many_attempts: {
    title: 'Too many tries',
    detail: 'To keep the account safe, please wait a while before you try again.',
  },
  identity_conflict: {
    title: 'This sign-in cannot be connected',
    detail:
      'It cannot be connected to this account, and nothing was changed. Contact support if you need help.',
  },
  email_taken: {
    title: 'There is an account already',
    detail:
      'This address belongs to an account. Show us that it is yours, and this sign-in is connected to it.',
  },
  email_invalid: {
    title: 'This is not an e-mail address',
    detail: 'Enter an address that mail can reach, such as name@example.com.',
  },
  registration_closed: {
    title: 'No new accounts here',
    detail: 'New accounts are closed for this way to sign in. Ask an administrator of your organization.',
  },
  not_a_member: {
    title: 'You are not a member here',
    detail: 'Ask an administrator of the organization to invite you, then start again.',
  },
  membership_restricted: {
    title: 'Your access is limited for now',
    detail: 'You are signed in, but every seat is taken. Ask an administrator of your organization for one.',
  },
  user_suspended: {
    title: 'This account is suspended',
    detail: 'It cannot be used to sign in. Contact support to learn more.',
  },
  already_decided: {
    title: 'This was decided before',
    detail: 'A decision was made already, perhaps in another tab. That first one stands.',
  },
  link_expired: {
    title: 'This link has expired',
    detail: 'Links work for a limited time. Sign in and ask for a new one.',
  },
  link_invalid: {
    title: 'This link does not work',
    detail: 'It may be incomplete, or a newer one has replaced it. Open the link in our newest mail.',
  },
  already_confirmed: {
    title: 'Already confirmed',
    detail: 'This address is confirmed. There is nothing left to do.',
  },
  last_sign_in_method: {
    title: 'This is your only way to sign in',
    detail: 'Add another way to sign in before you remove this one.',
  },
  rate_limited: {
    title: 'A little too fast',
    detail: 'There were too many requests. Wait a moment, then try again.',
  },
  unavailable: {
    title: 'We will be back in a moment',
    detail: 'A part of this service does not answer just now. Try again shortly.',
  },
  bad_request: {
    title: 'Something is missing',
    detail: 'The request was incomplete or could not be understood. Go back, check it and try again.',
  },
  cross_origin: {
    title: 'Please begin on our own page',
    detail: 'To keep you safe, this is not accepted from another site. Start again from here.',
  },
  not_found: {
    title: 'Page not found',
    detail:
      'Nothing is at this address, or not any more. If you typed it, check it; else begin at the start page.',
  },
  method_not_allowed: {
    title: 'That does not work here',
    detail: 'This address does not take this kind of request. Go to the start page.',
  },
  payload_too_large: {
    title: 'That was too much at once',
    detail: 'More was sent than we accept. Send less, then try again.',
  },
  unsupported_media_type: {
    title: 'We cannot read this format',
    detail: 'Send JSON to the API, or use the forms on our pages.',
  },
  misdirected_request: {
    title: 'This is the wrong address',
    detail: 'This server does not answer for the host name that was asked. Use the address you were given.',
  },
  internal: {
    title: 'Something went wrong on our side',
    detail: 'It is not your fault, and it has been recorded. Try again in a moment.',
  },
  forbidden: {
    title: 'Your role does not include this',
    detail: 'It was noted that you tried. Ask somebody who gives roles in support if you need it.',
  },
  refused: {
    title: 'Not done',
    detail: 'This cannot be done as things stand. Look at the page again.',
  },
}

export const enDeclined: ProblemText = {
  title: 'The sign-in was declined',
  detail:
    'You, or the sign-in service, said no, so nothing was created or changed. Start again if you still want to go on; if the service refuses you, ask an administrator of your organization.',
}

export const enVariants: Readonly<Record<ProblemVariant, ProblemText>> = {
  open_attempts: {
    title: 'Other sign-ins are waiting for you',
    detail:
      'Ten sign-ins of this browser wait for your decision, perhaps in other tabs. Decide or cancel one of them, then start again.',
  },
  no_account: {
    title: 'There is no account for this',
    detail: 'You signed in there, but no account here is used with it. Show us the account in another way.',
  },
  another_address: {
    title: 'No code goes there',
    detail:
      'A code goes only to the address of this sign-in. Ask for one there, or show us the account in another way.',
  },
  another_proof: {
    title: 'Please prove your account in another way',
    detail:
      'The sign-in service that let you in is not enough for this step. Prove the account once more by something that is not its own: a password, or a sign-in service of another organization.',
  },
  not_redeemed: {
    title: 'This sign-in is over',
    detail:
      'It was carried out and stands, but it signs nobody in any more: too much time has passed, or something about the account has changed. Sign in again.',
  },
  not_yours_to_manage: {
    title: 'This is not yours to manage',
    detail:
      'Only those who run an organization see this, signed in to it. Ask one of its owners, or sign in to that organization.',
  },
}
