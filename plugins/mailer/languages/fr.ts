import type { Language } from './language.js'

const NOT_YOU =
  'Si ce n’était pas vous, réinitialisez votre mot de passe maintenant : quelqu’un d’autre a accès à votre compte et peut-être aussi à cette boîte mail.'
const ASK = 'Si vous ne vous y attendiez pas, contactez l’administrateur de ce service.'

/** A no-break space stands before a colon and a semicolon. */
export const fr: Language = {
  greetingOf: (name) => `Bonjour ${name},`,
  greeting: 'Bonjour,',
  validity: (term) => `Le code fonctionne une seule fois, ${term}.`,
  within: (duration) => `pendant ${duration}`,
  until: (end) => `jusqu’au ${end}`,
  enterOn: 'Saisissez-le sur cette page :',
  secrecy: (service) => `Ne le communiquez à personne : ${service} ne le demande jamais par e-mail ni par téléphone.`,
  support: (address) => `Pour toute question, écrivez à ${address}.`,
  footer: (service) => `${service} a envoyé cet e-mail automatiquement. Merci de ne pas y répondre.`,
  labels: {
    time: 'Date',
    device: 'Appareil',
    address: 'Adresse',
    factor: 'Facteur',
    remaining: 'Codes restants',
    key: 'Clé',
    scopes: 'Portées',
    role: 'Rôle',
    permissions: 'Autorisations',
    webhook: 'Webhook',
    invitation: 'Invitation',
  },
  deviceOn: (browser, system) => `${browser} sur ${system}`,
  unknownDevice: 'un appareil inconnu',
  unknownAddress: 'inconnue',
  noPermissions: 'aucune en dehors de celles du rôle',
  factors: { totp: 'application d’authentification', passkey: 'clé d’accès', 'backup-codes': 'codes de secours' },
  mails: {
    'registration-code': {
      subject: 'Votre code d’inscription',
      lead: 'Quelqu’un est en train de créer un compte avec cette adresse e-mail. Si c’est vous, saisissez ce code pour terminer :',
      advice: 'Si ce n’est pas vous, ignorez cet e-mail : aucun compte n’est créé sans le code.',
    },
    'registration-attempt': {
      subject: 'Vous avez déjà un compte',
      lead: 'Quelqu’un a essayé de créer un compte avec cette adresse e-mail, mais vous en avez déjà un. Rien n’a changé.',
      advice:
        'Si c’était vous, connectez-vous plutôt, ou réinitialisez votre mot de passe si vous l’avez oublié. Sinon, vous n’avez rien à faire.',
    },
    invitation: {
      subject: 'Vous avez reçu une invitation',
      lead: 'Un administrateur de ce service vous invite à créer un compte avec cette adresse e-mail. Utilisez ce code :',
      advice: 'Si vous ne vous y attendiez pas, ignorez cet e-mail : aucun compte n’est créé sans le code.',
    },
    'login-code': {
      subject: 'Votre code de connexion',
      lead: 'Saisissez ce code pour vous connecter :',
      advice:
        'Si vous n’êtes pas en train de vous connecter, quelqu’un d’autre connaît votre mot de passe. Réinitialisez-le maintenant.',
    },
    'login-code-refused': {
      subject: 'Une connexion a été bloquée',
      lead: 'Quelqu’un a saisi votre mot de passe correct, mais un code erroné. La connexion a été refusée.',
      advice:
        'Si vous avez mal saisi le code, vous n’avez rien à faire. Si ce n’était pas vous, réinitialisez votre mot de passe maintenant.',
    },
    'login-notification': {
      subject: 'Nouvelle connexion à votre compte',
      lead: 'Une nouvelle connexion à votre compte a eu lieu.',
      advice: NOT_YOU,
    },
    'factor-added': {
      subject: 'Un second facteur a été ajouté',
      lead: 'Un second facteur a été ajouté à votre compte, et toutes vos autres sessions ont été fermées. Chaque connexion demande désormais un second facteur.',
      advice: NOT_YOU,
    },
    'factor-removed': {
      subject: 'Un second facteur a été supprimé',
      lead: 'Un second facteur a été supprimé de votre compte.',
      advice: NOT_YOU,
    },
    'backup-codes-created': {
      subject: 'De nouveaux codes de secours ont été créés',
      lead: 'De nouveaux codes de secours ont été créés pour votre compte. Les précédents ne fonctionnent plus.',
      advice: NOT_YOU,
    },
    'factors-reset': {
      subject: 'Vos seconds facteurs ont été supprimés',
      lead: 'Un administrateur a supprimé tous les seconds facteurs de votre compte et fermé toutes vos sessions. Vous pouvez vous connecter avec votre mot de passe et un code reçu par e-mail.',
      advice: ASK,
    },
    'backup-code-used': {
      subject: 'Un code de secours a été utilisé',
      lead: 'Un code de secours a été utilisé à la place de votre second facteur.',
      advice:
        'Si ce n’était pas vous, réinitialisez votre mot de passe maintenant et créez de nouveaux codes de secours. Créez-en aussi de nouveaux quand il en reste peu.',
    },
    'passkey-refused': {
      subject: 'Une clé d’accès a été refusée',
      lead: 'Le compteur de signatures de l’une de vos clés d’accès n’avait pas augmenté depuis sa dernière utilisation. La clé d’accès a peut-être été copiée ; elle a donc été refusée.',
      advice:
        'Si elle est de nouveau refusée, supprimez cette clé d’accès et ajoutez-en une nouvelle. Si ce n’était pas vous, faites-le maintenant.',
    },
    'token-reused': {
      subject: 'Une session a été fermée pour votre sécurité',
      lead: 'Un jeton de connexion déjà remplacé a été réutilisé. Il a peut-être été copié ; sa session a donc été fermée.',
      advice:
        'Reconnectez-vous sur l’appareil qui a été déconnecté. Si vous ne reconnaissez pas l’appareil ou l’adresse, réinitialisez aussi votre mot de passe.',
    },
    'password-reset-code': {
      subject: 'Votre code de réinitialisation du mot de passe',
      lead: 'Saisissez ce code pour définir un nouveau mot de passe :',
      advice: 'Si vous n’avez pas fait cette demande, ignorez cet e-mail : votre mot de passe reste le même.',
    },
    'password-reset': {
      subject: 'Votre mot de passe a été réinitialisé',
      lead: 'Un nouveau mot de passe a été défini avec un code envoyé à cette boîte mail, et toutes vos sessions ont été fermées.',
      advice: NOT_YOU,
    },
    'password-changed': {
      subject: 'Votre mot de passe a été modifié',
      lead: 'Votre mot de passe a été modifié, et toutes vos autres sessions ont été fermées.',
      advice: NOT_YOU,
    },
    'api-key-created': {
      subject: 'Une clé d’API a été créée',
      lead: 'Une nouvelle clé d’API peut agir pour votre compte. Changer votre mot de passe ne la désactive pas.',
      advice: 'Si ce n’était pas vous, révoquez la clé et réinitialisez votre mot de passe maintenant.',
    },
    'email-change-code': {
      subject: 'Confirmez votre nouvelle adresse e-mail',
      lead: 'Saisissez ce code pour utiliser cette adresse e-mail avec votre compte :',
      advice: 'Si vous n’avez pas fait cette demande, ignorez cet e-mail : rien ne change sans le code.',
    },
    'email-changed': {
      subject: 'Votre adresse e-mail a été modifiée',
      lead: 'Votre compte utilise désormais une autre adresse e-mail. Vous ne pouvez plus vous connecter avec celle-ci, et elle ne recevra plus d’e-mails.',
      advice: 'Si ce n’était pas vous, contactez maintenant l’administrateur de ce service.',
    },
    'access-changed': {
      subject: 'Vos autorisations ont été modifiées',
      lead: 'Un administrateur a modifié les autorisations de votre compte.',
      advice: ASK,
    },
    'account-suspended': {
      subject: 'Votre compte a été suspendu',
      lead: 'Un administrateur a suspendu votre compte et fermé toutes vos sessions. Rien n’a été supprimé.',
      advice: ASK,
    },
    'account-reactivated': {
      subject: 'Votre compte est de nouveau actif',
      lead: 'Un administrateur a levé la suspension de votre compte. Vous pouvez vous reconnecter.',
      advice: ASK,
    },
    'webhook-disabled': {
      subject: 'Un webhook a été désactivé',
      lead: 'Un webhook de ce service a été désactivé, car son point de terminaison n’a pas accepté un événement pendant trois jours.',
      gone: 'Un webhook de ce service a été désactivé, car son point de terminaison a répondu qu’il n’existe plus (410).',
      advice:
        'Réparez le point de terminaison, puis réactivez le webhook. Les événements en attente seront alors envoyés ; les suivants n’ont pas été conservés.',
    },
    'account-deleted': {
      subject: 'Votre compte a été supprimé',
      lead: 'Votre compte et ses fichiers ont été supprimés. Ceci est le dernier e-mail à ce sujet.',
      advice: ASK,
    },
  },
}
