import t from 'tap'
import { build, login } from '../../../../support/app.js'

const ME = '/v1/users/me'

t.test('the caller’s own account is shown, and nothing else of it', async (t) => {
  const test = await build(t)
  const { bearer, email, id } = await login(test)
  const response = await test.app.inject({ url: ME, headers: bearer })
  t.equal(response.statusCode, 200)
  const names = [
    'avatarUrl',
    'createdAt',
    'email',
    'id',
    'locale',
    'metadata',
    'name',
    'permissions',
    'role',
    'status',
    'updatedAt',
  ]
  t.same(Object.keys(response.json()).sort(), names)
  t.match(response.json(), { id, email, name: 'Ada Lovelace', role: 'user', status: 'active', avatarUrl: null })
})

t.test('it is not sent again while its ETag holds, which sessions do not touch', async (t) => {
  const test = await build(t)
  const account = await login(test)
  const { etag } = (await test.app.inject({ url: ME, headers: account.bearer })).headers
  t.match(etag, /^"\w+"$/)
  await login(test, account)
  const again = await test.app.inject({ url: ME, headers: { ...account.bearer, 'if-none-match': etag as string } })
  t.match({ status: again.statusCode, etag: again.headers.etag }, { status: 304, etag })
  const other = await test.app.inject({ url: ME, headers: { ...account.bearer, 'if-none-match': '"x"' } })
  t.equal(other.statusCode, 200)
})
