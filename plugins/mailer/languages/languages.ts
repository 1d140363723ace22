import type { Locale } from '../../../models/locale.js'
import { de } from './de.js'
import { en } from './en.js'
import { es } from './es.js'
import { fr } from './fr.js'
import { it } from './it.js'
import type { Language } from './language.js'
import { pt } from './pt.js'

export const LANGUAGES: Record<Locale, Language> = { en, de, fr, es, pt, it }

/** The form of dates: a time of day has 24 hours. */
const DATES: Record<Locale, string> = { en: 'en-GB', de: 'de-DE', fr: 'fr-FR', es: 'es-ES', pt: 'pt-BR', it: 'it-IT' }

/** Returns a function that creates a value for a language once: a formatter takes longer to create than a mail to write. */
function perLocale<T>(create: (form: string) => T): (locale: Locale) => T {
  const created = new Map<Locale, T>()
  return (locale) => {
    const value = created.get(locale) ?? create(DATES[locale])
    created.set(locale, value)
    return value
  }
}

const times = perLocale(
  (form) => new Intl.DateTimeFormat(form, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }),
)
const durations = perLocale(
  (form) => new Intl.NumberFormat(form, { style: 'unit', unit: 'minute', unitDisplay: 'long' }),
)

/** Formats a time in UTC as `22 November 2026 at 14:05 UTC` in the language. */
export const formatTime = (locale: Locale, time: Date | string) => `${times(locale).format(new Date(time))} UTC`

/** Formats a duration of whole minutes in the language. */
export const formatMinutes = (locale: Locale, minutes: number) => durations(locale).format(minutes)
