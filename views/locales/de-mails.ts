import type { MailMessages } from './en-mails.js'

export const deMails: MailMessages = {
  someOrganization: 'Ihre Organisation',
  confirmation: {
    subject: (organization) => `Bestätigen Sie Ihre Adresse für ${organization}`,
    reminderSubject: (organization) => `Noch offen: Bestätigen Sie Ihre Adresse für ${organization}`,
    heading: 'Ist das Ihre Adresse?',
    welcome: (organization) => `Willkommen bei ${organization}. Ihr Konto ist bereit.`,
    reminder: 'Sie haben diese Adresse noch nicht bestätigt.',
    please: 'Bitte bestätigen Sie, dass diese Adresse Ihnen gehört:',
    button: 'Meine Adresse bestätigen',
    plainLink: 'Falls der Knopf nicht geht, kopieren Sie diesen Link in Ihren Browser:',
    life: (left, until) => `Der Link gilt noch ${left}, bis ${until}.`,
    ignore:
      'Sie haben das nicht angefordert? Dann ignorieren Sie diese E-Mail: Ohne Ihre Bestätigung geschieht nichts.',
  },
}
