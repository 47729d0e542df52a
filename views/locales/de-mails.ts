import type { MailMessages } from './en-mails.js'

export const deMails: MailMessages = {
  someOrganization: 'Ihre Organisation',
  someProvider: '„Anmeldedienst“',
  plainLink: 'Falls der Knopf nicht geht, kopieren Sie diesen Link in Ihren Browser:',
  life: (left, until) => `Der Link gilt noch ${left}, bis ${until}.`,
  confirmation: {
    subject: (organization) => `Bestätigen Sie Ihre Adresse für ${organization}`,
    reminderSubject: (organization) => `Noch offen: Bestätigen Sie Ihre Adresse für ${organization}`,
    heading: 'Ist das Ihre Adresse?',
    welcome: (organization) => `Willkommen bei ${organization}. Ihr Konto ist bereit.`,
    reminder: 'Sie haben diese Adresse noch nicht bestätigt.',
    please: 'Bitte bestätigen Sie, dass diese Adresse Ihnen gehört:',
    button: 'Meine Adresse bestätigen',
    ignore:
      'Sie haben das nicht angefordert? Dann ignorieren Sie diese E-Mail: Ohne Ihre Bestätigung geschieht nichts.',
  },
  emailProof: {
    subject: (organization) => `Ihr Code für ${organization}`,
    heading: 'Sind Sie das?',
    why: (organization, provider, identity) =>
      `Jemand meldet sich bei ${organization} über ${provider} als ${identity} an und sagt, ein Konto mit dieser Adresse gehöre ihm.`,
    type: 'Wenn Sie das sind, gehen Sie zurück in den Tab, in dem Sie begonnen haben, und geben Sie diesen Code ein:',
    button: 'Stattdessen den Link benutzen',
    keep: 'Geben Sie den Code niemandem: Wer ihn hat, kommt in Ihr Konto. Niemand von uns wird je danach fragen.',
    notMe: 'Das war ich nicht: diese Anmeldung beenden',
  },
  passwordReset: {
    subject: (organization) => `Neues Passwort für ${organization}`,
    heading: 'Neues Passwort wählen',
    why: (organization) =>
      `Jemand hat für Ihr Konto bei ${organization} ein neues Passwort angefordert. Wenn Sie das waren, wählen Sie hier eines:`,
    button: 'Neues Passwort wählen',
    ignore:
      'Sie haben das nicht angefordert? Dann ignorieren Sie diese E-Mail: Ihr Passwort bleibt, wie es ist.',
  },
  setPassword: {
    subject: (organization) => `Passwort für ${organization} wählen`,
    heading: 'Passwort wählen',
    why: (organization) =>
      `${organization} hat den Dienst abgeschaltet, über den Sie sich bisher angemeldet haben. Mit einem Passwort kommen Sie weiterhin hinein:`,
    button: 'Passwort wählen',
    ignore: 'Ist der Link abgelaufen, fordern Sie auf der Anmeldeseite einen neuen an.',
  },
  changes: {
    identity_unlinked: 'Ein Dienst wurde von Ihrem Konto getrennt: Er öffnet es nicht mehr.',
    totp_enabled: 'Ihr Konto fragt jetzt nach einem Code aus einer Authenticator-App.',
    totp_disabled: 'Ihr Konto fragt nicht mehr nach einem Code aus einer Authenticator-App.',
    recovery_codes_renewed: 'Neue Ersatzcodes wurden erzeugt; die alten gelten nicht mehr.',
    password_removed: 'Das Passwort Ihres Kontos wurde entfernt.',
    address_added: 'Ihrem Konto wurde eine E-Mail-Adresse hinzugefügt.',
    address_removed: 'Eine E-Mail-Adresse wurde aus Ihrem Konto entfernt.',
    other: 'Die Wege, sich bei Ihrem Konto anzumelden, haben sich geändert.',
  },
  removed: {
    password: 'das Passwort',
    totp: 'die Authenticator-App und ihre Ersatzcodes',
    identities: 'andere Anmeldedienste',
    addresses: 'andere Adressen, die niemand bestätigt hatte',
    sessions: 'andere Sitzungen',
  },
  addressGivenElsewhere: {
    subject: ({ organization }) => `Sie haben schon ein Konto: ${organization}`,
    heading: () => 'Sie haben schon ein Konto',
    opening: [
      ({ organization }) =>
        `Jemand, der bei ${organization} angemeldet ist, hat diese Adresse als die eigene angegeben. Sie gehört schon zu einem anderen Konto und bleibt dort.`,
      () =>
        'Wenn Sie das waren: Sie haben zwei Konten. Melden Sie sich bei dem mit dieser Adresse an, und entfernen Sie sie dort, wenn sie zum anderen gehören soll.',
    ],
    showsIdentity: false,
    button: 'Anmelden',
    leadsTo: 'sign-in',
    closing: () => 'Wenn Sie das nicht waren, ist nichts zu tun: Niemand ist in Ihr Konto gekommen.',
  },
  notices: {
    already_have_account: {
      subject: ({ organization }) => `Sie haben schon ein Konto: ${organization}`,
      heading: () => 'Sie haben schon ein Konto',
      opening: [
        ({ organization, provider }) =>
          `Jemand hat sich bei ${organization} über ${provider} mit dieser Adresse angemeldet. Ein Konto mit ihr gibt es schon.`,
        () =>
          'Wenn Sie das waren: Melden Sie sich noch einmal auf dem neuen Weg an, und wählen Sie auf Ihrer Kontoseite „Ich hatte schon ein Konto“. Dann führen beide Wege in das Konto, das Sie hatten.',
      ],
      showsIdentity: false,
      button: 'Anmelden',
      leadsTo: 'sign-in',
      closing: () => 'Wenn Sie das nicht waren, ist nichts zu tun: Niemand ist in Ihr Konto gekommen.',
    },
    identity_linked_notice: {
      subject: ({ organization }) => `Ein neuer Weg in Ihr Konto: ${organization}`,
      heading: () => 'Ein neuer Weg in Ihr Konto',
      opening: [
        ({ organization, provider }) =>
          `Diese Identität bei ${provider} meldet von jetzt an bei Ihrem Konto bei ${organization} an:`,
      ],
      showsIdentity: true,
      button: 'Mein Konto ansehen',
      leadsTo: 'account',
      closing: () =>
        'Wenn Sie das nicht waren, trennen Sie sie sofort in Ihrem Konto und schreiben Sie dem Support Ihrer Organisation.',
    },
    attempt_rejected_notice: {
      subject: ({ organization }) => `Ihre Anmeldung kam nicht zustande: ${organization}`,
      heading: () => 'Ihre Anmeldung kam nicht zustande',
      opening: [
        ({ organization, provider }) =>
          `Was Sie bei der Anmeldung bei ${organization} über ${provider} gewählt haben, ließ sich nicht ausführen: Etwas, worauf es beruhte, hatte sich inzwischen geändert. Es wurde nichts verändert.`,
      ],
      showsIdentity: false,
      button: 'Noch einmal anmelden',
      leadsTo: 'sign-in',
      closing: () => 'Wenn Sie das nicht waren, ist nichts zu tun.',
    },
    password_changed_notice: {
      subject: ({ organization }) => `Ihr Passwort wurde geändert: ${organization}`,
      heading: () => 'Ihr Passwort wurde geändert',
      opening: [
        () => 'Das Passwort Ihres Kontos wurde gesetzt oder geändert. Alle anderen Sitzungen sind beendet.',
      ],
      showsIdentity: false,
      button: 'Mein Konto ansehen',
      leadsTo: 'account',
      closing: () =>
        'Wenn Sie das nicht waren, setzen Sie über „Vergessen oder noch keins gesetzt?“ auf der Anmeldeseite ein neues und schreiben Sie dem Support Ihrer Organisation.',
    },
    address_changed_notice: {
      subject: ({ organization }) => `Ihre Adresse wurde geändert: ${organization}`,
      heading: () => 'Ihre Adresse wurde geändert',
      opening: [
        ({ organization }) =>
          `Ihr Konto bei ${organization} hat jetzt eine andere Hauptadresse. E-Mails zum Konto gehen von jetzt an dorthin.`,
      ],
      showsIdentity: false,
      button: 'Mein Konto ansehen',
      leadsTo: 'account',
      closing: () => 'Wenn Sie das nicht waren, schreiben Sie sofort dem Support Ihrer Organisation.',
    },
    email_dropped_notice: {
      subject: ({ organization }) => `Eine Adresse gehört nicht mehr zu Ihrem Konto: ${organization}`,
      heading: () => 'Eine Adresse gehört nicht mehr zu Ihrem Konto',
      opening: [
        () =>
          'Ihr Konto hatte eine Adresse, die nie bestätigt wurde. Jemand anderes hat gezeigt, dass sie ihm gehört; darum ist sie keine mehr von Ihren. Alles andere ist, wie es war.',
      ],
      showsIdentity: false,
      button: 'Mein Konto ansehen',
      leadsTo: 'account',
      closing: () => 'Es ist nichts zu tun.',
    },
    sign_in_methods_removed_notice: {
      subject: ({ organization }) => `Ihre Adresse ist bestätigt: ${organization}`,
      heading: () => 'Ihre Adresse ist bestätigt',
      opening: [
        () =>
          'Damit gehört Ihr Konto Ihnen allein: Was jemand vor Ihnen dort hinterlassen haben könnte, wurde entfernt. Nur der Weg, auf dem Sie beim Bestätigen angemeldet waren, gilt noch. Entfernt wurden:',
      ],
      showsIdentity: false,
      button: 'Mein Konto ansehen',
      leadsTo: 'account',
      closing: () => 'War etwas davon von Ihnen, richten Sie es in Ihrem Konto neu ein.',
    },
    sign_in_method_notice: {
      subject: ({ organization }) => `Eine Änderung an Ihrem Konto: ${organization}`,
      heading: () => 'Ihr Konto hat sich geändert',
      opening: [({ change }) => change],
      showsIdentity: false,
      button: 'Mein Konto ansehen',
      leadsTo: 'account',
      closing: () =>
        'Wenn Sie das nicht waren, ändern Sie sofort Ihr Passwort und schreiben Sie dem Support Ihrer Organisation.',
    },
    link_your_account: {
      subject: ({ organization }) => `Ein neuer Weg, sich anzumelden: ${organization}`,
      heading: ({ organization }) => `Ein neuer Weg zu ${organization}`,
      opening: [
        ({ organization }) =>
          `${organization} hat einen Anmeldedienst eingerichtet. Melden Sie sich einmal darüber an und sagen Sie, dass Ihr Konto Ihnen gehört; von da an öffnet er Ihr Konto.`,
      ],
      showsIdentity: false,
      button: 'Anmelden und mein Konto verbinden',
      leadsTo: 'sign-in',
      closing: () => 'Ihr Konto und alles darin bleibt, wie es ist.',
    },
    invitation: {
      subject: ({ organization }) => `Ihre Einladung zu ${organization}`,
      heading: ({ organization }) => `Sie sind zu ${organization} eingeladen`,
      opening: [
        ({ organization }) =>
          `Jemand, der ${organization} verwaltet, hat Sie eingeladen, beizutreten. Melden Sie sich über den Link unten an; er gilt einmal, 30 Tage lang.`,
      ],
      showsIdentity: false,
      button: 'Annehmen und anmelden',
      leadsTo: 'sign-in',
      closing: () =>
        'Sie kennen diese Organisation nicht? Dann ignorieren Sie diese E-Mail: Es geschieht nichts. Geben Sie sie nicht weiter, denn der Link lässt jeden ein, der ihn hat.',
    },
  },
}
