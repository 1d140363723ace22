import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import t from 'tap'
import { atOnce, build, login, type TestApp, tally } from '../../support/app.js'

const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }) as string
const ed25519 = () => pem(generateKeyPairSync('ed25519').privateKey)
const p256 = () => pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
const secret = (name: string) => `${name}-0123456789-abcdefghijklmnopqrstuvwxyz`

const status = async ({ app }: TestApp, accessToken: string) =>
  (await app.inject({ url: '/v1/users/me', headers: { authorization: `Bearer ${accessToken}` } })).statusCode

const headerOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] as string, 'base64url').toString())

for (const [algorithm, key] of [
  ['EdDSA', ed25519()],
  ['ES256', p256()],
] as const) {
  t.test(`${algorithm}: others verify a token by the published key`, async (t) => {
    const test = await build(t, { env: { JWT_PRIVATE_KEY: key } })
    const { accessToken } = await login(test)
    t.equal(await status(test, accessToken), 200)
    const { alg, kid } = headerOf(accessToken)
    t.equal(alg, algorithm)
    const { keys } = (await test.app.inject('/.well-known/jwks.json')).json()
    const published = keys.find((entry: { kid: string }) => entry.kid === kid)
    const [head, body, signature] = accessToken.split('.') as [string, string, string]
    const publicKey = createPublicKey({ key: published, format: 'jwk' })
    const verified = verify(
      algorithm === 'EdDSA' ? null : 'sha256',
      Buffer.from(`${head}.${body}`),
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    )
    t.equal(verified, true)
    t.equal(published.d, undefined, 'the private part is not published')
  })

  t.test(`${algorithm}: the public key is no secret to sign with`, async (t) => {
    const test = await build(t, { env: { JWT_PRIVATE_KEY: key } })
    const { accessToken } = await login(test)
    const { createHmac } = await import('node:crypto')
    const spki = createPublicKey(key).export({ type: 'spki', format: 'pem' })
    const [, body] = accessToken.split('.')
    const head = Buffer.from(JSON.stringify({ ...headerOf(accessToken), alg: 'HS256' })).toString('base64url')
    const mac = createHmac('sha256', spki).update(`${head}.${body}`).digest('base64url')
    t.equal(await status(test, `${head}.${body}.${mac}`), 401)
  })
}

for (const [kind, name, keys] of [
  ['secrets', 'JWT_SECRET', [secret('old'), secret('new')]],
  ['key pairs, of two kinds', 'JWT_PRIVATE_KEY', [p256(), ed25519()]],
] as const) {
  t.test(`${kind} are exchanged under load without one refused token`, async (t) => {
    const [oldKey, newKey] = keys
    const start = (value: string, shareDatabaseOf?: TestApp) =>
      build(t, { env: { [name]: value }, ...(shareDatabaseOf && { shareDatabaseOf }) })
    const before = await start(oldKey)
    const announced = await start(`${oldKey},${newKey}`, before)
    const exchanged = await start(`${newKey},${oldKey}`, before)
    const account = await login(before)
    const sessions = [account, await login(announced, account), await login(exchanged, account)]
    t.equal(new Set(sessions.map(({ accessToken }) => headerOf(accessToken).kid)).size, 2)
    const answers = await atOnce(60, (i) =>
      status(i % 2 ? announced : exchanged, (sessions[i % 3] as typeof account).accessToken),
    )
    t.same(tally(answers), { 200: 60 })
    const after = await start(newKey, before)
    t.equal(await status(after, account.accessToken), 401, 'a key that is dropped is dropped')
    t.equal(await status(after, (sessions[2] as typeof account).accessToken), 200)
  })
}
