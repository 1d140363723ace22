import { inspect } from 'node:util'
import t from 'tap'
import { PASSWORD } from '../../support/app.js'
import { signIn, start, watch } from './helper.js'

t.test('with an API key every call is made with it, and none needs a session', async (t) => {
  const test = await start(t)
  const person = test.connect()
  const { user } = await signIn(test, person)
  const { apiKey, secret } = await person.createApiKey({
    name: 'Backup',
    scopes: ['me:read', 'files:read', 'files:write'],
    currentPassword: PASSWORD,
  })
  const { fetch, sent, refreshes } = watch()
  const program = test.connect({ apiKey: secret, fetch })
  t.strictSame(await program.getProfile(), user)
  const file = new File([`%PDF-1.4\n${'x'.repeat(2000)}\nstartxref\n9\n%%EOF\n`], 'a.pdf', { type: 'application/pdf' })
  await program.uploadAssets({ file: [file] })
  const names: string[] = []
  for await (const { filename } of program.listAssets()) names.push(filename)
  t.strictSame(names, ['a.pdf'])
  t.equal((await program.api.GET('/v1/users/me')).data?.id, user.id)
  await t.rejects(program.deleteAsset({ assetId: 'x' }), { code: 'SCOPE_MISSING', status: 403 })
  await t.rejects(program.listSessions(), { code: 'SESSION_REQUIRED' })
  t.equal((await program.getLiveness()).status, 'ok')
  t.equal(program.user, undefined)
  t.notOk(inspect(program, { depth: 9, showHidden: true }).includes(secret))

  await person.deleteApiKey({ keyId: apiKey.id })
  sent.length = 0
  await t.rejects(program.getProfile(), { code: 'API_KEY_INVALID', status: 401 })
  t.strictSame(sent, ['GET /v1/users/me'], 'a refused key is not sent again')
  t.equal(refreshes(), 0)
})
