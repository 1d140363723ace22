/** The languages of mail, as the contract names them. */
export const LOCALES = ['en', 'de', 'fr', 'es', 'pt', 'it'] as const
export type Locale = (typeof LOCALES)[number]

/** The language of accounts that have chosen none. */
export const DEFAULT_LOCALE: Locale = 'en'
