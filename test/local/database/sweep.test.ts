import { join } from 'node:path'
import { Long } from 'bson'
import t from 'tap'
import { SESSION_MINUTES, sweepSessions } from '../../../local/database/commands.js'
import { createCursors } from '../../../local/database/cursors.js'
import { openStorage } from '../../../local/database/storage.js'
import { encode } from '../../../local/database/values.js'
import { folder } from './helper.js'

const MINUTE = 60_000

t.test('what clients leave behind is forgotten after a while, and not before', async (t) => {
  const storage = openStorage(join(folder(t), 'data'))
  const cursors = createCursors()
  const results = { docs: [encode({ a: 1 }), encode({ a: 2 })][Symbol.iterator](), state: { suspended: false } }
  cursors.start(results, 'db.things', 1)
  const server = { storage, cursors, address: '', started: 0 }
  const id = Buffer.alloc(16)
  await storage.write(() => storage.putSession(id, encode({ number: Long.ONE, at: new Date() })))
  for (const [minutes, kept] of [
    [9, true],
    [SESSION_MINUTES + 1, false],
  ] as const) {
    const now = Date.now() + minutes * MINUTE
    cursors.sweep(now)
    await storage.write(() => sweepSessions(server, now))
    t.equal(String(cursors.count()), kept ? '1' : '0')
    t.equal(storage.session(id) !== undefined, kept)
  }
  await storage.close()
  await t.rejects(
    storage.write(() => {}),
    { code: 91 },
    'nothing is written once it is closed',
  )
})
