/** The settings that the pages need before they call the API. `web/settings.ts` reads it. */
export interface PageSettings {
  /** The path before every path, of a proxy; empty if there is none. */
  base: string
  brand: { name: string; color: string; logo: string | null }
  supportEmail: string | null
  registration: 'open' | 'invite' | 'closed'
  passwordMinLength: number
  uploadTypes: string[]
  uploadMaxBytes: number
  /** False if every sign-in takes its second step. */
  trustsDevices: boolean
  docs: boolean
  mailbox: string | null
}
