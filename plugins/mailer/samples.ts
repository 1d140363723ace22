import type { MailData } from './mails.js'

const CODE = { name: 'Ada Lovelace', code: '012345', minutes: 5 }
const NOTICE = {
  name: 'Ada Lovelace',
  at: '2026-11-22T14:05:30.000Z',
  ip: '2001:db8::7',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0',
}

/** End of the code of each sample. */
export const SAMPLE_END = new Date('2026-11-22T14:10:30.000Z')

/** Data of each mail, for previews and for the check of the operator's texts. */
export const SAMPLES: MailData = {
  'registration-code': CODE,
  'registration-attempt': CODE,
  invitation: { name: 'Ada Lovelace', code: '012345', invitationId: 'qwertzuiopasdfghjklyxcvb', link: null },
  'login-code': CODE,
  'login-code-refused': NOTICE,
  'login-notification': NOTICE,
  'factor-added': { ...NOTICE, factor: 'passkey' },
  'factor-removed': { ...NOTICE, factor: 'totp' },
  'backup-codes-created': NOTICE,
  'factors-reset': NOTICE,
  'backup-code-used': { ...NOTICE, remaining: 9 },
  'passkey-refused': NOTICE,
  'token-reused': NOTICE,
  'password-reset-code': CODE,
  'password-reset': NOTICE,
  'password-changed': NOTICE,
  'api-key-created': { ...NOTICE, prefix: 'cof_7Fq2mXw9', scopes: ['files:read', 'me:read'] },
  'email-change-code': CODE,
  'email-changed': NOTICE,
  'access-changed': { ...NOTICE, role: 'admin', permissions: ['users:read', 'mails:read'] },
  'account-suspended': NOTICE,
  'account-reactivated': NOTICE,
  'webhook-disabled': { ...NOTICE, webhook: 'Mailing list', reason: 'failing' },
  'account-deleted': NOTICE,
}
