import t from 'tap'
import { describeTotp, newTotpSecret, stepOf } from '../../../plugins/auth/totp.js'

/** RFC 6238, appendix B, for SHA-1: eight digits, of which six are the last of the same number. */
const VECTORS: [seconds: number, code: string][] = [
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
]

t.test('codes are those of RFC 6238', (t) => {
  const secret = Buffer.from('12345678901234567890')
  for (const [seconds, code] of VECTORS) {
    t.equal(stepOf(secret, code.slice(2), new Date(seconds * 1000)), Math.floor(seconds / 30), `${seconds}`)
    t.equal(stepOf(secret, code.slice(0, 6), new Date(seconds * 1000)), undefined)
  }
  t.end()
})

t.test('a code of the step before and of the next one is accepted, and none of another', (t) => {
  const secret = Buffer.from('12345678901234567890')
  const step = Math.floor(1234567890 / 30)
  const at = (offset: number) => stepOf(secret, '005924', new Date((step + offset) * 30_000))
  t.same([-2, -1, 0, 1, 2].map(at), [undefined, step, step, step, undefined])
  t.end()
})

t.test('a secret has 160 random bits, and the key URI has all that an app needs', (t) => {
  const secret = newTotpSecret()
  t.equal(secret.length, 20)
  t.notSame(secret, newTotpSecret())
  const { secret: base32, uri } = describeTotp(secret, { issuer: 'Acme: Files', label: 'ada@example.com' })
  t.match(base32, /^[A-Z2-7]{32}$/)
  const url = new URL(uri)
  t.equal(`${url.protocol}//${url.host}`, 'otpauth://totp')
  t.equal(decodeURIComponent(url.pathname), '/Acme  Files:ada@example.com')
  t.same(Object.fromEntries(url.searchParams), {
    issuer: 'Acme  Files',
    secret: base32,
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  })
  t.end()
})
