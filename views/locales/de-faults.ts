import type { FaultTexts } from './en-faults.js'

export const deFaults: FaultTexts = {
  faults: {
    issuer_invalid: () => 'Der Issuer muss eine Webadresse sein, etwa https://id.example, ohne ? und #.',
    not_https: () =>
      'Der Issuer und seine Endpunkte müssen https sein: http kann unterwegs gelesen und verändert werden.',
    not_public: () =>
      'Die Adresse dieses Issuers führt in ein privates Netz. Der Dienst muss aus dem Internet erreichbar sein.',
    name_not_found: () => 'Kein Server hat diesen Namen. Prüfen Sie, wie der Issuer geschrieben ist.',
    timeout: () =>
      'Der Dienst hat nicht innerhalb von 3 Sekunden geantwortet. Prüfen Sie die Adresse und ob der Dienst läuft.',
    unreachable: () =>
      'Die Verbindung zum Dienst wurde abgelehnt oder brach ab. Prüfen Sie die Adresse und ob der Dienst läuft.',
    no_tls: () => 'Was unter dieser Adresse antwortet, spricht kein https. Prüfen Sie den Port des Issuers.',
    failing: () =>
      'Der Dienst hat mit einem eigenen Fehler geantwortet (Status 500 oder höher). Sehen Sie in seine Protokolle, und versuchen Sie es dann noch einmal.',
    certificate: () =>
      'Dem Zertifikat des Dienstes kann nicht vertraut werden: Es ist abgelaufen, gilt für einen anderen Namen, oder niemand bürgt dafür.',
    not_found: () =>
      'Unter diesem Issuer gibt es keine OpenID-Konfiguration: /.well-known/openid-configuration wurde nicht gefunden. Vielleicht fehlt dem Issuer ein Pfad.',
    redirects: () =>
      'Der Dienst schickt uns an eine andere Adresse. Tragen Sie die Adresse, zu der er uns schickt, als Issuer ein.',
    no_json: () =>
      'Was unter /.well-known/openid-configuration liegt, ist kein JSON-Dokument. Prüfen Sie den Issuer.',
    too_large: () =>
      'Die Antwort des Dienstes ist größer als 256 KiB, mehr als jede OpenID-Konfiguration braucht.',
    other_issuer: (issuer) => `Der Dienst nennt sich ${issuer}. Tragen Sie genau das als Issuer ein.`,
    incomplete: () =>
      'In der OpenID-Konfiguration des Dienstes fehlen Anmeldeseite, Token-Endpunkt oder Schlüssel. Prüfen Sie, ob es ein OpenID Provider ist.',
    no_code_flow: () =>
      'Der Dienst bietet den Authorization Code Flow nicht an. Schalten Sie ihn dort ein (Response Type „code“).',
    no_pkce: () => 'Der Dienst bietet PKCE mit S256 nicht an. Schalten Sie es dort ein.',
    no_signature: () =>
      'Der Dienst signiert seine ID Tokens nicht mit einem öffentlichen Schlüssel. Stellen Sie dort RS256 oder ES256 ein.',
    client_authentication: () =>
      'Der Dienst nimmt das Client Secret weder im Header noch im Body. Erlauben Sie dort client_secret_basic oder client_secret_post.',
    no_keys: () => 'Die Signaturschlüssel des Dienstes sind nicht lesbar. Prüfen Sie seine jwks_uri.',
    request_refused: () =>
      'Der Dienst hat unsere Anmeldeanfrage abgelehnt. Tragen Sie dort die Redirect URI genau so ein, wie sie hier steht, und prüfen Sie die Client ID.',
    client_refused: () =>
      'Der Dienst hat Client ID und Secret nicht angenommen. Kopieren Sie beide neu; ein Secret kann dort abgelaufen sein.',
    code_refused: () =>
      'Der Dienst hat die Anmeldung nicht abgeschlossen. Prüfen Sie, ob die Redirect URI dort genau so eingetragen ist, wie sie hier steht, und ob der Client der richtige ist.',
    declined: () =>
      'Die Anmeldung wurde beim Dienst abgelehnt. Erlauben Sie diese Anwendung dort, und versuchen Sie es noch einmal.',
    clock: () =>
      'Die Uhr des Dienstes und unsere gehen zu weit auseinander. Stellen Sie die Uhr des Dienstes.',
    not_believed: () =>
      'Was der Dienst über Sie gesagt hat, ließ sich nicht prüfen: Sein ID Token passt nicht zu seiner eigenen Konfiguration.',
    no_answer: () =>
      'Der Dienst hat bei Ihrer Anmeldung nicht richtig geantwortet. Versuchen Sie es gleich noch einmal.',
  },
  settings: {
    nameInUse: 'Ein Dienst dieses Namens ist in Gebrauch. Wählen Sie einen anderen Namen.',
    nameShape:
      'Verwenden Sie 1 bis 63 Kleinbuchstaben, Ziffern und Bindestriche; am Anfang einen Buchstaben oder eine Ziffer.',
    openToPublic:
      'Bei diesem Dienst kann jeder ein Konto haben; „alle“ würde die Organisation für alle Welt öffnen. Wählen Sie eine andere Regel.',
    noLinkedOwner:
      'Noch kein Eigentümer hat sich über diesen Dienst angemeldet. Tun Sie das zuerst, damit niemand ausgesperrt wird.',
    noDomain: 'Weisen Sie zuerst eine Domain nach.',
    domainShape: 'Geben Sie eine Domain ein, etwa example.com.',
    domainNotProved:
      'Der TXT-Eintrag ist noch nicht da. Neue Einträge sind manchmal erst nach einigen Minuten zu sehen.',
    domainUnanswered:
      'Die Nameserver dieser Domain haben nicht geantwortet; ob der Eintrag da ist, wissen wir noch nicht. Versuchen Sie es in einer Minute noch einmal.',
    clientId: 'Geben Sie die Client ID ein, die Sie vom Dienst bekommen haben.',
    issuerChanged:
      'Jemand hat hier inzwischen einen anderen Issuer eingetragen: den, der oben steht. Nichts wurde gespeichert. Geben Sie die Client ID ein, die Sie dort haben.',
    text: 'Geben Sie 1 bis 100 Zeichen ein.',
    role: 'Wählen Sie eine der Rollen.',
    email: 'Geben Sie eine E-Mail-Adresse ein.',
    seats: 'Geben Sie eine ganze Zahl ab 1 ein, oder lassen Sie das Feld leer.',
  },
}
