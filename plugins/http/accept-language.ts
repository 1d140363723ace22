import { DEFAULT_LOCALE, LOCALES, type Locale } from '../../models/locale.js'

const RANGE = /^\s*([a-z]{1,8}|\*)(?:-[a-z0-9]{1,8})*\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/i

/** Returns the language that an Accept-Language header prefers (RFC 9110, 12.5.4), by the first subtag of each range. */
export function localeOf(header: string | undefined): Locale {
  let best: { locale: Locale; weight: number } = { locale: DEFAULT_LOCALE, weight: 0 }
  for (const range of header?.split(',') ?? []) {
    const [, language = '', q = '1'] = RANGE.exec(range) ?? []
    const locale = language === '*' ? DEFAULT_LOCALE : LOCALES.find((name) => name === language.toLowerCase())
    const weight = Number(q)
    // of equal weights, the first range wins
    if (locale && weight > best.weight) best = { locale, weight }
  }
  return best.locale
}
