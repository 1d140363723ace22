import t from 'tap'
import { backupCodeOf, newBackupCodes, showBackupCode } from '../../../plugins/auth/backup-codes.js'

t.test('ten codes of 50 random bits are created, none of which repeats', (t) => {
  const codes = Array.from({ length: 100 }, newBackupCodes)
  for (const ten of codes) t.equal(ten.length, 10)
  t.equal(new Set(codes.flat()).size, 1000)
  for (const code of codes.flat()) if (!/^[0-9A-HJKMNP-TV-Z]{10}$/.test(code)) t.fail(code)
  t.equal(new Set(codes.flat().join('')).size, 32, 'every character occurs')
  t.end()
})

t.test('a code is read however it was typed', (t) => {
  t.equal(showBackupCode('7K3MZ0Q11X'), '7K3MZ-0Q11X')
  for (const text of [
    '7K3MZ-0Q11X',
    '7k3mz0q11x',
    ' 7k3mz 0q11x ',
    '7K3MZ–0Q11X',
    '7K3MZ\u00ad0Q11X\u200b',
    '7K3MZ-OQIlX',
    '７Ｋ３ＭＺ０Ｑ１１Ｘ',
  ]) {
    t.equal(backupCodeOf(text), '7K3MZ0Q11X', text)
  }
  for (const text of ['7K3MZ-0Q11', '7K3MZ-0Q11XX', '7K3MZ-0Q11U', '123456', '7K3MZ_0Q11X']) {
    t.throws(() => backupCodeOf(text), { code: 'VALIDATION_FAILED', errors: [{ pointer: '/code' }] }, text)
  }
  t.end()
})
