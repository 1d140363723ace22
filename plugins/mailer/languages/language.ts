import type { Template } from '../mails.js'

/** The texts of one mail; none has markup. */
export interface Texts {
  subject: string
  /** Stands before the code or the facts. */
  lead: string
  /** Tells the reader what to do if they didn't cause the mail. */
  advice: string
}

/** Every text of mail in one language. */
export interface Language {
  /** The greeting of a person by name. */
  greetingOf(name: string): string
  /** The greeting of a person whose name isn't shown. */
  greeting: string
  /** Tells how long a code is valid: `term` is made of `within`, `until` or both. */
  validity(term: string): string
  within(duration: string): string
  until(end: string): string
  /** Stands before the link to the page that takes a code. */
  enterOn: string
  secrecy(service: string): string
  support(address: string): string
  footer(service: string): string
  /** The labels of facts. */
  labels: Record<
    | 'time'
    | 'device'
    | 'address'
    | 'factor'
    | 'remaining'
    | 'key'
    | 'scopes'
    | 'role'
    | 'permissions'
    | 'webhook'
    | 'invitation',
    string
  >
  deviceOn(browser: string, system: string): string
  unknownDevice: string
  unknownAddress: string
  noPermissions: string
  factors: Record<'totp' | 'passkey' | 'backup-codes', string>
  mails: Record<Template, Texts> & {
    /** `gone` replaces `lead` if the endpoint answered that it is gone. */
    'webhook-disabled': { gone: string }
  }
}
