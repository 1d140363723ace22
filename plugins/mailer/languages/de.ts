import type { Language } from './language.js'

const NOT_YOU =
  'Wenn Sie das nicht waren, setzen Sie jetzt Ihr Passwort zurück: Jemand anderes hat Zugriff auf Ihr Konto und möglicherweise auch auf dieses Postfach.'
const ASK = 'Wenn Sie das nicht erwartet haben, wenden Sie sich an die Administration dieses Dienstes.'

/** A lead begins in lower case, because it follows the comma of the greeting. */
export const de: Language = {
  greetingOf: (name) => `Guten Tag ${name},`,
  greeting: 'Guten Tag,',
  validity: (term) => `Der Code lässt sich einmal verwenden und gilt ${term}.`,
  within: (duration) => duration,
  until: (end) => `bis zum ${end}`,
  enterOn: 'Geben Sie ihn auf dieser Seite ein:',
  secrecy: (service) => `Geben Sie ihn an niemanden weiter: ${service} fragt nie per E-Mail oder Telefon danach.`,
  support: (address) => `Bei Fragen schreiben Sie an ${address}.`,
  footer: (service) => `${service} hat diese E-Mail automatisch gesendet. Bitte antworten Sie nicht darauf.`,
  labels: {
    time: 'Zeit',
    device: 'Gerät',
    address: 'Adresse',
    factor: 'Faktor',
    remaining: 'Übrige Codes',
    key: 'Schlüssel',
    scopes: 'Scopes',
    role: 'Rolle',
    permissions: 'Berechtigungen',
    webhook: 'Webhook',
    invitation: 'Einladung',
  },
  deviceOn: (browser, system) => `${browser} auf ${system}`,
  unknownDevice: 'ein unbekanntes Gerät',
  unknownAddress: 'unbekannt',
  noPermissions: 'keine außer denen der Rolle',
  factors: { totp: 'Authenticator-App', passkey: 'Passkey', 'backup-codes': 'Backup-Codes' },
  mails: {
    'registration-code': {
      subject: 'Ihr Code für die Registrierung',
      lead: 'jemand registriert gerade ein Konto mit dieser E-Mail-Adresse. Wenn Sie das sind, geben Sie diesen Code ein, um die Registrierung abzuschließen:',
      advice: 'Wenn Sie das nicht sind, ignorieren Sie diese E-Mail: Ohne den Code wird kein Konto angelegt.',
    },
    'registration-attempt': {
      subject: 'Sie haben bereits ein Konto',
      lead: 'jemand wollte ein Konto mit dieser E-Mail-Adresse registrieren, aber Sie haben bereits eines. Es hat sich nichts geändert.',
      advice:
        'Wenn Sie das waren, melden Sie sich stattdessen an oder setzen Sie Ihr Passwort zurück, falls Sie es vergessen haben. Andernfalls müssen Sie nichts tun.',
    },
    invitation: {
      subject: 'Sie wurden eingeladen',
      lead: 'die Administration dieses Dienstes lädt Sie ein, ein Konto mit dieser E-Mail-Adresse anzulegen. Verwenden Sie diesen Code:',
      advice: 'Wenn Sie das nicht erwartet haben, ignorieren Sie diese E-Mail: Ohne den Code wird kein Konto angelegt.',
    },
    'login-code': {
      subject: 'Ihr Anmeldecode',
      lead: 'geben Sie diesen Code ein, um sich anzumelden:',
      advice: 'Wenn Sie sich gerade nicht anmelden, kennt jemand anderes Ihr Passwort. Setzen Sie es jetzt zurück.',
    },
    'login-code-refused': {
      subject: 'Eine Anmeldung wurde gestoppt',
      lead: 'jemand hat Ihr richtiges Passwort, aber einen falschen Code eingegeben. Die Anmeldung wurde abgelehnt.',
      advice:
        'Wenn Sie sich beim Code vertippt haben, müssen Sie nichts tun. Wenn Sie das nicht waren, setzen Sie jetzt Ihr Passwort zurück.',
    },
    'login-notification': {
      subject: 'Neue Anmeldung bei Ihrem Konto',
      lead: 'bei Ihrem Konto gab es eine neue Anmeldung.',
      advice: NOT_YOU,
    },
    'factor-added': {
      subject: 'Ein zweiter Faktor wurde hinzugefügt',
      lead: 'Ihrem Konto wurde ein zweiter Faktor hinzugefügt, und alle Ihre anderen Sitzungen wurden beendet. Jede Anmeldung verlangt jetzt einen zweiten Faktor.',
      advice: NOT_YOU,
    },
    'factor-removed': {
      subject: 'Ein zweiter Faktor wurde entfernt',
      lead: 'ein zweiter Faktor wurde aus Ihrem Konto entfernt.',
      advice: NOT_YOU,
    },
    'backup-codes-created': {
      subject: 'Neue Backup-Codes wurden erstellt',
      lead: 'für Ihr Konto wurden neue Backup-Codes erstellt. Die bisherigen funktionieren nicht mehr.',
      advice: NOT_YOU,
    },
    'factors-reset': {
      subject: 'Ihre zweiten Faktoren wurden entfernt',
      lead: 'die Administration hat alle zweiten Faktoren Ihres Kontos entfernt und alle Ihre Sitzungen beendet. Sie können sich mit Ihrem Passwort und einem Code per E-Mail anmelden.',
      advice: ASK,
    },
    'backup-code-used': {
      subject: 'Ein Backup-Code wurde verwendet',
      lead: 'anstelle Ihres zweiten Faktors wurde ein Backup-Code verwendet.',
      advice:
        'Wenn Sie das nicht waren, setzen Sie jetzt Ihr Passwort zurück und erstellen Sie neue Backup-Codes. Erstellen Sie auch dann neue, wenn nur noch wenige übrig sind.',
    },
    'passkey-refused': {
      subject: 'Ein Passkey wurde abgelehnt',
      lead: 'der Signaturzähler eines Ihrer Passkeys war seit der letzten Verwendung nicht gestiegen. Der Passkey wurde möglicherweise kopiert und deshalb abgelehnt.',
      advice:
        'Wenn er erneut abgelehnt wird, löschen Sie diesen Passkey und fügen Sie einen neuen hinzu. Wenn Sie das nicht waren, tun Sie das jetzt.',
    },
    'token-reused': {
      subject: 'Eine Sitzung wurde zu Ihrer Sicherheit beendet',
      lead: 'ein Anmeldetoken, das bereits ersetzt worden war, wurde erneut verwendet. Es wurde möglicherweise kopiert, deshalb wurde seine Sitzung beendet.',
      advice:
        'Melden Sie sich auf dem abgemeldeten Gerät erneut an. Wenn Sie das Gerät oder die Adresse nicht kennen, setzen Sie auch Ihr Passwort zurück.',
    },
    'password-reset-code': {
      subject: 'Ihr Code zum Zurücksetzen des Passworts',
      lead: 'geben Sie diesen Code ein, um ein neues Passwort festzulegen:',
      advice: 'Wenn Sie das nicht angefordert haben, ignorieren Sie diese E-Mail: Ihr Passwort bleibt unverändert.',
    },
    'password-reset': {
      subject: 'Ihr Passwort wurde zurückgesetzt',
      lead: 'mit einem Code aus diesem Postfach wurde ein neues Passwort festgelegt, und alle Ihre Sitzungen wurden beendet.',
      advice: NOT_YOU,
    },
    'password-changed': {
      subject: 'Ihr Passwort wurde geändert',
      lead: 'Ihr Passwort wurde geändert, und alle Ihre anderen Sitzungen wurden beendet.',
      advice: NOT_YOU,
    },
    'api-key-created': {
      subject: 'Ein API-Schlüssel wurde erstellt',
      lead: 'ein neuer API-Schlüssel kann für Ihr Konto handeln. Eine Änderung Ihres Passworts macht ihn nicht ungültig.',
      advice: 'Wenn Sie das nicht waren, widerrufen Sie jetzt den Schlüssel und setzen Sie Ihr Passwort zurück.',
    },
    'email-change-code': {
      subject: 'Bestätigen Sie Ihre neue E-Mail-Adresse',
      lead: 'geben Sie diesen Code ein, um diese E-Mail-Adresse für Ihr Konto zu verwenden:',
      advice: 'Wenn Sie das nicht angefordert haben, ignorieren Sie diese E-Mail: Ohne den Code ändert sich nichts.',
    },
    'email-changed': {
      subject: 'Ihre E-Mail-Adresse wurde geändert',
      lead: 'Ihr Konto verwendet jetzt eine andere E-Mail-Adresse. Mit dieser können Sie sich nicht mehr anmelden, und sie erhält keine E-Mails mehr.',
      advice: 'Wenn Sie das nicht waren, wenden Sie sich jetzt an die Administration dieses Dienstes.',
    },
    'access-changed': {
      subject: 'Ihre Berechtigungen wurden geändert',
      lead: 'die Administration hat die Berechtigungen Ihres Kontos geändert.',
      advice: ASK,
    },
    'account-suspended': {
      subject: 'Ihr Konto wurde gesperrt',
      lead: 'die Administration hat Ihr Konto gesperrt und alle Ihre Sitzungen beendet. Es wurde nichts gelöscht.',
      advice: ASK,
    },
    'account-reactivated': {
      subject: 'Ihr Konto ist wieder aktiv',
      lead: 'die Administration hat die Sperrung Ihres Kontos aufgehoben. Sie können sich wieder anmelden.',
      advice: ASK,
    },
    'webhook-disabled': {
      subject: 'Ein Webhook wurde deaktiviert',
      lead: 'ein Webhook dieses Dienstes wurde deaktiviert, weil sein Endpunkt ein Ereignis drei Tage lang nicht angenommen hat.',
      gone: 'ein Webhook dieses Dienstes wurde deaktiviert, weil sein Endpunkt geantwortet hat, dass es ihn nicht mehr gibt (410).',
      advice:
        'Reparieren Sie den Endpunkt und aktivieren Sie den Webhook dann wieder. Wartende Ereignisse werden dann zugestellt; spätere wurden nicht aufbewahrt.',
    },
    'account-deleted': {
      subject: 'Ihr Konto wurde gelöscht',
      lead: 'Ihr Konto und seine Dateien wurden gelöscht. Dies ist die letzte E-Mail dazu.',
      advice: ASK,
    },
  },
}
