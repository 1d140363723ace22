import { isIP } from 'node:net'
import { type Content, formatTime } from './layout.js'

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
  /** What the factor is. */
  factor: string
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

/**
 * Strangers choose names, and mail clients turn text that looks like an address into a link. So a greeting contains the
 * name only if it looks like a name.
 */
const greet = (name: string) =>
  /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N} '\u2019-]|\.(?= |$)){0,59}$/u.test(name) ? `Hello ${name},` : 'Hello,'

const BROWSERS: [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

const recognise = (list: [RegExp, string][], text: string) => list.find(([pattern]) => pattern.test(text))?.[1]

/**
 * Describes a device by its browser and system, or by the first product of the header (RFC 9110, 10.1.5); never by
 * other text of it.
 */
export function describeDevice(userAgent: string): string {
  const browser = recognise(BROWSERS, userAgent)
  const system = recognise(SYSTEMS, userAgent)
  if (browser && system) return `${browser} on ${system}`
  const product = /^[A-Za-z][A-Za-z0-9_-]{0,29}(?:\/\d[\d.]{0,14})?(?= |$)/.exec(userAgent)?.[0]
  return product ?? 'an unknown device'
}

function facts({ at, ip, userAgent }: NoticeData): [string, string][] {
  const rows: [string, string][] = [['Time', formatTime(at)]]
  if (userAgent !== undefined) rows.push(['Device', describeDevice(userAgent)])
  if (ip !== undefined) rows.push(['Address', isIP(ip) > 0 ? ip : 'unknown'])
  return rows
}

const NOT_YOU =
  'If this was not you, reset your password now: someone else has access to your account and may have access to this mailbox.'
const ASK = 'If you did not expect this, contact the administrator of this service.'

/** The mails that Coffer sends. */
export const templates = {
  'registration-code': ({ code, minutes }: CodeData) => ({
    subject: 'Your registration code',
    // the person who registers an address may be a stranger to its reader, so the mail doesn't repeat the name that
    // they chose
    greeting: 'Hello,',
    lead: 'Someone is registering an account with this e-mail address. If it is you, enter this code to finish:',
    code,
    minutes,
    advice: 'If this was not you, ignore this mail: no account is created without the code.',
  }),
  // replaces the code above if the address has an account
  'registration-attempt': (_: CodeData) => ({
    subject: 'You already have an account',
    greeting: 'Hello,',
    lead: 'Someone tried to register an account with this e-mail address, but you already have one. Nothing has changed.',
    advice:
      'If this was you, sign in instead, or reset your password if you forgot it. If not, you do not need to do anything.',
  }),
  invitation: ({ name, code, invitationId, link }: InvitationData) => ({
    subject: 'You have been invited',
    greeting: greet(name),
    lead: 'An administrator of this service invites you to create an account with this e-mail address. Use this code:',
    code,
    ...(link !== null && { link }),
    facts: [['Invitation', invitationId]],
    advice: 'If you did not expect this, ignore this mail: no account is created without the code.',
  }),
  'login-code': ({ name, code, minutes }: CodeData) => ({
    subject: 'Your sign-in code',
    greeting: greet(name),
    lead: 'Enter this code to sign in:',
    code,
    minutes,
    advice: 'If you are not signing in, someone else knows your password. Reset it now.',
  }),
  'login-code-refused': (data: NoticeData) => ({
    subject: 'A sign-in was stopped',
    greeting: greet(data.name),
    lead: 'Someone entered your correct password but a wrong code. They were not signed in.',
    facts: facts(data),
    advice: 'If you mistyped the code, you do not need to do anything. If this was not you, reset your password now.',
  }),
  'login-notification': (data: NoticeData) => ({
    subject: 'New sign-in to your account',
    greeting: greet(data.name),
    lead: 'There was a new sign-in to your account.',
    facts: facts(data),
    advice: NOT_YOU,
  }),
  'factor-added': (data: FactorData) => ({
    subject: 'A second factor was added',
    greeting: greet(data.name),
    lead: 'A second factor was added to your account, and all your other sessions were ended. Every sign-in asks for a second factor now.',
    facts: [['Factor', data.factor], ...facts(data)],
    advice: NOT_YOU,
  }),
  'factor-removed': (data: FactorData) => ({
    subject: 'A second factor was removed',
    greeting: greet(data.name),
    lead: 'A second factor was removed from your account.',
    facts: [['Factor', data.factor], ...facts(data)],
    advice: NOT_YOU,
  }),
  'backup-codes-created': (data: NoticeData) => ({
    subject: 'New backup codes were created',
    greeting: greet(data.name),
    lead: 'New backup codes were created for your account. The previous ones no longer work.',
    facts: facts(data),
    advice: NOT_YOU,
  }),
  'factors-reset': (data: NoticeData) => ({
    subject: 'Your second factors were removed',
    greeting: greet(data.name),
    lead: 'An administrator removed every second factor of your account and ended all your sessions. You can sign in with your password and a code by mail.',
    facts: facts(data),
    advice: ASK,
  }),
  'backup-code-used': (data: BackupCodeData) => ({
    subject: 'A backup code was used',
    greeting: greet(data.name),
    lead: 'A backup code was used in place of your second factor.',
    facts: [['Codes left', `${data.remaining}`], ...facts(data)],
    advice:
      'If this was not you, reset your password now and create new backup codes. Do the latter too when few are left.',
  }),
  'passkey-refused': (data: NoticeData) => ({
    subject: 'A passkey was refused',
    greeting: greet(data.name),
    lead: 'The signature counter of one of your passkeys had not risen since its last use. The passkey may have been copied, so it was refused.',
    facts: facts(data),
    advice: 'If it is refused again, delete this passkey and add a new one. If this was not you, do so now.',
  }),
  'token-reused': (data: NoticeData) => ({
    subject: 'A session was ended for your safety',
    greeting: greet(data.name),
    lead: 'A sign-in token that had already been replaced was used again. It may have been copied, so its session was ended.',
    facts: facts(data),
    advice:
      'Sign in again on the device that was signed out. If you do not know the device or the address, reset your password too.',
  }),
  'password-reset-code': ({ name, code, minutes }: CodeData) => ({
    subject: 'Your password reset code',
    greeting: greet(name),
    lead: 'Enter this code to set a new password:',
    code,
    minutes,
    advice: 'If you did not ask for this, ignore this mail: your password stays the same.',
  }),
  'password-reset': (data: NoticeData) => ({
    subject: 'Your password was reset',
    greeting: greet(data.name),
    lead: 'A new password was set with a code from this mailbox, and all your sessions were ended.',
    facts: facts(data),
    advice: NOT_YOU,
  }),
  'password-changed': (data: NoticeData) => ({
    subject: 'Your password was changed',
    greeting: greet(data.name),
    lead: 'Your password was changed, and all your other sessions were ended.',
    facts: facts(data),
    advice: NOT_YOU,
  }),
  'api-key-created': (data: ApiKeyData) => ({
    subject: 'An API key was created',
    greeting: greet(data.name),
    lead: 'A new API key can act for your account. A change of your password does not end it.',
    facts: [['Key', `${data.prefix}…`], ['Scopes', data.scopes.join(', ')], ...facts(data)],
    advice: 'If this was not you, revoke the key and reset your password now.',
  }),
  'email-change-code': ({ code, minutes }: CodeData) => ({
    subject: 'Confirm your new e-mail address',
    // the reader of this address may be a stranger to the account
    greeting: 'Hello,',
    lead: 'Enter this code to use this e-mail address for your account:',
    code,
    minutes,
    advice: 'If you did not ask for this, ignore this mail: nothing changes without the code.',
  }),
  'email-changed': (data: NoticeData) => ({
    subject: 'Your e-mail address was changed',
    greeting: greet(data.name),
    lead: 'Your account now uses another e-mail address. You can no longer sign in with this one, and it gets no more mail.',
    facts: facts(data),
    advice: 'If this was not you, contact the administrator of this service now.',
  }),
  'access-changed': (data: AccessData) => ({
    subject: 'Your permissions were changed',
    greeting: greet(data.name),
    lead: 'An administrator changed the permissions of your account.',
    facts: [
      ['Role', data.role],
      ['Permissions', data.permissions.join(', ') || 'none besides those of the role'],
      ...facts(data),
    ],
    advice: ASK,
  }),
  'account-suspended': (data: NoticeData) => ({
    subject: 'Your account was suspended',
    greeting: greet(data.name),
    lead: 'An administrator suspended your account and ended all your sessions. Nothing was deleted.',
    facts: facts(data),
    advice: ASK,
  }),
  'account-reactivated': (data: NoticeData) => ({
    subject: 'Your account is active again',
    greeting: greet(data.name),
    lead: 'An administrator lifted the suspension of your account. You can sign in again.',
    facts: facts(data),
    advice: ASK,
  }),
  'webhook-disabled': (data: WebhookData) => ({
    subject: 'A webhook was disabled',
    greeting: greet(data.name),
    lead:
      data.reason === 'gone'
        ? 'A webhook of this service was disabled, because its endpoint answered that it is gone (410).'
        : 'A webhook of this service was disabled, because its endpoint did not accept an event for three days.',
    facts: [['Webhook', data.webhook], ...facts(data)],
    advice:
      'Repair the endpoint, then enable the webhook again. Events that waited are delivered then; later ones were not kept.',
  }),
  'account-deleted': (data: NoticeData) => ({
    subject: 'Your account was deleted',
    greeting: greet(data.name),
    lead: 'Your account and its files were deleted. This is the last mail about it.',
    facts: facts(data),
    advice: ASK,
  }),
} satisfies Record<string, (data: never) => Content>

export type Template = keyof typeof templates
export type TemplateData<T extends Template> = Parameters<(typeof templates)[T]>[0]
