/** The words of the mails; whatever is put into them is made harmless before (`views/mails/`). */
export const enMails = {
  someOrganization: 'your organization',
  confirmation: {
    subject: (organization: string): string => `Confirm your address for ${organization}`,
    reminderSubject: (organization: string): string => `Still open: confirm your address for ${organization}`,
    heading: 'Is this your address?',
    welcome: (organization: string): string => `Welcome to ${organization}. Your account is ready.`,
    reminder: 'You have not confirmed this address yet.',
    please: 'Please confirm that this address is yours:',
    button: 'Confirm my address',
    plainLink: 'If the button does not work, copy this link into your browser:',
    life: (left: string, until: string): string => `The link works for ${left}, until ${until}.`,
    ignore: 'You did not ask for this? Then ignore this mail: nothing happens without your confirmation.',
  },
}

export type MailMessages = typeof enMails
