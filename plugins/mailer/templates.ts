import { isIP } from 'node:net'
import { type Content, formatTime } from './layout.js'

/** A mail with a code that is valid for `minutes`. */
export interface CodeData {
  /** The account holder's. */
  name: string
  code: string
  minutes: number
}

/** A mail about something that happened. */
export interface NoticeData {
  /** The account holder's. */
  name: string
  at: Date | string
  /** Of the request that did it; left out where it's no business of the reader's, as an administrator's. */
  ip?: string
  /** As the request's header gave it. */
  userAgent?: string
}

export interface AccessData extends NoticeData {
  role: string
  permissions: string[]
}

/**
 * Names are what strangers type, and clients turn whatever looks like an address into a link: a name is used only where it looks like
 * one, and is left out otherwise.
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

/** A device in words of our own, or the product that a program names first (RFC 9110, 10.1.5); never the header's own text. */
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
  'If this was not you, reset your password at once: somebody else has access to your account, and perhaps to this mailbox.'
const ASK = 'If you did not expect this, ask the administrator of this service.'

/** Every mail that Coffer sends. */
export const templates = {
  'registration-code': ({ code, minutes }: CodeData) => ({
    subject: 'Your registration code',
    // whoever registers an address isn't known to be its reader: the name that they chose isn't repeated to them
    greeting: 'Hello,',
    lead: 'Somebody is registering an account with this address. Enter this code to finish:',
    code,
    minutes,
    advice: 'If this was not you, ignore this mail: without the code no account comes to be.',
  }),
  // in place of the code above, where the address has an account
  'registration-attempt': (_: CodeData) => ({
    subject: 'You already have an account',
    greeting: 'Hello,',
    lead: 'Somebody tried to register an account with this address, which has one already. Nothing has changed.',
    advice: 'If this was you, sign in instead, or reset your password if you forgot it. If not, you need do nothing.',
  }),
  'login-code': ({ name, code, minutes }: CodeData) => ({
    subject: 'Your sign-in code',
    greeting: greet(name),
    lead: 'Enter this code to sign in:',
    code,
    minutes,
    advice: 'If you are not signing in, somebody else knows your password: reset it at once.',
  }),
  'login-code-refused': (data: NoticeData) => ({
    subject: 'A sign-in was stopped',
    greeting: greet(data.name),
    lead: 'Somebody gave your right password, but a wrong code. They were not signed in.',
    facts: facts(data),
    advice: 'If you mistyped the code, you need do nothing. If this was not you, reset your password at once.',
  }),
  'login-notification': (data: NoticeData) => ({
    subject: 'New sign-in to your account',
    greeting: greet(data.name),
    lead: 'Your account was signed in to.',
    facts: facts(data),
    advice: NOT_YOU,
  }),
  'token-reused': (data: NoticeData) => ({
    subject: 'A session was ended for your safety',
    greeting: greet(data.name),
    lead: 'A sign-in token that had been replaced was used again. It may have been copied, so its session has been ended.',
    facts: facts(data),
    advice:
      'Sign in again where you were signed out. If you do not know the device or address, reset your password too.',
  }),
  'password-reset-code': ({ name, code, minutes }: CodeData) => ({
    subject: 'Your password reset code',
    greeting: greet(name),
    lead: 'Enter this code to set a new password:',
    code,
    minutes,
    advice: 'If you did not ask for this, ignore this mail: your password stays as it is.',
  }),
  'password-reset': (data: NoticeData) => ({
    subject: 'Your password was reset',
    greeting: greet(data.name),
    lead: 'A new password was set with a code from this mailbox, and every session was ended.',
    facts: facts(data),
    advice: NOT_YOU,
  }),
  'password-changed': (data: NoticeData) => ({
    subject: 'Your password was changed',
    greeting: greet(data.name),
    lead: 'Your password was changed, and every other session was ended.',
    facts: facts(data),
    advice: NOT_YOU,
  }),
  'email-change-code': ({ name, code, minutes }: CodeData) => ({
    subject: 'Confirm your new e-mail address',
    greeting: greet(name),
    lead: 'Enter this code to use this address for your account:',
    code,
    minutes,
    advice: 'If you did not ask for this, ignore this mail: nothing changes without the code.',
  }),
  'email-changed': (data: NoticeData) => ({
    subject: 'Your e-mail address was changed',
    greeting: greet(data.name),
    lead: 'Your account now uses another e-mail address. This one gets no more mail and cannot sign in any more.',
    facts: facts(data),
    advice: 'If this was not you, tell the administrator of this service at once.',
  }),
  'access-changed': (data: AccessData) => ({
    subject: 'Your permissions were changed',
    greeting: greet(data.name),
    lead: 'An administrator changed what your account may do.',
    facts: [['Role', data.role], ['Permissions', data.permissions.join(', ') || 'none by name'], ...facts(data)],
    advice: ASK,
  }),
  'account-suspended': (data: NoticeData) => ({
    subject: 'Your account was suspended',
    greeting: greet(data.name),
    lead: 'An administrator suspended your account, and every session was ended. Nothing was deleted.',
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
  'account-deleted': (data: NoticeData) => ({
    subject: 'Your account was deleted',
    greeting: greet(data.name),
    lead: 'Your account and its files are deleted. This is the last mail about it.',
    facts: facts(data),
    advice: ASK,
  }),
} satisfies Record<string, (data: never) => Content>

export type Template = keyof typeof templates
export type TemplateData<T extends Template> = Parameters<(typeof templates)[T]>[0]
