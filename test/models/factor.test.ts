import t from 'tap'
import { type Factor, methodsOf, toFactor } from '../../models/factor.js'

const factor = (type: Factor['type'], others: Partial<Factor> = {}): Factor => ({
  _id: type,
  type,
  name: type,
  createdAt: new Date('2026-11-22T14:00:00Z'),
  lastUsedAt: null,
  ...others,
})

t.test('an account without a strong factor signs in by mail alone, one with a factor never does', (t) => {
  const codes = ['one', 'two']
  t.same(methodsOf({}), ['mail'], 'an account from before there were factors')
  t.same(methodsOf({ factors: [] }), ['mail'])
  t.same(methodsOf({ factors: [factor('backup-codes', { codes })] }), ['mail'])
  t.same(methodsOf({ factors: [factor('totp')] }), ['totp'])
  t.same(methodsOf({ factors: [factor('passkey')] }), ['passkey'])
  t.same(methodsOf({ factors: [factor('totp'), factor('backup-codes', { codes: [] })] }), ['totp'])
  t.same(methodsOf({ factors: [factor('totp'), factor('backup-codes', { codes }), factor('passkey')] }), [
    'passkey',
    'totp',
    'backup-code',
  ])
  t.end()
})

t.test('a factor is shown without its secrets', (t) => {
  const shown = { createdAt: '2026-11-22T14:00:00.000Z', lastUsedAt: null }
  t.same(toFactor(factor('totp', { secret: Buffer.from('x'), keyId: 'k', step: 1 })), {
    ...shown,
    id: 'totp',
    type: 'totp',
    name: 'totp',
  })
  const used = new Date('2026-11-22T14:05:00Z')
  t.same(toFactor(factor('backup-codes', { codes: ['a', 'b'], lastUsedAt: used })), {
    ...shown,
    lastUsedAt: '2026-11-22T14:05:00.000Z',
    id: 'backup-codes',
    type: 'backup-codes',
    name: 'backup-codes',
    remaining: 2,
  })
  t.end()
})
