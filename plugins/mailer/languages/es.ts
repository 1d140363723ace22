import type { Language } from './language.js'

const NOT_YOU =
  'Si no ha sido usted, restablezca su contraseña ahora: otra persona tiene acceso a su cuenta y puede que también a este buzón.'
const ASK = 'Si no lo esperaba, póngase en contacto con el administrador de este servicio.'

export const es: Language = {
  greetingOf: (name) => `Hola, ${name}:`,
  greeting: 'Hola:',
  validity: (term) => `El código funciona una sola vez, ${term}.`,
  within: (duration) => `durante ${duration}`,
  until: (end) => `hasta el ${end}`,
  enterOn: 'Introdúzcalo en esta página:',
  secrecy: (service) => `No lo comparta con nadie: ${service} nunca lo pide por correo ni por teléfono.`,
  support: (address) => `Si tiene preguntas, escriba a ${address}.`,
  footer: (service) => `${service} ha enviado este correo automáticamente. Por favor, no responda a él.`,
  labels: {
    time: 'Fecha',
    device: 'Dispositivo',
    address: 'Dirección',
    factor: 'Factor',
    remaining: 'Códigos restantes',
    key: 'Clave',
    scopes: 'Ámbitos',
    role: 'Rol',
    permissions: 'Permisos',
    webhook: 'Webhook',
    invitation: 'Invitación',
  },
  deviceOn: (browser, system) => `${browser} en ${system}`,
  unknownDevice: 'un dispositivo desconocido',
  unknownAddress: 'desconocida',
  noPermissions: 'ninguno aparte de los del rol',
  factors: { totp: 'aplicación de autenticación', passkey: 'llave de acceso', 'backup-codes': 'códigos de respaldo' },
  mails: {
    'registration-code': {
      subject: 'Su código de registro',
      lead: 'Alguien está registrando una cuenta con esta dirección de correo electrónico. Si es usted, introduzca este código para terminar:',
      advice: 'Si no es usted, ignore este correo: sin el código no se crea ninguna cuenta.',
    },
    'registration-attempt': {
      subject: 'Ya tiene una cuenta',
      lead: 'Alguien ha intentado registrar una cuenta con esta dirección de correo electrónico, pero usted ya tiene una. No ha cambiado nada.',
      advice:
        'Si ha sido usted, inicie sesión, o restablezca su contraseña si la ha olvidado. Si no, no tiene que hacer nada.',
    },
    invitation: {
      subject: 'Ha recibido una invitación',
      lead: 'Un administrador de este servicio le invita a crear una cuenta con esta dirección de correo electrónico. Use este código:',
      advice: 'Si no lo esperaba, ignore este correo: sin el código no se crea ninguna cuenta.',
    },
    'login-code': {
      subject: 'Su código de inicio de sesión',
      lead: 'Introduzca este código para iniciar sesión:',
      advice: 'Si no está iniciando sesión, otra persona conoce su contraseña. Restablézcala ahora.',
    },
    'login-code-refused': {
      subject: 'Se ha detenido un inicio de sesión',
      lead: 'Alguien ha introducido su contraseña correcta, pero un código incorrecto. El inicio de sesión se ha rechazado.',
      advice:
        'Si se equivocó al escribir el código, no tiene que hacer nada. Si no ha sido usted, restablezca su contraseña ahora.',
    },
    'login-notification': {
      subject: 'Nuevo inicio de sesión en su cuenta',
      lead: 'Se ha iniciado una nueva sesión en su cuenta.',
      advice: NOT_YOU,
    },
    'factor-added': {
      subject: 'Se ha añadido un segundo factor',
      lead: 'Se ha añadido un segundo factor a su cuenta y se han cerrado todas sus demás sesiones. A partir de ahora, cada inicio de sesión pide un segundo factor.',
      advice: NOT_YOU,
    },
    'factor-removed': {
      subject: 'Se ha eliminado un segundo factor',
      lead: 'Se ha eliminado un segundo factor de su cuenta.',
      advice: NOT_YOU,
    },
    'backup-codes-created': {
      subject: 'Se han creado nuevos códigos de respaldo',
      lead: 'Se han creado nuevos códigos de respaldo para su cuenta. Los anteriores ya no funcionan.',
      advice: NOT_YOU,
    },
    'factors-reset': {
      subject: 'Se han eliminado sus segundos factores',
      lead: 'Un administrador ha eliminado todos los segundos factores de su cuenta y ha cerrado todas sus sesiones. Puede iniciar sesión con su contraseña y un código enviado por correo.',
      advice: ASK,
    },
    'backup-code-used': {
      subject: 'Se ha usado un código de respaldo',
      lead: 'Se ha usado un código de respaldo en lugar de su segundo factor.',
      advice:
        'Si no ha sido usted, restablezca su contraseña ahora y cree nuevos códigos de respaldo. Créelos también cuando queden pocos.',
    },
    'passkey-refused': {
      subject: 'Se ha rechazado una llave de acceso',
      lead: 'El contador de firmas de una de sus llaves de acceso no había aumentado desde su último uso. Es posible que la llave se haya copiado, por lo que se ha rechazado.',
      advice:
        'Si se rechaza de nuevo, elimine esta llave de acceso y añada una nueva. Si no ha sido usted, hágalo ahora.',
    },
    'token-reused': {
      subject: 'Se ha cerrado una sesión por su seguridad',
      lead: 'Se ha vuelto a usar un token de inicio de sesión que ya se había sustituido. Es posible que se haya copiado, por lo que se ha cerrado la sesión correspondiente.',
      advice:
        'Vuelva a iniciar sesión en el dispositivo en el que se cerró la sesión. Si no reconoce el dispositivo o la dirección, restablezca también su contraseña.',
    },
    'password-reset-code': {
      subject: 'Su código para restablecer la contraseña',
      lead: 'Introduzca este código para establecer una nueva contraseña:',
      advice: 'Si no lo ha solicitado, ignore este correo: su contraseña no cambia.',
    },
    'password-reset': {
      subject: 'Se ha restablecido su contraseña',
      lead: 'Se ha establecido una nueva contraseña con un código enviado a este buzón y se han cerrado todas sus sesiones.',
      advice: NOT_YOU,
    },
    'password-changed': {
      subject: 'Se ha cambiado su contraseña',
      lead: 'Se ha cambiado su contraseña y se han cerrado todas sus demás sesiones.',
      advice: NOT_YOU,
    },
    'api-key-created': {
      subject: 'Se ha creado una clave de API',
      lead: 'Una nueva clave de API puede actuar en nombre de su cuenta. Cambiar su contraseña no la desactiva.',
      advice: 'Si no ha sido usted, revoque la clave y restablezca su contraseña ahora.',
    },
    'email-change-code': {
      subject: 'Confirme su nueva dirección de correo',
      lead: 'Introduzca este código para usar esta dirección de correo electrónico en su cuenta:',
      advice: 'Si no lo ha solicitado, ignore este correo: sin el código no cambia nada.',
    },
    'email-changed': {
      subject: 'Se ha cambiado su dirección de correo',
      lead: 'Su cuenta usa ahora otra dirección de correo electrónico. Ya no puede iniciar sesión con esta, y no recibirá más correos en ella.',
      advice: 'Si no ha sido usted, póngase en contacto ahora con el administrador de este servicio.',
    },
    'access-changed': {
      subject: 'Se han cambiado sus permisos',
      lead: 'Un administrador ha cambiado los permisos de su cuenta.',
      advice: ASK,
    },
    'account-suspended': {
      subject: 'Se ha suspendido su cuenta',
      lead: 'Un administrador ha suspendido su cuenta y ha cerrado todas sus sesiones. No se ha eliminado nada.',
      advice: ASK,
    },
    'account-reactivated': {
      subject: 'Su cuenta vuelve a estar activa',
      lead: 'Un administrador ha levantado la suspensión de su cuenta. Ya puede volver a iniciar sesión.',
      advice: ASK,
    },
    'webhook-disabled': {
      subject: 'Se ha desactivado un webhook',
      lead: 'Se ha desactivado un webhook de este servicio porque su punto de conexión no ha aceptado un evento durante tres días.',
      gone: 'Se ha desactivado un webhook de este servicio porque su punto de conexión ha respondido que ya no existe (410).',
      advice:
        'Repare el punto de conexión y vuelva a activar el webhook. Entonces se entregarán los eventos pendientes; los posteriores no se han conservado.',
    },
    'account-deleted': {
      subject: 'Se ha eliminado su cuenta',
      lead: 'Se han eliminado su cuenta y sus archivos. Este es el último correo al respecto.',
      advice: ASK,
    },
  },
}
