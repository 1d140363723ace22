import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { folder } from '../local/database/helper.js'
import { serve, uriOf } from '../local/database/process.js'

t.test('npm run database says in one line what is wrong, and fails', async (t) => {
  const data = folder(t)
  const file = join(folder(t), 'file')
  writeFileSync(file, '')
  const first = serve(t, { DATA_DIR: data }, ['--port', '0'])
  const unset = serve(t, { DATA_DIR: undefined }, [], folder(t))
  const unwritable = serve(t, { DATA_DIR: file })
  const unknown = serve(t, { DATA_DIR: data }, ['--nope'])
  t.match(await uriOf(first), /^mongodb:\/\/127\.0\.0\.1:\d+\/coffer/)
  const second = serve(t, { DATA_DIR: data })
  t.match(decodeURIComponent(await uriOf(unset)), /\/\.coffer\/database\.sock\/coffer/)
  t.same(await unwritable.ended, [1, null])
  t.match(await unwritable.stderr, /^[^\n]*(ENOTDIR|EEXIST)[^\n]*$/)
  t.same(await unknown.ended, [1, null])
  t.match(await unknown.stderr, /^[^\n]*--nope[^\n]*$/)
  t.same(await second.ended, [1, null])
  t.match(
    await second.stderr,
    /^[^\n]*database is in use by another process: stop it, or set DATA_DIR to another folder\.$/,
  )
  first.child.kill('SIGTERM')
  unset.child.kill('SIGINT')
  t.same(
    [await first.ended, await unset.ended],
    [
      [0, null],
      [0, null],
    ],
  )
})
