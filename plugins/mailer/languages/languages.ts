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

/** Formats a time in UTC as `22 November 2026 at 14:05 UTC` in the language. */
export const formatTime = (locale: Locale, time: Date | string) =>
  `${new Intl.DateTimeFormat(DATES[locale], { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(time))} UTC`

/** Formats a duration of whole minutes in the language. */
export const formatMinutes = (locale: Locale, minutes: number) =>
  new Intl.NumberFormat(DATES[locale], { style: 'unit', unit: 'minute', unitDisplay: 'long' }).format(minutes)
