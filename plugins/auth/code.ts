import { randomInt } from 'node:crypto'
import { Problem } from '../../openapi/errors.js'

const CODE = /^\d{6}$/
/** White space, dashes and invisible characters (zero-width spaces, marks of direction, soft hyphens). */
export const SEPARATORS = /[\s\p{Pd}\p{Cf}]/gu

/** Returns a new code of six digits, each value equally likely. */
export const newCode = () => randomInt(1_000_000).toString().padStart(6, '0')

/** Unicode encodes the digits of each script in a row that begins at a multiple of 16, or 6 after one. */
function toAscii(digit: string): string {
  const point = digit.codePointAt(0) as number
  const row = point & ~0xf
  return `${point - (/\p{Nd}/u.test(String.fromCodePoint(row)) ? row : row + 6)}`
}

/**
 * The six ASCII digits of a code, however it was typed or pasted: with separators, full-width, or in the digits of any script.
 * @throws Problem VALIDATION_FAILED if the text can't be a code
 */
export function digitsOf(text: string): string {
  const code = text
    .normalize('NFKC')
    .replaceAll(SEPARATORS, '')
    .replaceAll(/\p{Nd}/gu, toAscii)
  if (CODE.test(code)) return code
  throw new Problem('VALIDATION_FAILED', {
    errors: [{ pointer: '/code', code: 'format', message: 'must be the six digits of the code' }],
  })
}
