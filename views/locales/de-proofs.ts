import type { ProofMessages } from './en-proofs.js'

export const deProofs: ProofMessages = {
  title: 'Zeigen Sie uns, dass das Konto Ihnen gehört',
  intro: (provider, organization) => [
    'Dann wird Ihre Anmeldung mit ',
    provider,
    ' mit dem Konto verbunden, das Sie bei ',
    organization,
    ' schon haben.',
  ],
  errors: 'Das hat nicht geklappt',
  mail: {
    title: 'Mit einem Code per E-Mail',
    text: (address) => ['Wir schicken einen Code an ', address, '. Er gilt zehn Minuten.'],
    address: 'Ihre E-Mail-Adresse',
    addressHint: 'Die des Kontos. Sie bleibt die Adresse dieser Anmeldung.',
    submit: 'Code schicken',
    sent: (address) => [
      'Ein Code ist unterwegs an ',
      address,
      '. Gibt es hier ein Konto mit dieser Adresse, öffnet er es. Lassen Sie diesen Tab offen.',
    ],
    code: 'Sechsstelliger Code',
    check: 'Code prüfen',
    wrong:
      'Das ist nicht der Code unserer neuesten E-Mail an Sie. Sehen Sie noch einmal nach, oder lassen Sie ihn noch einmal schicken.',
    again: 'Code noch einmal schicken',
    againHint: 'Ein neuer macht den alten ungültig. Innerhalb einer Minute ist es derselbe.',
    noAccount:
      'Die Adresse gehört Ihnen, führt aber zu keinem Konto, das wir hier verbinden dürfen. Zeigen Sie uns das Konto auf einem anderen Weg, oder gehen Sie zurück und wählen Sie neu.',
  },
  password: {
    title: 'Mit seinem Passwort',
    other: 'Das Passwort eines Kontos benutzen',
    email: 'E-Mail-Adresse des Kontos',
    password: 'Passwort',
    submit: 'Passwort prüfen',
    wrong: 'Adresse und Passwort passen nicht zusammen.',
  },
  provider: {
    title: 'Mit einem anderen Anmeldeweg',
    text: 'Melden Sie sich so an, wie Sie es bei dem Konto gewohnt sind, und kommen Sie hierher zurück.',
  },
  support:
    'Nichts davon geht? Ein Konto ohne Passwort und ohne bestätigte Adresse lässt sich hier durch nichts beweisen: Wenden Sie sich an den Support Ihrer Organisation. Er sieht diese Anmeldung.',
  back: 'Zurück zur Auswahl',
  link: {
    title: 'Zeigen, dass das Konto Ihnen gehört',
    text: (address) => ['Sie haben den Link geöffnet, den wir an ', address, ' geschickt haben.'],
    submit: 'Ja, mit meiner Anmeldung weitermachen',
    back: 'Zurück zu meiner Anmeldung',
    elsewhereTitle: 'Zurück zu Ihrem Tab',
    elsewhere:
      'Sie haben die Anmeldung in einem anderen Browser oder Tab begonnen. Gehen Sie dorthin zurück und geben Sie den Code aus der E-Mail ein. Hier wurde nichts verändert.',
    deadTitle: 'Dieser Link gilt nicht mehr',
    dead: 'Er wurde benutzt, durch einen neueren ersetzt oder ist zu alt. Gehen Sie zurück zu Ihrer Anmeldung und fordern Sie einen neuen Code an.',
    invalidTitle: 'Dieser Link ist keiner von uns',
    invalid:
      'Vielleicht wurde er abgeschnitten. Gehen Sie zurück in den Tab, in dem Sie begonnen haben, und fordern Sie einen neuen Code an.',
  },
  notMe: {
    title: 'Das waren nicht Sie?',
    text: 'Dann beenden Sie diese Anmeldung. An Ihrem Konto hat sich nichts geändert, und es wird sich nichts ändern.',
    submit: 'Diese Anmeldung beenden',
    doneTitle: 'Diese Anmeldung ist beendet',
    done: 'Ihr Code gilt nicht mehr. Niemand ist in Ihr Konto gekommen. Geschieht es wieder, sagen Sie es dem Support Ihrer Organisation.',
  },
}
