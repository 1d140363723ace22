import type { Language } from './language.js'

const NOT_YOU =
  'Se não foi você, redefina sua senha agora: outra pessoa tem acesso à sua conta e talvez também a esta caixa de e-mail.'
const ASK = 'Se você não esperava por isso, entre em contato com o administrador deste serviço.'

export const pt: Language = {
  greetingOf: (name) => `Olá, ${name}!`,
  greeting: 'Olá!',
  validity: (term) => `O código funciona uma única vez, ${term}.`,
  within: (duration) => `por ${duration}`,
  until: (end) => `até ${end}`,
  enterOn: 'Digite-o nesta página:',
  secrecy: (service) => `Não o compartilhe com ninguém: ${service} nunca o pede por e-mail ou telefone.`,
  support: (address) => `Em caso de dúvidas, escreva para ${address}.`,
  footer: (service) => `${service} enviou este e-mail automaticamente. Por favor, não o responda.`,
  labels: {
    time: 'Data',
    device: 'Dispositivo',
    address: 'Endereço',
    factor: 'Fator',
    remaining: 'Códigos restantes',
    key: 'Chave',
    scopes: 'Escopos',
    role: 'Função',
    permissions: 'Permissões',
    webhook: 'Webhook',
    invitation: 'Convite',
  },
  deviceOn: (browser, system) => `${browser} no ${system}`,
  unknownDevice: 'um dispositivo desconhecido',
  unknownAddress: 'desconhecido',
  noPermissions: 'nenhuma além das da função',
  factors: { totp: 'aplicativo autenticador', passkey: 'chave de acesso', 'backup-codes': 'códigos de backup' },
  mails: {
    'registration-code': {
      subject: 'Seu código de cadastro',
      lead: 'Alguém está cadastrando uma conta com este endereço de e-mail. Se for você, digite este código para concluir:',
      advice: 'Se não for você, ignore este e-mail: nenhuma conta é criada sem o código.',
    },
    'registration-attempt': {
      subject: 'Você já tem uma conta',
      lead: 'Alguém tentou cadastrar uma conta com este endereço de e-mail, mas você já tem uma. Nada mudou.',
      advice:
        'Se foi você, entre na sua conta ou redefina sua senha, caso a tenha esquecido. Se não foi, não é preciso fazer nada.',
    },
    invitation: {
      subject: 'Você recebeu um convite',
      lead: 'Um administrador deste serviço convida você a criar uma conta com este endereço de e-mail. Use este código:',
      advice: 'Se você não esperava por isso, ignore este e-mail: nenhuma conta é criada sem o código.',
    },
    'login-code': {
      subject: 'Seu código de acesso',
      lead: 'Digite este código para entrar na sua conta:',
      advice: 'Se você não está entrando na sua conta, outra pessoa sabe sua senha. Redefina-a agora.',
    },
    'login-code-refused': {
      subject: 'Uma tentativa de acesso foi bloqueada',
      lead: 'Alguém digitou sua senha correta, mas um código errado. O acesso foi recusado.',
      advice: 'Se você errou ao digitar o código, não é preciso fazer nada. Se não foi você, redefina sua senha agora.',
    },
    'login-notification': {
      subject: 'Novo acesso à sua conta',
      lead: 'Houve um novo acesso à sua conta.',
      advice: NOT_YOU,
    },
    'factor-added': {
      subject: 'Um segundo fator foi adicionado',
      lead: 'Um segundo fator foi adicionado à sua conta, e todas as suas outras sessões foram encerradas. A partir de agora, cada acesso exige um segundo fator.',
      advice: NOT_YOU,
    },
    'factor-removed': {
      subject: 'Um segundo fator foi removido',
      lead: 'Um segundo fator foi removido da sua conta.',
      advice: NOT_YOU,
    },
    'backup-codes-created': {
      subject: 'Novos códigos de backup foram criados',
      lead: 'Novos códigos de backup foram criados para sua conta. Os anteriores não funcionam mais.',
      advice: NOT_YOU,
    },
    'factors-reset': {
      subject: 'Seus segundos fatores foram removidos',
      lead: 'Um administrador removeu todos os segundos fatores da sua conta e encerrou todas as suas sessões. Você pode entrar com sua senha e um código enviado por e-mail.',
      advice: ASK,
    },
    'backup-code-used': {
      subject: 'Um código de backup foi usado',
      lead: 'Um código de backup foi usado no lugar do seu segundo fator.',
      advice:
        'Se não foi você, redefina sua senha agora e crie novos códigos de backup. Crie novos códigos também quando restarem poucos.',
    },
    'passkey-refused': {
      subject: 'Uma chave de acesso foi recusada',
      lead: 'O contador de assinaturas de uma das suas chaves de acesso não havia aumentado desde o último uso. A chave pode ter sido copiada e, por isso, foi recusada.',
      advice:
        'Se ela for recusada novamente, exclua esta chave de acesso e adicione uma nova. Se não foi você, faça isso agora.',
    },
    'token-reused': {
      subject: 'Uma sessão foi encerrada para sua segurança',
      lead: 'Um token de acesso que já havia sido substituído foi usado novamente. Ele pode ter sido copiado e, por isso, sua sessão foi encerrada.',
      advice:
        'Entre novamente no dispositivo que foi desconectado. Se você não reconhece o dispositivo ou o endereço, redefina também sua senha.',
    },
    'password-reset-code': {
      subject: 'Seu código para redefinir a senha',
      lead: 'Digite este código para definir uma nova senha:',
      advice: 'Se você não pediu isso, ignore este e-mail: sua senha continua a mesma.',
    },
    'password-reset': {
      subject: 'Sua senha foi redefinida',
      lead: 'Uma nova senha foi definida com um código enviado a esta caixa de e-mail, e todas as suas sessões foram encerradas.',
      advice: NOT_YOU,
    },
    'password-changed': {
      subject: 'Sua senha foi alterada',
      lead: 'Sua senha foi alterada, e todas as suas outras sessões foram encerradas.',
      advice: NOT_YOU,
    },
    'api-key-created': {
      subject: 'Uma chave de API foi criada',
      lead: 'Uma nova chave de API pode agir em nome da sua conta. Alterar sua senha não a desativa.',
      advice: 'Se não foi você, revogue a chave e redefina sua senha agora.',
    },
    'email-change-code': {
      subject: 'Confirme seu novo endereço de e-mail',
      lead: 'Digite este código para usar este endereço de e-mail na sua conta:',
      advice: 'Se você não pediu isso, ignore este e-mail: nada muda sem o código.',
    },
    'email-changed': {
      subject: 'Seu endereço de e-mail foi alterado',
      lead: 'Sua conta agora usa outro endereço de e-mail. Você não pode mais entrar com este, e ele não receberá mais e-mails.',
      advice: 'Se não foi você, entre em contato agora com o administrador deste serviço.',
    },
    'access-changed': {
      subject: 'Suas permissões foram alteradas',
      lead: 'Um administrador alterou as permissões da sua conta.',
      advice: ASK,
    },
    'account-suspended': {
      subject: 'Sua conta foi suspensa',
      lead: 'Um administrador suspendeu sua conta e encerrou todas as suas sessões. Nada foi excluído.',
      advice: ASK,
    },
    'account-reactivated': {
      subject: 'Sua conta está ativa novamente',
      lead: 'Um administrador retirou a suspensão da sua conta. Você pode entrar novamente.',
      advice: ASK,
    },
    'webhook-disabled': {
      subject: 'Um webhook foi desativado',
      lead: 'Um webhook deste serviço foi desativado porque seu endpoint não aceitou um evento durante três dias.',
      gone: 'Um webhook deste serviço foi desativado porque seu endpoint respondeu que não existe mais (410).',
      advice:
        'Corrija o endpoint e ative o webhook novamente. Os eventos que aguardavam serão entregues; os posteriores não foram guardados.',
    },
    'account-deleted': {
      subject: 'Sua conta foi excluída',
      lead: 'Sua conta e os arquivos dela foram excluídos. Este é o último e-mail sobre ela.',
      advice: ASK,
    },
  },
}
