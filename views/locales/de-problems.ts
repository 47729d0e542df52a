import type { ErrorCode, ProblemVariant } from '../../domain/errors.js'
import type { ProblemText } from './en-problems.js'

export const deProblems: Readonly<Record<ErrorCode, ProblemText>> = {
  invalid_state: {
    title: 'Diese Anmeldung kann nicht weitergehen',
    detail:
      'Die Antwort gehört zu keiner Anmeldung dieses Browsers oder wurde schon verwendet. Beginnen Sie neu.',
  },
  attempt_expired: {
    title: 'Diese Anmeldung ist abgelaufen',
    detail: 'Sie war zu lange offen, darum wurde nichts angelegt oder geändert. Beginnen Sie neu.',
  },
  attempt_not_yours: {
    title: 'Diese Anmeldung gehört zu einem anderen Browser',
    detail: 'Gehen Sie zu dem Browser zurück, in dem sie begann, oder beginnen Sie in diesem neu.',
  },
  provider_unknown: {
    title: 'Diese Anmeldung kennen wir nicht',
    detail:
      'Eine solche Organisation oder Anmeldung gibt es nicht. Prüfen Sie die Adresse, oder fragen Sie, wer sie Ihnen gab.',
  },
  provider_disabled: {
    title: 'Diese Anmeldung ist abgeschaltet',
    detail: 'Wählen Sie eine andere, oder fragen Sie die Verwaltung Ihrer Organisation.',
  },
  provider_mismatch: {
    title: 'Ihre Organisation meldet sich woanders an',
    detail: 'Sie möchte, dass Sie sich über einen anderen Dienst anmelden. Dort geht es weiter.',
  },
  provider_error: {
    title: 'Der Anmeldedienst hat nicht richtig geantwortet',
    detail:
      'Vielleicht haben Sie dort abgebrochen, oder der Dienst ist gestört, was sich von selbst geben kann. Es wurde nichts geändert: Beginnen Sie noch einmal.',
  },
  invalid_identity: {
    title: 'Die Antwort konnten wir nicht annehmen',
    detail:
      'Was der Anmeldedienst über Sie sagte, ließ sich nicht prüfen; darum wurde nichts geändert. Beginnen Sie neu; geschieht es noch einmal, sagen Sie es der Verwaltung Ihrer Organisation.',
  },
  not_authenticated: {
    title: 'Bitte melden Sie sich zuerst an',
    detail: 'Das ist nur für angemeldete Personen. Melden Sie sich an, und versuchen Sie es dann wieder.',
  },
  wrong_user: {
    title: 'Das gehört zu einem anderen Konto',
    detail:
      'Sie sind mit einem anderen Konto angemeldet. Melden Sie sich mit dem richtigen an, und versuchen Sie es dann wieder.',
  },
  reauthentication_required: {
    title: 'Bitte melden Sie sich noch einmal an',
    detail: 'Ihre Anmeldung liegt etwas zurück. Für diesen Schritt müssen wir wissen, dass Sie es noch sind.',
  },
  second_factor_required: {
    title: 'Noch ein Schritt',
    detail:
      'Hier ist ein zweiter Faktor nötig: der Code, den Ihre App dafür anzeigt. Hat das Konto noch keinen, richten Sie ihn auf seiner Seite „Anmeldung“ ein, nachdem Sie sich mit einem verbundenen Dienst angemeldet haben.',
  },
  proof_invalid: {
    title: 'Das stimmt nicht überein',
    detail: 'Prüfen Sie Ihre Eingabe, und versuchen Sie es wieder.',
  },
  proof_expired: {
    title: 'Das kam zu spät',
    detail: 'Dieser Nachweis gilt nicht mehr. Fordern Sie einen neuen an.',
  },
  proof_used: {
    title: 'Das wurde schon verwendet',
    detail: 'Ein Nachweis gilt nur einmal. Fordern Sie einen neuen an.',
  },
  too_many_attempts: {
    title: 'Zu viele Versuche',
    detail: 'Damit das Konto sicher bleibt, warten Sie bitte eine Weile, bevor Sie es wieder versuchen.',
  },
  identity_conflict: {
    title: 'Diese Anmeldung lässt sich nicht verbinden',
    detail:
      'Sie lässt sich nicht mit diesem Konto verbinden, und es wurde nichts geändert. Der Support hilft Ihnen weiter.',
  },
  email_taken: {
    title: 'Es gibt schon ein Konto',
    detail:
      'Diese Adresse gehört zu einem Konto. Zeigen Sie uns, dass es Ihres ist; dann verbinden wir diese Anmeldung damit.',
  },
  email_invalid: {
    title: 'Das ist keine E-Mail-Adresse',
    detail: 'Geben Sie eine Adresse an, die E-Mails erreichen, etwa name@example.com.',
  },
  registration_closed: {
    title: 'Keine neuen Konten',
    detail:
      'Für diese Anmeldung werden keine neuen Konten angelegt. Fragen Sie die Verwaltung Ihrer Organisation.',
  },
  not_a_member: {
    title: 'Sie sind hier nicht Mitglied',
    detail: 'Bitten Sie die Verwaltung der Organisation um eine Einladung, und beginnen Sie dann neu.',
  },
  membership_restricted: {
    title: 'Ihr Zugang ist vorerst eingeschränkt',
    detail:
      'Sie sind angemeldet, aber alle Plätze sind vergeben. Bitten Sie die Verwaltung Ihrer Organisation um einen.',
  },
  user_suspended: {
    title: 'Dieses Konto ist gesperrt',
    detail: 'Sie können sich damit nicht anmelden. Mehr erfahren Sie beim Support.',
  },
  already_decided: {
    title: 'Das ist schon entschieden',
    detail: 'Es wurde schon eine Entscheidung getroffen, vielleicht in einem anderen Tab. Diese erste gilt.',
  },
  link_expired: {
    title: 'Dieser Link ist abgelaufen',
    detail: 'Links gelten nur eine Zeit lang. Melden Sie sich an, und fordern Sie einen neuen an.',
  },
  link_invalid: {
    title: 'Dieser Link funktioniert nicht',
    detail:
      'Er ist unvollständig, oder ein neuerer hat ihn ersetzt. Öffnen Sie den Link in unserer neuesten E-Mail.',
  },
  already_confirmed: {
    title: 'Schon bestätigt',
    detail: 'Diese Adresse ist bestätigt. Es ist nichts mehr zu tun.',
  },
  last_sign_in_method: {
    title: 'Das ist Ihre einzige Anmeldung',
    detail: 'Fügen Sie eine andere hinzu, bevor Sie diese entfernen.',
  },
  rate_limited: {
    title: 'Ein wenig zu schnell',
    detail: 'Es waren zu viele Anfragen. Warten Sie einen Moment, und versuchen Sie es dann wieder.',
  },
  unavailable: {
    title: 'Wir sind gleich wieder da',
    detail: 'Ein Teil dieses Dienstes antwortet gerade nicht. Versuchen Sie es in Kürze wieder.',
  },
  bad_request: {
    title: 'Es fehlt etwas',
    detail:
      'Die Anfrage war unvollständig oder nicht zu verstehen. Gehen Sie zurück, prüfen Sie sie, und versuchen Sie es wieder.',
  },
  cross_origin: {
    title: 'Bitte beginnen Sie auf unserer eigenen Seite',
    detail: 'Zu Ihrer Sicherheit nehmen wir das von keiner anderen Website an. Beginnen Sie hier neu.',
  },
  not_found: {
    title: 'Seite nicht gefunden',
    detail:
      'Unter dieser Adresse ist nichts, oder nichts mehr. Haben Sie sie getippt, prüfen Sie sie; sonst beginnen Sie auf der Startseite.',
  },
  method_not_allowed: {
    title: 'Das geht hier nicht',
    detail: 'Diese Adresse nimmt eine solche Anfrage nicht an. Gehen Sie zur Startseite.',
  },
  payload_too_large: {
    title: 'Das war zu viel auf einmal',
    detail: 'Es kam mehr an, als wir annehmen. Senden Sie weniger, und versuchen Sie es wieder.',
  },
  unsupported_media_type: {
    title: 'Dieses Format können wir nicht lesen',
    detail: 'Senden Sie JSON an die API, oder nutzen Sie die Formulare auf unseren Seiten.',
  },
  misdirected_request: {
    title: 'Das ist die falsche Adresse',
    detail:
      'Für den angefragten Namen antwortet dieser Server nicht. Nehmen Sie die Adresse, die Sie erhielten.',
  },
  internal: {
    title: 'Bei uns ist etwas schiefgegangen',
    detail: 'Es liegt nicht an Ihnen und ist festgehalten. Versuchen Sie es gleich wieder.',
  },
  forbidden: {
    title: 'Ihre Rolle umfasst das nicht',
    detail:
      'Der Versuch ist festgehalten. Fragen Sie, wer im Support Rollen vergibt, falls Sie diese brauchen.',
  },
  refused: {
    title: 'Nicht ausgeführt',
    detail: 'So, wie es steht, geht das nicht. Sehen Sie sich die Seite noch einmal an.',
  },
}

export const deDeclined: ProblemText = {
  title: 'Die Anmeldung wurde abgelehnt',
  detail:
    'Sie oder der Anmeldedienst haben Nein gesagt; darum wurde nichts angelegt oder geändert. Möchten Sie doch weitermachen, beginnen Sie neu; lehnt der Dienst Sie ab, fragen Sie die Verwaltung Ihrer Organisation.',
}

export const deVariants: Readonly<Record<ProblemVariant, ProblemText>> = {
  open_attempts: {
    title: 'Andere Anmeldungen warten auf Sie',
    detail:
      'Zehn Anmeldungen dieses Browsers warten auf Ihre Entscheidung, vielleicht in anderen Tabs. Entscheiden Sie über eine davon, oder brechen Sie sie ab, und beginnen Sie dann neu.',
  },
  no_account: {
    title: 'Dazu gibt es kein Konto',
    detail:
      'Sie haben sich dort angemeldet, aber kein Konto hier gehört dazu. Zeigen Sie uns das Konto auf einem anderen Weg.',
  },
  another_address: {
    title: 'Dorthin geht kein Code',
    detail:
      'Ein Code geht nur an die Adresse dieser Anmeldung. Fordern Sie ihn dorthin an, oder zeigen Sie uns das Konto auf einem anderen Weg.',
  },
  another_proof: {
    title: 'Bitte weisen Sie Ihr Konto anders nach',
    detail:
      'Der Anmeldedienst, über den Sie hereinkamen, reicht für diesen Schritt nicht. Weisen Sie das Konto mit etwas nach, das nicht von ihm stammt: mit einem Passwort oder dem Anmeldedienst einer anderen Organisation.',
  },
  not_redeemed: {
    title: 'Diese Anmeldung ist vorbei',
    detail:
      'Sie wurde ausgeführt und gilt, meldet aber niemanden mehr an: Es ist zu viel Zeit vergangen, oder am Konto hat sich etwas geändert. Melden Sie sich neu an.',
  },
  not_yours_to_manage: {
    title: 'Das verwalten Sie nicht',
    detail:
      'Das sieht nur, wer eine Organisation verwaltet und bei ihr angemeldet ist. Fragen Sie jemanden, dem sie gehört, oder melden Sie sich bei dieser Organisation an.',
  },
}
