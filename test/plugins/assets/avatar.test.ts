import { Types } from 'mongoose'
import t from 'tap'
import { start, stored, usage } from '../../routes/v1/assets/client.js'
import { picture } from '../storage/samples.js'

/** An avatar as the encoder makes it. */
const encoded = (width = 60, height = 40) => picture(width, height).webp().toBuffer()

t.test('an avatar replaces the one before, counts for nothing and lists nowhere', async (t) => {
  const { app, user, call } = await start(t, { env: { ASSET_VISIBILITY: 'private', UPLOAD_TYPES: 'application/pdf' } })
  const ownerId = new Types.ObjectId(user.id)
  const first = await encoded()
  const one = await app.assets.setAvatar(ownerId, first)
  t.match(one, { _id: ownerId, avatar: { url: String }, revision: 1 })
  t.same(Buffer.from(await (await fetch(`${one.avatar?.url}`)).arrayBuffer()), first)
  const two = await app.assets.setAvatar(ownerId, await encoded(9, 9))
  t.equal((await stored(app)).length, 1)
  t.equal((await call('GET', '/users/me')).json().avatarUrl, two.avatar?.url)
  t.same((await call('GET', '/assets')).json().items, [])
  t.equal((await call('GET', `/assets/${two.avatar?.assetId}`)).statusCode, 404)
  t.equal((await call('DELETE', `/assets/${two.avatar?.assetId}`)).statusCode, 404)
  t.match(await usage(app, user.id), { bytes: 0, files: 0 })

  await Promise.all(Array.from({ length: 5 }, () => app.assets.setAvatar(ownerId, first)))
  t.equal((await stored(app)).length, 1, 'of parallel ones the last stays')
  t.match(await app.assets.setAvatar(ownerId, null), { avatar: null })
  t.same(await stored(app), [])
  t.match(await app.assets.setAvatar(ownerId, null), { avatar: null })
})

t.test('where the store fails, the avatar stays as it was', async (t) => {
  const { app, user, fail, logs } = await start(t)
  const ownerId = new Types.ObjectId(user.id)
  const image = await encoded()
  const { avatar } = await app.assets.setAvatar(ownerId, image)
  await fail('upload', 500)
  await t.rejects(app.assets.setAvatar(ownerId, image), { code: 'STORAGE_FAILED' })
  t.match(await app.db.User.findById(user.id).lean(), { avatar: { url: avatar?.url } })
  t.equal((await stored(app)).length, 1)
  await fail('destroy', 500)
  const replaced = await app.assets.setAvatar(ownerId, null)
  t.equal(replaced.avatar, null, 'one that can not be removed holds nobody up')
  t.equal(await app.db.Asset.countDocuments({ state: 'deleting' }), 1)
  t.ok(logs.some((line) => line.includes('left to the reconciler')))
})

t.test('an account that is gone gets no avatar', async (t) => {
  const { app, user } = await start(t)
  await app.db.User.updateOne({ _id: user.id }, { $set: { status: 'deleting' } })
  const image = await encoded()
  await t.rejects(app.assets.setAvatar(new Types.ObjectId(user.id), image), { code: 'TOKEN_INVALID' })
  await t.rejects(app.assets.setAvatar(new Types.ObjectId(user.id), null), { code: 'TOKEN_INVALID' })
  t.same(await stored(app), [])
  t.equal(await app.db.Asset.countDocuments(), 0)
})
