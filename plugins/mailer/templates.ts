import { isIP } from 'node:net'
import { DEFAULT_LOCALE, type Locale } from '../../models/locale.js'
import { embed } from './bidi.js'
import type { Language } from './languages/language.js'
import { formatMinutes, formatTime, LANGUAGES } from './languages/languages.js'
import { type Brand, type Content, serviceOf } from './layout.js'
import type { CodeData, FactorData, InvitationData, MailData, NoticeData, Template } from './mails.js'

/** The values of facts by their names. */
type Values = Partial<Record<keyof Language['labels'], string>>

/** The differences of a mail from a notice to the account holder with time, device and address. */
interface Kind<Data> {
  /** True if the mail shows a code in place of the facts of every notice; false if it has neither. */
  showsCode?: boolean
  /** True if the reader may be a stranger to the person who chose the name, which the mail then doesn't show. */
  isToStranger?: boolean
  /** Facts of its own, which come first. */
  facts?(data: Data, language: Language): Values
  /** The lead, if it depends on the data. */
  lead?(data: Data, language: Language): string
}

const aboutFactor: Kind<FactorData> = { facts: ({ factor }, { factors }) => ({ factor: factors[factor] }) }

const KINDS: { [T in Template]: Kind<MailData[T]> } = {
  'registration-code': { showsCode: true, isToStranger: true },
  'registration-attempt': { showsCode: false, isToStranger: true },
  invitation: {
    showsCode: true,
    facts: ({ invitationId }) => ({ invitation: invitationId }),
  },
  'login-code': { showsCode: true },
  'login-code-refused': {},
  'login-notification': {},
  'factor-added': aboutFactor,
  'factor-removed': aboutFactor,
  'backup-codes-created': {},
  'factors-reset': {},
  'backup-code-used': { facts: ({ remaining }) => ({ remaining: `${remaining}` }) },
  'passkey-refused': {},
  'token-reused': {},
  'password-reset-code': { showsCode: true },
  'password-reset': {},
  'password-changed': {},
  'api-key-created': { facts: ({ prefix, scopes }) => ({ key: `${prefix}…`, scopes: scopes.join(', ') }) },
  'email-change-code': { showsCode: true, isToStranger: true },
  'email-changed': {},
  'access-changed': {
    facts: ({ role, permissions }, { noPermissions }) => ({
      role,
      permissions: permissions.join(', ') || noPermissions,
    }),
  },
  'account-suspended': {},
  'account-reactivated': {},
  'webhook-disabled': {
    facts: ({ webhook }) => ({ webhook: embed(webhook) }),
    lead: ({ reason }, { mails }) => mails['webhook-disabled'][reason === 'gone' ? 'gone' : 'lead'],
  },
  'account-deleted': {},
}

export const TEMPLATES = Object.keys(KINDS) as Template[]

/**
 * Strangers choose names, and mail clients turn text that looks like an address into a link. So a greeting contains the
 * name only if it looks like a name.
 */
const isName = (name: string) => /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N} '\u2019-]|\.(?= |$)){0,59}$/u.test(name)

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
export function describeDevice(userAgent: string, { deviceOn, unknownDevice }: Language): string {
  const browser = recognise(BROWSERS, userAgent)
  const system = recognise(SYSTEMS, userAgent)
  if (browser && system) return deviceOn(browser, system)
  const product = /^[A-Za-z][A-Za-z0-9_-]{0,29}(?:\/\d[\d.]{0,14})?(?= |$)/.exec(userAgent)?.[0]
  return product ?? unknownDevice
}

const noticeFacts = ({ at, ip, userAgent }: NoticeData, locale: Locale, language: Language): Values => ({
  time: formatTime(locale, at),
  ...(userAgent !== undefined && { device: describeDevice(userAgent, language) }),
  ...(ip !== undefined && { address: isIP(ip) > 0 ? ip : language.unknownAddress }),
})

interface Circumstances {
  locale?: Locale | undefined
  brand: Brand
  /** End of the code. */
  expiresAt: Date | null
}

/** Returns what a mail says, in its language. */
export function contentOf<T extends Template>(
  template: T,
  data: MailData[T],
  { locale = DEFAULT_LOCALE, brand, expiresAt }: Circumstances,
): Content {
  const { showsCode, isToStranger = false, facts, lead }: Kind<MailData[T]> = KINDS[template]
  const language = LANGUAGES[locale]
  const { greeting, greetingOf, within, until, validity, secrecy, enterOn, support, footer, labels } = language
  const texts = language.mails[template]
  const { name, code, minutes, link } = data as { name: string } & Partial<CodeData & InvitationData>
  const service = serviceOf(brand)
  const shownName = !isToStranger && isName(name) ? embed(name) : null
  const values = {
    ...facts?.(data, language),
    ...(showsCode === undefined && noticeFacts(data as NoticeData, locale, language)),
  }
  const term = [
    ...(minutes === undefined ? [] : [within(formatMinutes(locale, minutes))]),
    ...(expiresAt ? [until(formatTime(locale, expiresAt))] : []),
  ]
  return {
    locale,
    name: shownName,
    subject: texts.subject,
    greeting: shownName === null ? greeting : greetingOf(shownName),
    lead: lead?.(data, language) ?? texts.lead,
    ...(showsCode && { code: code as string, validity: validity(term.join(', ')), secrecy: secrecy(service) }),
    ...(link && { link: { label: enterOn, url: link } }),
    facts: Object.entries(values).map(([fact, value]) => ({
      name: fact,
      label: labels[fact as keyof Values],
      value,
    })),
    advice: texts.advice,
    ...(brand.SUPPORT_EMAIL && { support: support(brand.SUPPORT_EMAIL) }),
    footer: footer(service),
  }
}
