import type { Refusal } from '../../domain/support.js'

/** Why an act of support is not done, and what helps. The console and the command line speak English. */
export const enRefusals: Readonly<Record<Refusal, string>> = {
  mail_under_way: 'The mail is being sent already. Look again when it is accepted, came back or is parked.',
  mail_ended: 'The mail has ended: its address is confirmed, its link has expired, or it was given up.',
  mail_not_held: 'A mail of this kind is sent once and then forgotten; it cannot be sent again.',
  address_kept: 'Only the confirmation mail of an address that nobody ever confirmed can be corrected.',
  address_known: 'The person has that address already, with a mail of its own.',
  address_held:
    'Another account holds that address, confirmed: nothing is sent there. The person can sign in to that account and connect this identity to it, or name another address.',
  attempt_decided: 'The person has decided, and what was decided is being carried out.',
  attempt_ended: 'The sign-in has ended.',
  attempt_not_waiting:
    'The person is at the provider; only a sign-in that waits for a decision gets more time.',
  extended_enough: 'The sign-in was given more time twice already. The person can start again at any time.',
  nothing_matches: 'No mail matches that can be sent again.',
  too_many_match: 'More mails match than may be retried at once. Narrow the filter.',
  second_person_needed: 'Somebody else has to agree: whoever asked cannot.',
  run_missing:
    'No run of this sign-in is open at this moment; it is started anew soon. Try again in a minute.',
  search_not_yours:
    'This link holds a search for an address, which only who made it can open. Search for the address yourself.',
  only_owner:
    'The person is the only owner of an organization that has other members: nobody could manage it any more. Have another owner invited first, or confirm that it is to be left so.',
  member_elsewhere:
    'The person is also a member of organizations that you do not look after. Ask somebody who sees them all.',
  not_known_yet:
    'Not known yet: the run has not answered, and it may still be done. Check that Temporal and a worker run, then press again: it counts once.',
}
