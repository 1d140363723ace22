import type { Factor } from '../../models/factor.js'

/** The data of a mail with a code that is valid for `minutes`. */
export interface CodeData {
  /** The name of the account holder. */
  name: string
  code: string
  minutes: number
}

/** The data of a mail about an event. */
export interface NoticeData {
  /** The name of the account holder. */
  name: string
  at: Date | string
  /** The address of the request; left out if it isn't the reader's business, such as an administrator's. */
  ip?: string
  /** The User-Agent header of the request. */
  userAgent?: string
}

export interface InvitationData {
  /** The name that the administrator gave. */
  name: string
  code: string
  invitationId: string
  /** A page that accepts the invitation; null if there is none. */
  link: string | null
}

export interface AccessData extends NoticeData {
  role: string
  permissions: string[]
}

export interface FactorData extends NoticeData {
  factor: Factor['type']
}

export interface BackupCodeData extends NoticeData {
  /** The number of codes that are left. */
  remaining: number
}

export interface ApiKeyData extends NoticeData {
  /** The beginning of the secret. */
  prefix: string
  scopes: string[]
}

export interface WebhookData extends NoticeData {
  /** The description of the webhook, or its id. */
  webhook: string
  reason: string
}

/** The mails that Coffer sends, and the data of each. */
export interface MailData {
  'registration-code': CodeData
  /** Replaces the code above if the address has an account. */
  'registration-attempt': CodeData
  invitation: InvitationData
  'login-code': CodeData
  'login-code-refused': NoticeData
  'login-notification': NoticeData
  'factor-added': FactorData
  'factor-removed': FactorData
  'backup-codes-created': NoticeData
  'factors-reset': NoticeData
  'backup-code-used': BackupCodeData
  'passkey-refused': NoticeData
  'token-reused': NoticeData
  'password-reset-code': CodeData
  'password-reset': NoticeData
  'password-changed': NoticeData
  'api-key-created': ApiKeyData
  'email-change-code': CodeData
  'email-changed': NoticeData
  'access-changed': AccessData
  'account-suspended': NoticeData
  'account-reactivated': NoticeData
  'webhook-disabled': WebhookData
  'account-deleted': NoticeData
}

export type Template = keyof MailData
