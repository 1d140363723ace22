import t from 'tap'
import { newFolder, openDatabase } from '../support/process.js'
import { until } from '../support/until.js'
import { beginUpload, isUp, kept, signIn, startWhole } from './running-server.js'

// the time that a stop leaves to what is being answered is waited for in full
t.setTimeout(300_000)

t.test(
  'an upload that does not end within the time of a stop is taken back, whole, before the process ends',
  async (t) => {
    const folder = newFolder(t)
    const server = await startWhole(t, folder)
    const upload = await beginUpload(server, await signIn(server), folder)
    t.match(await kept(folder), { states: ['pending'], files: 0, reservations: 1 })
    server.kill('SIGTERM')
    await until(async () => !(await isUp(server)))
    t.match(await kept(folder), { states: ['pending'] }, 'a stop leaves it some time')
    await new Promise((resolve) => upload.once('close', resolve))
    t.equal(await server.exitCode(), 0)
    t.equal(server.output.stderr, '')
    t.match(server.output.stdout, /"route":"\/v1\/assets",.*"outcome":"aborted"/)
    t.notMatch(server.output.stdout, /reconciler|"level":50/)

    const database = await openDatabase(folder)
    t.teardown(database.close)
    t.match(await kept(folder), { states: [], files: 0, usage: { bytes: 0, files: 0 }, reservations: 0 })
  },
)
