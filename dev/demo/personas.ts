/** What the demo provider asserts about one person. Wrong types are deliberate where a persona teaches them. */
type PersonClaims = {
  readonly name?: string
  readonly email?: string
  readonly email_verified?: boolean | string | number
  readonly locale?: string
  /** What the person may do in the support console. */
  readonly roles?: readonly string[]
  readonly organizations?: readonly string[]
}

/** The headings under which the demo pages list the personas, in this order. */
export const personaGroups = {
  new: 'Somebody new: create an account',
  account: 'Somebody with an account: prove it, and connect',
  known: 'Already connected: no question',
  closed: 'Refusals, and where they lead',
  odd: 'Unusual answers from the provider',
  staff: 'Support staff',
} as const

export type Persona = {
  /** Also the subject of the ID token, and the `login_hint` that signs this person in without a page. */
  readonly id: string
  readonly group: keyof typeof personaGroups
  readonly title: string
  /** One plain sentence: what you will see. */
  readonly teaches: string
  /** Where the link of the demo page signs this person in; acme where absent. */
  readonly organization?: 'acme' | 'globex'
  /** The provider of that organization; `demo` where absent. */
  readonly provider?: 'demo' | 'partners'
  /** Of the account that the seed data makes. */
  readonly password?: string
  /** Of its authenticator app, base32. */
  readonly totpSecret?: string
  readonly claims: PersonClaims
}

/** The people of the demo provider. The seed data uses the same ids and addresses. */
export const personas = [
  {
    id: 'nora',
    group: 'new',
    title: 'Nora, unknown here',
    teaches: 'You are asked what to do; after “create” a confirmation mail waits in the inbox.',
    claims: { name: 'Nora Lind', email: 'nora@people.example', email_verified: false, locale: 'en' },
  },
  {
    id: 'taro',
    group: 'new',
    title: 'Taro, from acme’s own domain',
    teaches: 'Acme proved acme.example, so at acme his new account starts with a confirmed address.',
    claims: { name: 'Taro Abe', email: 'taro@acme.example', email_verified: true, locale: 'en' },
  },
  {
    id: 'ivy',
    group: 'new',
    title: 'Ivy, invited to acme',
    teaches: 'Acme has invited her address; the invitation is hers once she has confirmed that address.',
    claims: { name: 'Ivy Moreau', email: 'ivy@people.example', email_verified: false, locale: 'en' },
  },
  {
    id: 'twin-a',
    group: 'new',
    title: 'Vera, one of the twins',
    teaches: 'She shares her address with Wilma: two accounts, until one of them confirms it.',
    claims: { name: 'Vera Twin', email: 'twins@people.example', email_verified: true, locale: 'en' },
  },
  {
    id: 'twin-b',
    group: 'new',
    title: 'Wilma, the other twin',
    teaches: 'The same address as Vera’s, but another person: nobody is put into Vera’s account.',
    claims: { name: 'Wilma Twin', email: 'twins@people.example', email_verified: true, locale: 'en' },
  },
  {
    id: 'ada',
    group: 'account',
    title: 'Ada, with a password and an authenticator app',
    teaches:
      'Acme trusts acme.example, and this address has an account: you prove that it is yours, by password and code or by mail and code.',
    password: 'ada-demo-password',
    totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    claims: { name: 'Ada Admin', email: 'ada@acme.example', email_verified: true, locale: 'en' },
  },
  {
    id: 'cleo',
    group: 'account',
    title: 'Cleo, without a password',
    teaches: 'Her account has no password: a code mailed to her own address proves it.',
    claims: { name: 'Cleo Carter', email: 'cleo@acme.example', email_verified: true, locale: 'en' },
  },
  {
    id: 'ben',
    group: 'account',
    title: 'Ben, address not verified',
    teaches:
      'Nobody vouches for the address, so the page is that of somebody new. Choose “I already have an account”.',
    password: 'ben-demo-password',
    claims: { name: 'Ben Baker', email: 'ben@people.example', email_verified: false, locale: 'en' },
  },
  {
    id: 'chris',
    group: 'account',
    title: 'Chris, whose provider changed his subject',
    teaches: 'His account is connected under an older subject: replacing that one takes your word for it.',
    password: 'chris-demo-password',
    claims: { name: 'Chris Change', email: 'chris@acme.example', email_verified: true, locale: 'en' },
  },
  {
    id: 'olivia',
    group: 'known',
    title: 'Olivia, owner of acme',
    teaches: 'At acme you are signed in at once, without a question.',
    claims: { name: 'Olivia Owner', email: 'olivia@acme.example', email_verified: true, locale: 'en' },
  },
  {
    id: 'mark',
    group: 'known',
    title: 'Mark, member of acme',
    teaches: 'Signed in at once. Then come back and be Nora: you may connect her sign-in to Mark’s account.',
    claims: { name: 'Mark Member', email: 'mark@acme.example', email_verified: true, locale: 'en' },
  },
  {
    id: 'grace',
    group: 'known',
    title: 'Grace, owner of globex',
    teaches: 'At globex you are signed in at once; acme does not know her.',
    organization: 'globex',
    claims: { name: 'Grace Globex', email: 'grace@globex.example', email_verified: true, locale: 'en' },
  },
  {
    id: 'sid',
    group: 'closed',
    title: 'Sid, suspended',
    teaches: 'His identity is known and his account suspended: he is told whom to ask, and nothing else.',
    claims: { name: 'Sid Suspended', email: 'sid@acme.example', email_verified: true, locale: 'en' },
  },
  {
    id: 'ina',
    group: 'closed',
    title: 'Ina, deactivated',
    teaches:
      'Deactivating removed her identity, and her address stays with the old account, which nobody gets: she asks support.',
    claims: { name: 'Ina Inactive', email: 'ina@acme.example', email_verified: true, locale: 'en' },
  },
  {
    id: 'pat',
    group: 'closed',
    title: 'Pat, where registration is closed',
    teaches:
      'Globex lets nobody register with Partner Login: Pat connects an account, or asks for an invitation.',
    organization: 'globex',
    provider: 'partners',
    claims: { name: 'Pat Partner', email: 'pat@partner.example', email_verified: true, locale: 'en' },
  },
  {
    id: 'noaddress',
    group: 'odd',
    title: 'Noa, without an address',
    teaches: 'The provider sends no address: you type one, and it is proved before anything depends on it.',
    claims: { name: 'Noa Silva', locale: 'en' },
  },
  {
    id: 'noname',
    group: 'odd',
    title: 'Somebody without a name',
    teaches: 'Only an address arrives; the account is made all the same.',
    claims: { email: 'noname@people.example', email_verified: false, locale: 'en' },
  },
  {
    id: 'stringy',
    group: 'odd',
    title: 'Sten, “verified” as text',
    teaches: 'email_verified is the text "true", which counts as not verified.',
    claims: { name: 'Sten Ring', email: 'stringy@acme.example', email_verified: 'true', locale: 'en' },
  },
  {
    id: 'numeric',
    group: 'odd',
    title: 'Nick, “verified” as a number',
    teaches: 'email_verified is the number 1, which counts as not verified.',
    claims: { name: 'Nick Mercer', email: 'numeric@acme.example', email_verified: 1, locale: 'en' },
  },
  {
    id: 'sam',
    group: 'staff',
    title: 'Sam, support',
    teaches: 'Looks at sign-ins and mails in the support console, and acts: retries, more time, cancel.',
    claims: { name: 'Sam Support', email: 'sam@staff.example', email_verified: true, roles: ['operate'] },
  },
  {
    id: 'sofia',
    group: 'staff',
    title: 'Sofia, may look only',
    teaches: 'Sees what Sam sees, of acme only, and has no buttons.',
    claims: {
      name: 'Sofia Support',
      email: 'sofia@staff.example',
      email_verified: true,
      roles: ['view'],
      organizations: ['acme'],
    },
  },
  {
    id: 'pia',
    group: 'staff',
    title: 'Pia, privacy',
    teaches: 'May erase a person, and looks; she cannot retry a mail.',
    claims: { name: 'Pia Privacy', email: 'pia@staff.example', email_verified: true, roles: ['erase'] },
  },
  {
    id: 'alva',
    group: 'staff',
    title: 'Alva, administrator of support',
    teaches: 'All of it, and the audit, the mail transport and decoded payloads.',
    claims: { name: 'Alva Admin', email: 'alva@staff.example', email_verified: true, roles: ['admin'] },
  },
] as const satisfies readonly Persona[]

/** The two demo organizations as the seed data makes them, for the page that says who is who. */
export const demoOrganizations = [
  {
    slug: 'acme',
    name: 'Acme Corporation',
    owner: 'Olivia',
    members: 'Mark, Ada, Ben, Cleo and Chris',
    domain: 'acme.example',
    invited: 'ivy@people.example',
  },
  { slug: 'globex', name: 'Globex', owner: 'Grace' },
] as const

/**
 * The claims of a subject: a persona's, or those of the new person that an unknown hint makes
 * (spec: http, the embedded stack).
 */
export function claimsOf(subject: string): PersonClaims {
  const persona = personas.find(({ id }) => id === subject)
  return persona?.claims ?? { email: `${subject}@people.example`, email_verified: false }
}
