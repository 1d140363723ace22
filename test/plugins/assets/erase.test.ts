import { Types } from 'mongoose'
import t from 'tap'
import { claimFile } from '../../../plugins/assets/erase.js'
import { pixel, start, stored } from '../../routes/v1/assets/client.js'

t.test('a file is claimed only under its condition, and only once', async (t) => {
  const { app, keep, user } = await start(t)
  const [asset] = await keep(pixel())
  const id = asset?.id as string
  const owner = { ownerId: new Types.ObjectId(user.id) }
  const claim = (revision: number, filter = owner) => claimFile(app, id, filter, () => ({ revision }))
  await t.rejects(claim(0, { ownerId: new Types.ObjectId() }), { code: 'NOT_FOUND' })
  await t.rejects(claim(1), { code: 'PRECONDITION_FAILED' }, 'it changed after its revision was compared')
  const claims = await Promise.allSettled([1, 2, 3].map(() => claim(0)))
  t.equal(claims.filter(({ status }) => status === 'fulfilled').length, 1)
  t.match(
    claims.filter(({ status }) => status === 'rejected'),
    [{ reason: { code: 'NOT_FOUND' } }, { reason: { code: 'NOT_FOUND' } }],
  )
  t.match(await app.db.Asset.find().lean(), [{ state: 'deleting' }])
  t.equal((await stored(app)).length, 1, 'the file is still there')
})
