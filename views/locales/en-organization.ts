import type { Inline } from './en.js'
import type { Role } from '../../domain/policy.js'

/** The pages on which an organization runs its single sign-on. */
export const enOrganization = {
  title: 'Single sign-on',
  intro: (organization: Inline): Inline => ['How the members of ', organization, ' sign in.'],
  readOnly: 'You can look at this. Only owners can change it.',
  saved: 'Saved.',
  kept: 'What you typed is still here. Send it once more: nothing has been done yet.',
  back: 'Back to single sign-on',
  remove: 'Remove',
  save: 'Save',
  errors: 'Please check this',
  providers: {
    title: 'Sign-in services',
    none: 'No sign-in service is connected yet.',
    connect: 'Connect a sign-in service',
    open: (name: Inline): Inline => ['Open ', name],
    enabled: 'In use',
    setup: 'Not finished',
    disabled: 'Switched off',
    linked: (linked: string, all: string): string => `${linked} of ${all} members sign in with it.`,
    unfinished: 'Nobody can sign in with it until you have done so once.',
    off: 'Nobody can sign in with it.',
  },
  connect: {
    title: 'Connect a sign-in service',
    intro: 'It has to be an OpenID Provider that your organization runs or rents. We look at it at once.',
    issuer: 'Issuer',
    issuerHint: 'The address that the service calls itself, for example https://id.example.com.',
    displayName: 'Name on the button',
    displayNameHint: 'What your members read when they sign in.',
    name: 'Short name',
    nameHint: 'Part of the sign-in address: lower-case letters, digits and hyphens.',
    submit: 'Check and continue',
  },
  setup: {
    title: (provider: string): string => `Set up ${provider}`,
    found: (issuer: Inline): Inline => ['The service at ', issuer, ' is reachable and fits.'],
    register: 'Register this redirect URI there',
    registerText:
      'Create a client (or “application”) at the service and enter this address, exactly as it stands:',
    client: 'Enter what the service gave you',
    clientId: 'Client ID',
    clientSecret: 'Client secret',
    secretHint: 'It is stored encrypted and never shown again. Leave it empty for a client without a secret.',
    secretKept: 'One is stored. Leave the field empty to keep it.',
    secondFactor:
      'Your organization demands a second factor today. When you connect this service, that demand is switched off: from then on the service decides how people prove who they are.',
    test: 'Save and sign in once',
    testText:
      'You go on to the service, sign in there and come back. Only then is it in use, and its account is connected to yours, whatever address it has.',
    tell: (count: number): string =>
      count === 1
        ? 'Afterwards one member gets a mail that asks to connect the account.'
        : `Afterwards ${count} members get a mail that asks them to connect their account.`,
    tellNobody: 'There are no other members to tell.',
    lost: 'If the service shows an error page instead of sending you back, the redirect URI is not registered there exactly as above.',
    otherIssuer: 'Use another issuer',
    discard: 'Discard this setup',
  },
  rules: {
    admission: 'Who may join',
    everyone: 'Everyone whom the service signs in',
    domains: 'People with a confirmed address in a proved domain',
    invited: 'Invited people only',
    role: 'Role of those who join',
    member: 'Member',
    manager: 'Manager',
    requireLink: 'Members sign in through this service only',
    requireLinkHint: 'Other ways in are closed, except that a single owner keeps a password.',
  },
  provider: {
    intro: (issuer: Inline): Inline => ['Connected to ', issuer, '.'],
    settings: 'Settings',
    members: 'Members',
    noMails: 'All members are connected.',
    mails: (all: string): string => `Mail that asks to connect the account, to ${all} members`,
    sent: 'Sent',
    waiting: 'Waiting',
    needless: 'Not needed',
    failed: 'Could not be sent',
    needlessHint: 'Connected meanwhile, or without a confirmed address.',
    unlinked: (count: number): string =>
      count === 1 ? 'One member is not connected yet.' : `${count} members are not connected yet.`,
    remind: 'Remind them by mail',
    remindLater: (wait: string): string => `You can remind them again in ${wait}.`,
    off: 'This service is switched off. To use it again, set it up anew.',
    again: 'Set it up again',
  },
  disable: {
    title: (provider: string): string => `Switch off ${provider}?`,
    consequences: 'What happens at once',
    unlinked: (count: number): string =>
      count === 1
        ? 'One member loses this way to sign in, and sessions opened with it end.'
        : `${count} members lose this way to sign in, and sessions opened with it end.`,
    passwords: 'Those of them who have no password get a mail with a link to set one.',
    requireLink: 'Nobody has to sign in through this service any more.',
    submit: 'Switch it off',
    cancel: 'Keep it',
    link: 'Switch off this service',
  },
  domains: {
    title: 'Domains',
    intro: 'For addresses in a domain that you have proved, the word of your sign-in service counts.',
    none: 'No domain is proved yet.',
    proved: 'Proved',
    open: 'Not proved',
    record: 'Create this TXT record where the domain is managed, then check it.',
    host: 'Name',
    value: 'Value',
    check: 'Check now',
    label: 'Domain',
    hint: 'For example example.com.',
    add: 'Add',
  },
  invitations: {
    title: 'Invitations',
    intro:
      'Whoever follows the link in the mail joins, once. A member who is invited to more gets that role: so you make somebody else an owner.',
    none: 'No invitation is open.',
    asked: 'Asks to join',
    roles: { member: 'Member', manager: 'Manager', owner: 'Owner' } satisfies Record<Role, string>,
    roleText: {
      member: 'Member',
      manager: 'Manager: may look at this page',
      owner: 'Owner: may change everything here',
    } satisfies Record<Role, string>,
    until: (when: Inline): Inline => ['Open until ', when],
    more: 'More invitations',
    takeBack: 'Take back',
    takeBackText: 'The link in the mail stops working.',
    email: 'E-mail address',
    hint: 'We mail a link there. It works for 30 days.',
    role: 'Role',
    submit: 'Invite',
    sent: 'The invitation is on its way.',
  },
  settings: {
    title: 'Organization',
    seats: 'Seats',
    seatsHint: (used: string): string =>
      `${used} are taken. Who joins above the limit waits, and gets a seat that is free at the next sign-in, or from a higher limit. Empty: no limit.`,
    secondFactor: 'Members need a second factor',
    secondFactorHint:
      'Who signs in with a password needs the code of an authenticator as well; who has signed in without one signs in again. Who has none yet gets one after a sign-in with a connected service.',
  },
}

export type OrganizationMessages = typeof enOrganization
