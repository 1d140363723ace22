import type { Language } from './language.js'

const NOT_YOU =
  'Se non riconosce questa operazione, reimposti subito la password: qualcun altro ha accesso al Suo account e forse anche a questa casella di posta.'
const ASK = 'Se non se lo aspettava, contatti l’amministratore di questo servizio.'

export const it: Language = {
  greetingOf: (name) => `Buongiorno ${name},`,
  greeting: 'Buongiorno,',
  validity: (term) => `Il codice funziona una sola volta, ${term}.`,
  within: (duration) => `per ${duration}`,
  until: (end) => `fino al ${end}`,
  enterOn: 'Lo inserisca in questa pagina:',
  secrecy: (service) => `Non lo comunichi a nessuno: ${service} non lo chiede mai per e-mail o telefono.`,
  support: (address) => `Per domande, scriva a ${address}.`,
  footer: (service) => `${service} ha inviato questa e-mail automaticamente. La preghiamo di non rispondere.`,
  labels: {
    time: 'Data',
    device: 'Dispositivo',
    address: 'Indirizzo',
    factor: 'Fattore',
    remaining: 'Codici rimasti',
    key: 'Chiave',
    scopes: 'Ambiti',
    role: 'Ruolo',
    permissions: 'Autorizzazioni',
    webhook: 'Webhook',
    invitation: 'Invito',
  },
  deviceOn: (browser, system) => `${browser} su ${system}`,
  unknownDevice: 'un dispositivo sconosciuto',
  unknownAddress: 'sconosciuto',
  noPermissions: 'nessuna oltre a quelle del ruolo',
  factors: { totp: 'app di autenticazione', passkey: 'passkey', 'backup-codes': 'codici di backup' },
  mails: {
    'registration-code': {
      subject: 'Il Suo codice di registrazione',
      lead: 'Qualcuno sta registrando un account con questo indirizzo e-mail. Se è Lei, inserisca questo codice per completare la registrazione:',
      advice: 'Se non è Lei, ignori questa e-mail: senza il codice non viene creato alcun account.',
    },
    'registration-attempt': {
      subject: 'Lei ha già un account',
      lead: 'Qualcuno ha provato a registrare un account con questo indirizzo e-mail, ma Lei ne ha già uno. Non è cambiato nulla.',
      advice:
        'Se è stata una Sua richiesta, acceda all’account oppure reimposti la password se l’ha dimenticata. Altrimenti non deve fare nulla.',
    },
    invitation: {
      subject: 'Ha ricevuto un invito',
      lead: 'Un amministratore di questo servizio La invita a creare un account con questo indirizzo e-mail. Usi questo codice:',
      advice: 'Se non se lo aspettava, ignori questa e-mail: senza il codice non viene creato alcun account.',
    },
    'login-code': {
      subject: 'Il Suo codice di accesso',
      lead: 'Inserisca questo codice per accedere:',
      advice: 'Se non sta effettuando l’accesso, qualcun altro conosce la Sua password. La reimposti subito.',
    },
    'login-code-refused': {
      subject: 'Un accesso è stato bloccato',
      lead: 'Qualcuno ha inserito la Sua password corretta ma un codice errato. L’accesso è stato rifiutato.',
      advice:
        'Se ha digitato male il codice, non deve fare nulla. Se non riconosce questa operazione, reimposti subito la password.',
    },
    'login-notification': {
      subject: 'Nuovo accesso al Suo account',
      lead: 'È stato effettuato un nuovo accesso al Suo account.',
      advice: NOT_YOU,
    },
    'factor-added': {
      subject: 'È stato aggiunto un secondo fattore',
      lead: 'È stato aggiunto un secondo fattore al Suo account e tutte le Sue altre sessioni sono state chiuse. D’ora in poi ogni accesso richiede un secondo fattore.',
      advice: NOT_YOU,
    },
    'factor-removed': {
      subject: 'È stato rimosso un secondo fattore',
      lead: 'È stato rimosso un secondo fattore dal Suo account.',
      advice: NOT_YOU,
    },
    'backup-codes-created': {
      subject: 'Sono stati creati nuovi codici di backup',
      lead: 'Sono stati creati nuovi codici di backup per il Suo account. I precedenti non funzionano più.',
      advice: NOT_YOU,
    },
    'factors-reset': {
      subject: 'I Suoi secondi fattori sono stati rimossi',
      lead: 'Un amministratore ha rimosso tutti i secondi fattori del Suo account e chiuso tutte le Sue sessioni. Può accedere con la Sua password e un codice inviato per e-mail.',
      advice: ASK,
    },
    'backup-code-used': {
      subject: 'È stato usato un codice di backup',
      lead: 'È stato usato un codice di backup al posto del Suo secondo fattore.',
      advice:
        'Se non riconosce questa operazione, reimposti subito la password e crei nuovi codici di backup. Ne crei di nuovi anche quando ne restano pochi.',
    },
    'passkey-refused': {
      subject: 'Una passkey è stata rifiutata',
      lead: 'Il contatore delle firme di una delle Sue passkey non era aumentato dall’ultimo utilizzo. La passkey potrebbe essere stata copiata, quindi è stata rifiutata.',
      advice:
        'Se viene rifiutata di nuovo, elimini questa passkey e ne aggiunga una nuova. Se non riconosce questa operazione, lo faccia subito.',
    },
    'token-reused': {
      subject: 'Una sessione è stata chiusa per la Sua sicurezza',
      lead: 'Un token di accesso già sostituito è stato riutilizzato. Potrebbe essere stato copiato, quindi la relativa sessione è stata chiusa.',
      advice:
        'Acceda di nuovo dal dispositivo che è stato disconnesso. Se non riconosce il dispositivo o l’indirizzo, reimposti anche la password.',
    },
    'password-reset-code': {
      subject: 'Il Suo codice per reimpostare la password',
      lead: 'Inserisca questo codice per impostare una nuova password:',
      advice: 'Se non l’ha richiesto, ignori questa e-mail: la Sua password resta la stessa.',
    },
    'password-reset': {
      subject: 'La Sua password è stata reimpostata',
      lead: 'È stata impostata una nuova password con un codice inviato a questa casella di posta e tutte le Sue sessioni sono state chiuse.',
      advice: NOT_YOU,
    },
    'password-changed': {
      subject: 'La Sua password è stata cambiata',
      lead: 'La Sua password è stata cambiata e tutte le Sue altre sessioni sono state chiuse.',
      advice: NOT_YOU,
    },
    'api-key-created': {
      subject: 'È stata creata una chiave API',
      lead: 'Una nuova chiave API può agire per conto del Suo account. Cambiare la password non la disattiva.',
      advice: 'Se non riconosce questa operazione, revochi la chiave e reimposti subito la password.',
    },
    'email-change-code': {
      subject: 'Confermi il Suo nuovo indirizzo e-mail',
      lead: 'Inserisca questo codice per usare questo indirizzo e-mail con il Suo account:',
      advice: 'Se non l’ha richiesto, ignori questa e-mail: senza il codice non cambia nulla.',
    },
    'email-changed': {
      subject: 'Il Suo indirizzo e-mail è stato cambiato',
      lead: 'Il Suo account ora usa un altro indirizzo e-mail. Non può più accedere con questo indirizzo, che non riceverà altre e-mail.',
      advice: 'Se non riconosce questa operazione, contatti subito l’amministratore di questo servizio.',
    },
    'access-changed': {
      subject: 'Le Sue autorizzazioni sono state cambiate',
      lead: 'Un amministratore ha cambiato le autorizzazioni del Suo account.',
      advice: ASK,
    },
    'account-suspended': {
      subject: 'Il Suo account è stato sospeso',
      lead: 'Un amministratore ha sospeso il Suo account e chiuso tutte le Sue sessioni. Non è stato eliminato nulla.',
      advice: ASK,
    },
    'account-reactivated': {
      subject: 'Il Suo account è di nuovo attivo',
      lead: 'Un amministratore ha revocato la sospensione del Suo account. Può accedere di nuovo.',
      advice: ASK,
    },
    'webhook-disabled': {
      subject: 'Un webhook è stato disattivato',
      lead: 'Un webhook di questo servizio è stato disattivato perché il suo endpoint non ha accettato un evento per tre giorni.',
      gone: 'Un webhook di questo servizio è stato disattivato perché il suo endpoint ha risposto di non esistere più (410).',
      advice:
        'Ripari l’endpoint, poi riattivi il webhook. Gli eventi in attesa verranno consegnati; quelli successivi non sono stati conservati.',
    },
    'account-deleted': {
      subject: 'Il Suo account è stato eliminato',
      lead: 'Il Suo account e i suoi file sono stati eliminati. Questa è l’ultima e-mail al riguardo.',
      advice: ASK,
    },
  },
}
