import { randomInt } from 'node:crypto'
import { Problem } from '../../openapi/errors.js'
import { SEPARATORS } from './code.js'

/** Crockford's base 32: no letter that looks like a digit or like another letter. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 10
const CODE = new RegExp(`^[${ALPHABET}]{${LENGTH}}$`)
const COUNT = 10

/** Returns ten codes of 50 random bits (NIST SP 800-63B-4, 3.1.2.2, asks for 20). */
export const newBackupCodes = (): string[] => Array.from({ length: COUNT }, newCode)

const newCode = () => Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')

/** Returns a code as people read it: in two halves. */
export const showBackupCode = (code: string) => `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`

/**
 * Returns the code that a text stands for, in any case, with separators, and with letters that were taken for the digits that they look like.
 * @throws Problem VALIDATION_FAILED if the text can't be a backup code
 */
export function backupCodeOf(text: string): string {
  const code = text
    .normalize('NFKC')
    .replaceAll(SEPARATORS, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
  if (CODE.test(code)) return code
  throw new Problem('VALIDATION_FAILED', {
    errors: [
      { pointer: '/code', code: 'format', message: `must be a backup code such as ${showBackupCode('7K3MZ0Q9TX')}` },
    ],
  })
}
