import { Types } from 'mongoose'
import sharp from 'sharp'
import t from 'tap'
import { encodeAvatar } from '../../../plugins/assets/avatar-image.js'
import { start, stored, usage } from '../../routes/v1/assets/client.js'
import { picture, portions, SECRET, withMetadata } from '../storage/samples.js'

const LIMITS = { maxBytes: 10 * 2 ** 20, maxPixels: 1_000_000 }
const encode = (bytes: Buffer, contentType: string, limits = LIMITS) =>
  encodeAvatar(portions(bytes, 50_000), { filename: 'me', contentType }, limits)

t.test('an avatar is a small upright WebP without metadata', async (t) => {
  const photo = await encode(await withMetadata(6).jpeg().toBuffer(), 'image/jpeg')
  t.match(await sharp(photo).metadata(), { format: 'webp', width: 40, height: 60 })
  t.same((await sharp(photo).metadata()).exif, undefined)
  t.notOk(photo.includes(SECRET))
  const large = await encode(await picture(900, 600).png().toBuffer(), 'image/png')
  t.match(await sharp(large).metadata(), { width: 512, height: 341 })
  t.ok(large.length <= 100 * 1024, `${large.length} bytes of noise`)
  const square = await encode(await picture(900, 900).png().toBuffer(), 'image/png')
  t.ok(square.length <= 100 * 1024, `${square.length} bytes of noise`)
})

t.test('what is no image, or too large a one, is refused', async (t) => {
  const png = await picture(100, 100).png().toBuffer()
  const broken = Buffer.from(png)
  broken.fill(0, png.indexOf('IDAT') + 500, png.indexOf('IDAT') + 1500)
  const code = 'UNSUPPORTED_MEDIA_TYPE'
  await t.rejects(encode(Buffer.from('%PDF-1.4'), 'application/pdf'), { code })
  await t.rejects(encode(png, 'image/jpeg'), { code })
  await t.rejects(encode(broken, 'image/png'), { code })
  await t.rejects(encode(png, 'image/png', { ...LIMITS, maxPixels: 9999 }), { code: 'TOO_MANY_PIXELS' })
  await t.rejects(encode(png, 'image/png', { ...LIMITS, maxBytes: 1000 }), { code: 'PAYLOAD_TOO_LARGE' })
})

t.test('an avatar replaces the one before, counts for nothing and lists nowhere', async (t) => {
  const { app, user, call } = await start(t, { env: { ASSET_VISIBILITY: 'private', UPLOAD_TYPES: 'application/pdf' } })
  const ownerId = new Types.ObjectId(user.id)
  const first = await encode(await picture().png().toBuffer(), 'image/png')
  const one = await app.assets.setAvatar(ownerId, first)
  t.match(one, { _id: ownerId, avatar: { url: String }, revision: 1 })
  t.same(Buffer.from(await (await fetch(`${one.avatar?.url}`)).arrayBuffer()), first)
  const two = await app.assets.setAvatar(ownerId, await encode(await picture(9, 9).png().toBuffer(), 'image/png'))
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
  const image = await encode(await picture().png().toBuffer(), 'image/png')
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
  const image = await encode(await picture().png().toBuffer(), 'image/png')
  await t.rejects(app.assets.setAvatar(new Types.ObjectId(user.id), image), { code: 'TOKEN_INVALID' })
  await t.rejects(app.assets.setAvatar(new Types.ObjectId(user.id), null), { code: 'TOKEN_INVALID' })
  t.same(await stored(app), [])
  t.equal(await app.db.Asset.countDocuments(), 0)
})
