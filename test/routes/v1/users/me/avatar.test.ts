import sharp from 'sharp'
import t, { type Test } from 'tap'
import { picture } from '../../../../plugins/storage/samples.js'
import { audited } from '../../../../support/admin.js'
import { form, type Part, start } from '../../assets/client.js'

const AVATAR = '/v1/users/me/avatar'

async function begin(t: Test) {
  const test = await start(t)
  const put = (parts: Part[], bearer: object = test.user.bearer) => {
    const { body, headers } = form(parts)
    return test.app.inject({ method: 'PUT', url: AVATAR, payload: body, headers: { ...bearer, ...headers } })
  }
  const remove = () => test.app.inject({ method: 'DELETE', url: AVATAR, headers: test.user.bearer })
  return { ...test, put, remove }
}

t.test('an image becomes the profile image, replaces the one before, and goes without a trace', async (t) => {
  const { app, user, put, remove } = await begin(t)
  const content = await picture(900, 600).png().toBuffer()
  const first = await put([{ name: 'file', filename: 'me.png', type: 'image/png', content }])
  t.equal(first.statusCode, 200, first.body)
  const { avatarUrl } = first.json()
  const served = Buffer.from(await (await fetch(avatarUrl)).arrayBuffer())
  t.match(await sharp(served).metadata(), { format: 'webp', width: 512, height: 341 })

  const second = await put([{ name: 'file', filename: 'me.png', type: 'image/png', content }])
  t.not(second.json().avatarUrl, avatarUrl)
  t.equal((await fetch(avatarUrl)).status, 404, 'the one before is gone from the store')
  t.equal(await app.db.Asset.countDocuments({}), 1)

  t.equal((await remove()).statusCode, 204)
  t.equal((await fetch(second.json().avatarUrl)).status, 404)
  t.equal(await app.db.Asset.countDocuments({}), 0)
  t.equal((await app.inject({ url: '/v1/users/me', headers: user.bearer })).json().avatarUrl, null)
  t.equal((await remove()).statusCode, 204, 'a second time nothing happens')
  t.same((await audited(app, user.id)).filter((action) => action === 'account.updated').length, 3)
})

t.test('what is no image alone is refused, and the profile stays as it was', async (t) => {
  const { app, user, put } = await begin(t)
  const content = await picture(20, 20).png().toBuffer()
  const file = { name: 'file', filename: 'me.png', type: 'image/png', content }
  t.match((await put([{ ...file, content: '<svg/>' }])).json(), { code: 'UNSUPPORTED_MEDIA_TYPE' })
  t.match((await put([])).json(), { status: 400 })
  t.match((await put([{ ...file, filename: '' }])).json(), { code: 'FILE_MISSING' })
  t.match((await put([{ name: 'x', content: 'y' }])).json(), { errors: [{ pointer: '/x' }] })
  t.match((await put([file, { name: 'tags', content: '' }])).json(), { errors: [{ pointer: '/tags' }] })
  t.match((await put([file, file])).json(), { code: 'PAYLOAD_TOO_LARGE' })
  t.match((await put([file], {})).json(), { code: 'TOKEN_INVALID' })
  const json = await app.inject({ method: 'PUT', url: AVATAR, payload: {}, headers: user.bearer })
  t.match(json.json(), { code: 'UNSUPPORTED_MEDIA_TYPE' })
  t.equal(await app.db.Asset.countDocuments({}), 0)
})
