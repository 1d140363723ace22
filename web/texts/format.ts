import type { Language } from './language.js'

export type Format = ReturnType<typeof createFormat>

const MINUTE = 60_000
const STEPS = [
  ['year', 365 * 24 * 60 * MINUTE],
  ['month', 30 * 24 * 60 * MINUTE],
  ['day', 24 * 60 * MINUTE],
  ['hour', 60 * MINUTE],
  ['minute', MINUTE],
] as const

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** Creates the functions that write dates, sizes and numbers in one language. */
export function createFormat(language: Language) {
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const number = new Intl.NumberFormat(language)
  const list = new Intl.ListFormat(language, { type: 'conjunction' })
  return {
    date: (time: string) => date.format(new Date(time)),
    dateTime: (time: string) => dateTime.format(new Date(time)),
    /** Writes the distance to a time, such as "3 hours ago". */
    relative(time: string) {
      const distance = new Date(time).getTime() - Date.now()
      const [unit, length] = STEPS.find(([, length]) => Math.abs(distance) >= length) ?? ['second', 1000]
      return unit === 'second' ? relative.format(0, 'minute') : relative.format(Math.round(distance / length), unit)
    },
    bytes(bytes: number) {
      const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1)
      const value = bytes / 1000 ** power
      return new Intl.NumberFormat(language, {
        style: 'unit',
        unit: UNITS[power] as string,
        unitDisplay: power === 0 ? 'long' : 'short',
        maximumFractionDigits: power > 0 && value < 10 ? 1 : 0,
      }).format(value)
    },
    number: (value: number) => number.format(value),
    list: (items: string[]) => list.format(items),
  }
}

/** Creates the function that chooses the form of a text for a number, such as "1 file" and "2 files". */
export function pluralsOf(language: Language) {
  const rules = new Intl.PluralRules(language)
  const number = new Intl.NumberFormat(language)
  return (count: number, one: string, other: string) =>
    (rules.select(count) === 'one' ? one : other).replace('#', number.format(count))
}
