import type { BSONRegExp } from 'bson'
import { MongoError, notImplemented } from './errors.js'

const OUTSIDE: Record<string, string> = { s: '[\\t-\\r ]', S: '[^\\t-\\r ]', A: '(?<![^])', z: '(?![^])' }
const KNOWN = /[dDwWbBnrtfvpPukxc1-9]/

/** Translates one escape of PCRE to JavaScript's unicode syntax. Throws if the two differ. */
function translateEscape(char: string, inClass: boolean): string {
  if (!inClass && OUTSIDE[char]) return OUTSIDE[char]
  if (inClass && char === 's') return '\\t-\\r '
  if (KNOWN.test(char)) return `\\${char}`
  if (/[a-zA-Z0-9]/.test(char)) throw notImplemented(`\\${char} in a regular expression`)
  return /[\^$\\.*+?()[\]{}|/]/.test(char) || (inClass && char === '-')
    ? `\\${char}`
    : `\\u{${char.codePointAt(0)?.toString(16)}}`
}

/**
 * Translates a PCRE pattern, MongoDB's syntax, to JavaScript in unicode mode: `.` excludes only \n, `$` also stands
 * before a last \n, `\s` is ASCII. A pattern without a counterpart becomes a SyntaxError, never a quiet difference.
 */
function translate(pattern: string, multiline: boolean, dotAll: boolean): string {
  let out = ''
  let inClass = false
  const chars = [...pattern]
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] as string
    if (char === '\\') out += translateEscape(chars[++i] ?? '', inClass)
    else if (inClass) {
      inClass = char !== ']'
      out += char === '[' ? '\\[' : char
      if (char === '[' && chars[i + 1] === ':') throw notImplemented('a POSIX class in a regular expression')
    } else if (char === '[') {
      inClass = true
      out += chars[i + 1] === '^' ? `[${chars[++i]}` : '['
      if (chars[i + 1] === ']') out += `\\${chars[++i]}`
    } else if (char === '.') out += dotAll ? '[^]' : '[^\\n]'
    else if (char === '^') out += multiline ? '(?:(?<![^])|(?<=\\n)(?=[^]))' : '^'
    else if (char === '$') out += multiline ? '(?=\\n|(?![^]))' : '(?=\\n?(?![^]))'
    else out += char
  }
  return out
}

/**
 * Compiles a MongoDB regular expression with the options i, m and s.
 * @throws MongoError 51091 if it is malformed
 */
export function compileRegex({ pattern, options }: Pick<BSONRegExp, 'pattern' | 'options'>): RegExp {
  if (options.includes('x')) throw notImplemented('the regular expression option x')
  const source = translate(pattern, options.includes('m'), options.includes('s'))
  try {
    return new RegExp(source, options.includes('i') ? 'iu' : 'u')
  } catch (error) {
    throw new MongoError(51091, `Regular expression is invalid: ${(error as Error).message}`)
  }
}

/** Returns the literal text with which every match begins, as in `/^abc/`, or undefined if there is none. */
export function literalPrefix({ pattern, options }: BSONRegExp): string | undefined {
  if (options !== '' || pattern.includes('|')) return undefined
  const literal = /^\^((?:[^\\^$.*+?()[\]{}|]|\\[^a-zA-Z0-9])+)(.?)/su.exec(pattern)
  if (!literal) return undefined
  const [, text = '', next = ''] = literal
  const plain = text.replace(/\\(.)/gsu, '$1')
  return '*?{'.includes(next) && next !== '' ? [...plain].slice(0, -1).join('') || undefined : plain
}
