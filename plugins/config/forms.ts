import { createPrivateKey, type KeyObject } from 'node:crypto'

/** Called with each part of a value that is wrong, and with a hint at what to write instead. */
export type Refuse = (part: string, hint?: string) => void

/** One environment variable. `T` includes undefined if the variable may be unset. */
export interface Variable<T> {
  description: string
  /** Completes the sentence "NAME must be …", by example. */
  form: string
  /** The value of an unset variable, as it would be written. */
  fallback?: string
  /** A secret is never repeated in a message. */
  isSecret: boolean
  /** Reads a value. If a part of it is refused, the result has no meaning. */
  parse(text: string, refuse: Refuse): T
}

export type Fallback = { fallback: string }
type Bounds = { minimum?: string; maximum?: string }

const DURATIONS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const SIZES: Record<string, number> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 }

const orList = (words: readonly string[]) => `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

export const split = (text: string) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)

function scale(units: Record<string, number>, text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,9})([a-z]+)$/i.exec(text) ?? []
  const factor = units[unit]
  return factor === undefined ? undefined : Number(digits) * factor
}

function scaled(units: Record<string, number>, { minimum, maximum }: Required<Bounds>) {
  const bound = (text: string) => scale(units, text) as number
  return (text: string, refuse: Refuse): number => {
    const value = scale(units, text)
    if (value === undefined) {
      const [, digits, letter] = /^(\d{1,9}) ?([kmg])i?b?$/i.exec(text) ?? []
      const isSize = letter !== undefined && units === SIZES
      refuse(
        text,
        isSize ? `write ${digits}${letter.toUpperCase()}iB` : `the units are ${Object.keys(units).join(', ')}`,
      )
      return Number.NaN
    }
    if (value < bound(minimum)) refuse(text, `at least ${minimum}`)
    if (value > bound(maximum)) refuse(text, `at most ${maximum}`)
    return value
  }
}

/** A length of time, in milliseconds. */
export function duration(fallback: string, description: string, bounds: Bounds = {}): Variable<number> & Fallback {
  const form = 'a duration such as 15m or 30d'
  const parse = scaled(DURATIONS, { minimum: '1s', maximum: '36500d', ...bounds })
  return { description, form, fallback, isSecret: false, parse }
}

/** A size, in bytes. */
export function size(fallback: string, description: string, bounds: Bounds = {}): Variable<number> & Fallback {
  const form = 'a size such as 10MiB'
  const parse = scaled(SIZES, { minimum: '1B', maximum: '1000000GiB', ...bounds })
  return { description, form, fallback, isSecret: false, parse }
}

export function integer(
  fallback: number,
  description: string,
  minimum = 0,
  maximum = Number.MAX_SAFE_INTEGER,
): Variable<number> & Fallback {
  const isOpen = maximum === Number.MAX_SAFE_INTEGER
  return {
    description,
    form: isOpen ? `a whole number of at least ${minimum}` : `a whole number from ${minimum} to ${maximum}`,
    fallback: String(fallback),
    isSecret: false,
    parse(text, refuse) {
      const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
      if (!(value >= minimum && value <= maximum)) refuse(text)
      return value
    },
  }
}

export function oneOf<const T extends string>(
  values: readonly T[],
  fallback: NoInfer<T>,
  description: string,
): Variable<T> & Fallback {
  return {
    description,
    form: orList(values),
    fallback,
    isSecret: false,
    parse(text, refuse) {
      const value = values.find((name) => name === text)
      if (value !== undefined) return value
      const start = text.trim().toLowerCase()
      const likely = values.find((name) => start !== '' && name.startsWith(start))
      refuse(text, likely && `write ${likely}`)
      return fallback
    },
  }
}

export function onOff(fallback: 'on' | 'off', description: string): Variable<boolean> & Fallback {
  const choice = oneOf(['on', 'off'], fallback, description)
  return { ...choice, parse: (text, refuse) => choice.parse(text, refuse) === 'on' }
}

/** A comma-separated list, each entry of which is checked by itself. */
export function list(
  fallback: string,
  form: string,
  description: string,
  check: (entry: string, refuse: Refuse) => void,
): Variable<string[]> & Fallback {
  return {
    description,
    form,
    fallback,
    isSecret: false,
    parse(text, refuse) {
      const entries = split(text)
      for (const entry of entries) check(entry, refuse)
      return entries
    },
  }
}

interface TextOptions {
  pattern?: RegExp
  isSecret?: boolean
}

/** A text that may be unset. */
export function text(
  form: string,
  description: string,
  { pattern = /\S/, isSecret = false }: TextOptions = {},
): Variable<string | undefined> {
  return {
    description,
    form,
    isSecret,
    parse(value, refuse) {
      if (!pattern.test(value)) refuse(value)
      return value
    },
  }
}

export function textOr(fallback: string, form: string, description: string): Variable<string> & Fallback {
  return {
    description,
    form,
    fallback,
    isSecret: false,
    parse(value, refuse) {
      if (!value.trim()) refuse(value)
      return value
    },
  }
}

/** A colour as `#rrggbb`. The `#` may be left out, because it begins a comment in a `.env` file unless the value is quoted. */
export function color(fallback: string, description: string): Variable<string> & Fallback {
  return {
    description,
    form: 'a colour of six hexadecimal digits such as 1d4ed8',
    fallback,
    isSecret: false,
    parse(value, refuse) {
      const digits = /^#?([0-9a-f]{6})$/i.exec(value)?.[1]
      if (digits === undefined) refuse(value)
      return `#${digits?.toLowerCase()}`
    },
  }
}

const MAKE = 'openssl rand -base64 32'

/** Keys of which the first is used and all are accepted. RFC 7518, 3.2: a key of HMAC-SHA-256 has at least 256 bits. */
export function keys(description: string): Variable<string[]> & Fallback {
  return {
    description,
    form: `keys such as \`${MAKE}\` makes`,
    fallback: '',
    isSecret: true,
    parse(value, refuse) {
      const entries = split(value)
      for (const key of entries) {
        if (key.length < 32) refuse(value, 'one has fewer than 32 characters')
        else if (new Set(key).size < 10) refuse(value, 'one is not random')
      }
      return entries
    },
  }
}

export function privateKeys(description: string): Variable<KeyObject[]> & Fallback {
  return {
    description,
    form: 'Ed25519 or P-256 keys in PEM such as `openssl genpkey -algorithm ed25519` makes',
    fallback: '',
    isSecret: true,
    parse(value, refuse) {
      return split(value).flatMap((pem) => {
        try {
          const key = createPrivateKey(pem.replaceAll('\\n', '\n'))
          const curve = key.asymmetricKeyDetails?.namedCurve
          if (key.asymmetricKeyType === 'ed25519' || curve === 'prime256v1') return [key]
          refuse(value, 'one is neither Ed25519 nor P-256')
        } catch {
          refuse(value, 'one is not in PEM')
        }
        return []
      })
    },
  }
}

export function checkMimeType(entry: string, refuse: Refuse) {
  if (entry === 'image/jpg') refuse(entry, 'write image/jpeg')
  else if (!/^(image|video|audio|application|text)\/[\w.+-]+$/.test(entry)) refuse(entry)
}
