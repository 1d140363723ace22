import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { build } from '../support/app.js'

const pem = () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

t.test('the public keys are open to everybody, and cached for minutes', async (t) => {
  const { app } = await build(t, { env: { JWT_PRIVATE_KEY: `${pem()},${pem()}` } })
  const response = await app.inject('/.well-known/jwks.json')
  t.equal(response.statusCode, 200)
  t.equal(response.headers['cache-control'], 'public, max-age=300')
  const { keys } = response.json()
  t.equal(keys.length, 2)
  for (const key of keys) {
    t.match(key, { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid: /^[\w-]{16}$/, x: /^[\w-]{43}$/ })
    t.same(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  }
})

t.test('where tokens are signed with a shared secret, nothing is published', async (t) => {
  const { app } = await build(t)
  const response = await app.inject('/.well-known/jwks.json')
  t.match(response.json(), { status: 404, code: 'NOT_FOUND' })
  t.equal(response.headers['cache-control'], 'no-store')
})
