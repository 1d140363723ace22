import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { v2 } from 'cloudinary'
import t from 'tap'
import { jpeg, startStore } from './helper.js'

t.test('files, their URLs and the account survive a restart', async (t) => {
  const first = await startStore(t)
  const bytes = await jpeg()
  const uploaded = await first.upload(bytes, { public_id: 'kept/a', tags: ['t'] })
  await first.upload(bytes, { public_id: 'gone' })
  await first.destroy('gone')
  await first.close()
  const second = await startStore(t, { dataDir: first.dataDir })
  t.equal(second.account.api_secret, first.account.api_secret)
  t.equal(second.account.api_key, first.account.api_key)
  const { resources } = await v2.api.resources({ ...second.account, tags: true })
  t.match(resources, [{ public_id: 'kept/a', etag: undefined, version: uploaded.version, tags: ['t'] }])
  t.equal(resources.length, 1)
  const response = await fetch(uploaded.secure_url.replace(first.base, second.base))
  t.ok(Buffer.from(await response.arrayBuffer()).equals(bytes))
})

t.test('key and secret are random, and readable by the owner alone', async (t) => {
  const [one, other] = [await startStore(t), await startStore(t, { dataDir: t.testdir({ other: {} }) })]
  t.match(one.account, { api_key: /^\d{15}$/, api_secret: /^[\w-]{27}$/ })
  t.not(one.account.api_secret, other.account.api_secret)
  const { mode } = await stat(join(one.dataDir, 'cloudinary/credentials.json'))
  t.equal(mode & 0o777, 0o600)
  t.equal((await stat(join(one.dataDir, 'cloudinary'))).mode & 0o777, 0o700)
})

t.test('credentials that cannot be read stop the start rather than being made anew', async (t) => {
  const dataDir = t.testdir({ cloudinary: { 'credentials.json': {} } })
  await t.rejects(startStore(t, { dataDir }), { message: /EISDIR/ })
})

t.test('what an interrupted upload or deletion left is cleared away at the start', async (t) => {
  const first = await startStore(t)
  await first.upload(await jpeg(), { public_id: 'whole' })
  await first.close()
  const folder = join(first.dataDir, 'cloudinary/assets')
  const whole = (await readdir(folder)).sort()
  await writeFile(join(folder, 'a.part'), 'half of an upload')
  await writeFile(join(folder, 'b.bytes'), 'an upload without its record, or a deleted one')
  await startStore(t, { dataDir: first.dataDir })
  t.same((await readdir(folder)).sort(), whole)
})

t.test('a store that is killed has every file that it answered for, and lists nothing that is not there', async (t) => {
  const dataDir = t.testdir()
  const child = fork(new URL('./killed.js', import.meta.url), [dataDir], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exit = once(child, 'exit')
  t.teardown(() => child.kill('SIGKILL'))
  const [url] = (await once(child, 'message')) as [string]
  const { username: api_key, password: api_secret, searchParams } = new URL(url)
  const { upload, destroy } = await startStore(t, { dataDir: t.testdir({ another: {} }) })
  const account = { api_key, api_secret, upload_prefix: searchParams.get('upload_prefix') }
  const answered = new Set<string>()
  const bytes = await jpeg()
  const work = Array.from({ length: 4 }, async (_, worker) => {
    for (let index = 0; ; index += 1) {
      const public_id = `${worker}-${index}`
      await upload(bytes, { ...account, public_id })
      if (index % 2 === 0) answered.add(public_id)
      else await destroy(public_id, account)
      if (answered.size === 20) child.kill('SIGKILL')
    }
  })
  await Promise.allSettled(work)
  await exit

  const again = await startStore(t, { dataDir })
  const { resources } = await v2.api.resources({ ...again.account, max_results: 500 })
  const listed = new Set<string>(resources.map(({ public_id }: { public_id: string }) => public_id))
  t.ok(answered.size >= 20)
  for (const id of answered) t.ok(listed.has(id), `${id} is listed`)
  for (const { secure_url } of resources) {
    t.ok(Buffer.from(await (await fetch(secure_url)).arrayBuffer()).equals(bytes))
  }
  t.equal((await readdir(join(dataDir, 'cloudinary/assets'))).length, 2 * resources.length)
})
