/** The languages of the mail. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'pt', 'it'] as const
export type Language = (typeof LANGUAGES)[number]

export const LANGUAGE_NAMES: Record<Language, string> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  pt: 'Português',
  it: 'Italiano',
}

const KEY = 'coffer:language'

const known = (code: string | null | undefined) => LANGUAGES.find((language) => language === code?.slice(0, 2))

/** Returns the language that was chosen on this device, else that of the account, else the first of the browser that is known. */
export function languageOf(accountLocale?: string): Language {
  let chosen: string | null = null
  try {
    chosen = localStorage.getItem(KEY)
  } catch {
    // storage may be blocked
  }
  const ofBrowser = navigator.languages.map(known).find(Boolean)
  return known(chosen) ?? known(accountLocale) ?? ofBrowser ?? 'en'
}

export function keepLanguage(language: Language) {
  try {
    localStorage.setItem(KEY, language)
  } catch {
    // the choice lasts as long as the page
  }
}
