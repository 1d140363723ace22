import fastify from 'fastify'
import t, { type Test } from 'tap'
import config, { type Config, loadSettings } from '../../plugins/config/index.js'
import keys from '../../plugins/keys.js'

const secret = (name: string) => `${name}-0123456789-abcdefghijklmnopqrstuvwxyz`
const OLD = secret('old')
const NEW = secret('new')

async function build(t: Test, env: Record<string, string> = {}) {
  const app = fastify()
  const settings = loadSettings({
    DATA_DIR: t.testdirName,
    JWT_SECRET: OLD,
    CODE_KEY: OLD,
    DATA_KEY: OLD,
    PASSWORD_PEPPER: OLD,
    ...env,
  })
  await app.register(config, { config: settings as Config })
  await app.register(keys)
  t.teardown(() => app.close())
  return app.keys
}

t.test('a MAC holds for its own parts and purpose alone', async (t) => {
  const { code, refreshToken, device } = await build(t)
  const mac = code.sign('ab', 'c')
  t.equal(mac.length, 32)
  t.equal(code.verify(mac, 'ab', 'c'), true)
  t.equal(code.verify(mac, 'a', 'bc'), false, 'parts are kept apart')
  t.equal(code.verify(mac, 'ab', 'c', ''), false)
  t.equal(code.verify(mac.subarray(0, 31), 'ab', 'c'), false)
  t.equal(code.verify(Buffer.alloc(0), 'ab', 'c'), false)
  t.equal(refreshToken.verify(mac, 'ab', 'c'), false)
  t.equal(device.verify(refreshToken.sign('x'), 'x'), false)
  t.same(code.sign(Buffer.from('é')), code.sign('é'))
})

t.test('what the keys before made is accepted while they are listed', async (t) => {
  const before = await build(t)
  const both = await build(t, { CODE_KEY: `${NEW},${OLD}`, DATA_KEY: `${NEW},${OLD}` })
  const after = await build(t, { CODE_KEY: NEW, DATA_KEY: NEW })
  const mac = before.code.sign('x')
  t.equal(both.code.verify(mac, 'x'), true)
  t.equal(after.code.verify(mac, 'x'), false)
  t.equal(after.code.verify(both.code.sign('x'), 'x'), true, 'the first key signs')

  const sealed = before.encrypt('secret', 'place')
  t.equal(both.decrypt(sealed, 'place').toString(), 'secret')
  t.throws(() => after.decrypt(sealed, 'place'))
  t.equal(after.decrypt(both.encrypt('secret', 'place'), 'place').toString(), 'secret')

  t.same(both.pseudonyms('ada'), [after.pseudonym('ada'), before.pseudonym('ada')])
  t.equal(both.pseudonym('ada'), after.pseudonym('ada'))
  t.match(before.pseudonym('ada'), /^[0-9a-f]{64}$/)
})

t.test('an encrypted value cannot be changed, moved or told from its equals', async (t) => {
  const { encrypt, decrypt, cursor } = await build(t)
  const bytes = Buffer.from([0, 1, 2, 255])
  const sealed = encrypt(bytes, 'here')
  t.same(decrypt(sealed, 'here'), bytes)
  t.throws(() => decrypt(sealed, 'there'))
  t.throws(() => cursor.decrypt(sealed, 'here'), 'each purpose has a key of its own')
  for (const i of [0, 12, 28, sealed.length - 1]) {
    const copy = Buffer.from(sealed)
    copy[i] = (copy[i] as number) ^ 1
    t.throws(() => decrypt(copy, 'here'))
  }
  t.throws(() => decrypt(sealed.subarray(0, 20), 'here'))
  t.notSame(encrypt('x', 'here'), encrypt('x', 'here'))
})
