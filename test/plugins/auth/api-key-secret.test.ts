import { crc32 } from 'node:zlib'
import t from 'tap'
import { isApiKey, isWellFormed, newSecret, prefixOf } from '../../../plugins/auth/api-key-secret.js'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

t.test('a secret has a form that scanners find, a checksum, and 34 random digits', async (t) => {
  const secrets = Array.from({ length: 500 }, newSecret)
  for (const secret of secrets) {
    const [, random, checksum] = /^cof_([0-9A-Za-z]{34})([0-9A-Za-z]{6})$/.exec(secret) as unknown as [
      string,
      string,
      string,
    ]
    const value = [...checksum].reduce((sum, digit) => sum * 62 + DIGITS.indexOf(digit), 0)
    t.equal(value, crc32(random))
    t.ok(isApiKey(secret) && isWellFormed(secret))
    t.equal(prefixOf(secret), secret.slice(0, 12))
  }
  t.equal(new Set(secrets).size, secrets.length)
  const digits = new Set(secrets.flatMap((secret) => [...secret.slice(4, 38)]))
  t.equal(digits.size, 62, 'every digit occurs')
})

t.test('a text with another form or another checksum is no secret', async (t) => {
  const secret = newSecret()
  const other = secret.at(10) === 'a' ? 'b' : 'a'
  const texts = [
    '',
    'cof_',
    secret.slice(0, -1),
    `${secret}0`,
    ` ${secret}`,
    `${secret}\n`,
    secret.replace('cof_', 'COF_'),
    secret.replace('cof_', ''),
    secret.slice(0, 10) + other + secret.slice(11),
    `${secret.slice(0, 43)}-`,
    `cof_${'0'.repeat(40)}`,
  ]
  for (const text of texts) t.notOk(isWellFormed(text), text)
  t.notOk(isApiKey('eyJhbGciOiJIUzI1NiJ9.e30.x'))
})
