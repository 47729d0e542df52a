import type { OrganizationMessages } from './en-organization.js'

export const deOrganization: OrganizationMessages = {
  title: 'Anmeldung der Organisation',
  intro: (organization) => ['So melden sich die Mitglieder von ', organization, ' an.'],
  readOnly: 'Sie können das ansehen. Ändern können es nur Eigentümer.',
  saved: 'Gespeichert.',
  kept: 'Was Sie getippt haben, steht noch da. Schicken Sie es noch einmal ab: Es ist noch nichts geschehen.',
  back: 'Zurück zur Übersicht',
  remove: 'Entfernen',
  save: 'Speichern',
  errors: 'Bitte prüfen Sie das',
  providers: {
    title: 'Anmeldedienste',
    none: 'Noch ist kein Anmeldedienst verbunden.',
    connect: 'Anmeldedienst verbinden',
    open: (name) => [name, ' öffnen'],
    enabled: 'In Gebrauch',
    setup: 'Nicht fertig',
    disabled: 'Abgeschaltet',
    linked: (linked, all) => `${linked} von ${all} Mitgliedern melden sich damit an.`,
    unfinished: 'Niemand kann sich damit anmelden, solange Sie es nicht einmal getan haben.',
    off: 'Niemand kann sich damit anmelden.',
  },
  connect: {
    title: 'Anmeldedienst verbinden',
    intro:
      'Es muss ein OpenID Provider sein, den Ihre Organisation betreibt oder mietet. Wir sehen ihn uns sofort an.',
    issuer: 'Issuer',
    issuerHint: 'Die Adresse, mit der sich der Dienst nennt, etwa https://id.example.com.',
    displayName: 'Name auf der Schaltfläche',
    displayNameHint: 'Das lesen Ihre Mitglieder bei der Anmeldung.',
    name: 'Kurzname',
    nameHint: 'Teil der Anmeldeadresse: Kleinbuchstaben, Ziffern und Bindestriche.',
    submit: 'Prüfen und weiter',
  },
  setup: {
    title: (provider) => `${provider} einrichten`,
    found: (issuer) => ['Der Dienst unter ', issuer, ' ist erreichbar und passt.'],
    register: 'Diese Redirect URI dort eintragen',
    registerText:
      'Legen Sie beim Dienst einen Client (eine „Anwendung“) an, und tragen Sie diese Adresse genau so ein:',
    client: 'Angaben des Dienstes eintragen',
    clientId: 'Client ID',
    clientSecret: 'Client Secret',
    secretHint:
      'Es wird verschlüsselt gespeichert und nie wieder gezeigt. Für einen Client ohne Secret bleibt das Feld leer.',
    secretKept: 'Eines ist gespeichert. Bleibt das Feld leer, wird es behalten.',
    secondFactor:
      'Ihre Organisation verlangt heute einen zweiten Faktor. Wenn Sie diesen Dienst verbinden, wird das abgeschaltet: Dann bestimmt der Dienst, wie sich die Mitglieder ausweisen.',
    test: 'Speichern und einmal anmelden',
    testText:
      'Sie gehen weiter zum Dienst, melden sich dort an und kommen zurück. Erst dann ist er in Gebrauch, und das Konto dort gehört zu Ihrem, gleich welche Adresse es hat.',
    tell: (count) =>
      count === 1
        ? 'Danach bekommt ein Mitglied eine E-Mail mit der Bitte, das Konto zu verbinden.'
        : `Danach bekommen ${count} Mitglieder eine E-Mail mit der Bitte, ihr Konto zu verbinden.`,
    tellNobody: 'Es gibt keine anderen Mitglieder, die davon erfahren müssten.',
    lost: 'Zeigt der Dienst eine Fehlerseite, statt Sie zurückzuschicken, dann ist die Redirect URI dort nicht genau so eingetragen wie oben.',
    otherIssuer: 'Anderen Issuer verwenden',
    discard: 'Diese Einrichtung verwerfen',
  },
  rules: {
    admission: 'Wer beitreten darf',
    everyone: 'Alle, die der Dienst anmeldet',
    domains: 'Personen mit bestätigter Adresse in einer nachgewiesenen Domain',
    invited: 'Nur eingeladene Personen',
    role: 'Rolle der Beitretenden',
    member: 'Mitglied',
    manager: 'Verwaltung',
    requireLink: 'Mitglieder melden sich nur über diesen Dienst an',
    requireLinkHint: 'Andere Wege sind dann zu; nur ein einziger Eigentümer behält sein Passwort.',
  },
  provider: {
    intro: (issuer) => ['Verbunden mit ', issuer, '.'],
    settings: 'Einstellungen',
    members: 'Mitglieder',
    noMails: 'Alle Mitglieder sind verbunden.',
    mails: (all) => `E-Mail mit der Bitte, das Konto zu verbinden, an ${all} Mitglieder`,
    sent: 'Verschickt',
    waiting: 'Wartet',
    needless: 'Nicht nötig',
    failed: 'Nicht zustellbar',
    needlessHint: 'Inzwischen verbunden oder ohne bestätigte Adresse.',
    unlinked: (count) =>
      count === 1
        ? 'Ein Mitglied ist noch nicht verbunden.'
        : `${count} Mitglieder sind noch nicht verbunden.`,
    remind: 'Per E-Mail erinnern',
    remindLater: (wait) => `In ${wait} können Sie wieder erinnern.`,
    off: 'Dieser Dienst ist abgeschaltet. Um ihn wieder zu verwenden, richten Sie ihn neu ein.',
    again: 'Neu einrichten',
  },
  disable: {
    title: (provider) => `${provider} abschalten?`,
    consequences: 'Das geschieht sofort',
    unlinked: (count) =>
      count === 1
        ? 'Ein Mitglied verliert diesen Weg zur Anmeldung, und damit geöffnete Sitzungen enden.'
        : `${count} Mitglieder verlieren diesen Weg zur Anmeldung, und damit geöffnete Sitzungen enden.`,
    passwords: 'Wer von ihnen kein Passwort hat, bekommt eine E-Mail mit einem Link, um eines zu setzen.',
    requireLink: 'Niemand muss sich mehr über diesen Dienst anmelden.',
    submit: 'Abschalten',
    cancel: 'Behalten',
    link: 'Diesen Dienst abschalten',
  },
  domains: {
    title: 'Domains',
    intro: 'Für Adressen in einer nachgewiesenen Domain gilt das Wort Ihres Anmeldedienstes.',
    none: 'Noch ist keine Domain nachgewiesen.',
    proved: 'Nachgewiesen',
    open: 'Nicht nachgewiesen',
    record: 'Legen Sie dort, wo die Domain verwaltet wird, diesen TXT-Eintrag an, und lassen Sie ihn prüfen.',
    host: 'Name',
    value: 'Wert',
    check: 'Jetzt prüfen',
    label: 'Domain',
    hint: 'Zum Beispiel example.com.',
    add: 'Hinzufügen',
  },
  invitations: {
    title: 'Einladungen',
    intro:
      'Wer dem Link in der E-Mail folgt, tritt bei, einmal. Ein Mitglied, das zu mehr eingeladen ist, bekommt diese Rolle: So machen Sie jemand anderen zum Eigentümer.',
    none: 'Keine Einladung ist offen.',
    asked: 'Möchte beitreten',
    roles: { member: 'Mitglied', manager: 'Verwaltung', owner: 'Eigentümer' },
    roleText: {
      member: 'Mitglied',
      manager: 'Verwaltung: darf diese Seite ansehen',
      owner: 'Eigentümer: darf hier alles ändern',
    },
    until: (when) => ['Offen bis ', when],
    more: 'Weitere Einladungen',
    takeBack: 'Zurückziehen',
    takeBackText: 'Der Link in der E-Mail funktioniert dann nicht mehr.',
    email: 'E-Mail-Adresse',
    hint: 'Wir schicken einen Link dorthin. Er gilt 30 Tage.',
    role: 'Rolle',
    submit: 'Einladen',
    sent: 'Die Einladung ist unterwegs.',
  },
  settings: {
    title: 'Organisation',
    seats: 'Plätze',
    seatsHint: (used) =>
      `${used} sind belegt. Wer darüber hinaus beitritt, wartet und bekommt einen freien Platz bei der nächsten Anmeldung oder durch eine höhere Grenze. Leer: keine Grenze.`,
    secondFactor: 'Mitglieder brauchen einen zweiten Faktor',
    secondFactorHint:
      'Wer sich mit einem Passwort anmeldet, braucht auch den Code einer App; wer ohne ihn angemeldet ist, meldet sich neu an. Wer noch keine hat, richtet sie nach einer Anmeldung mit einem verbundenen Dienst ein.',
  },
}
