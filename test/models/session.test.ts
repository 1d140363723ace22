import { Types } from 'mongoose'
import t from 'tap'
import { livingSessions } from '../../models/user.js'
import { build } from '../support/app.js'

t.test('an account that is gone has no sessions', async (t) => {
  const { app } = await build(t)
  t.same(await livingSessions(app.db.User, new Types.ObjectId(), app.now()), [])
})
