import t from 'tap'
import { instanceName } from '../../models/instance.js'
import { build } from '../support/app.js'

t.test('all processes on one database agree on its name, and no two databases share one', async (t) => {
  const { app } = await build(t, { own: true })
  const { app: other } = await build(t)
  await app.db.Instance.deleteMany({})
  const names = await Promise.all(Array.from({ length: 20 }, () => instanceName(app.db.Instance)))
  t.equal(new Set(names).size, 1)
  t.match(names[0], /^[0-9a-f]{16}$/)
  t.not(await instanceName(other.db.Instance), names[0])
})
