import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'

const BY_HAND = ['cloudinary_url', 'smtp_url']

/** A folder `deploy` of its own: `run` runs the script there and returns what it prints, and throws if it fails. */
function prepare(t: Test) {
  const folder = t.testdir()
  const script = join(folder, 'make-secrets')
  copyFileSync('deploy/make-secrets', script)
  const file = (name: string) => join(folder, 'secrets', name)
  return {
    file,
    run: () => execFileSync(script, { encoding: 'utf8' }),
    read: () =>
      Object.fromEntries(readdirSync(file('')).map((name) => [name, readFileSync(file(name), 'utf8')])) as Record<
        string,
        string
      >,
  }
}

t.test('it creates every secret that compose.yaml mounts, and names the two that are written by hand', (t) => {
  const { run, read, file } = prepare(t)
  const mounted = [...readFileSync('compose.yaml', 'utf8').matchAll(/file: deploy\/secrets\/(\w+)/g)].map(
    ([, name]) => name,
  )
  const printed = run()
  t.strictSame([...Object.keys(read()), ...BY_HAND].sort(), [...mounted, 'redis_password'].sort())
  for (const name of BY_HAND) t.match(printed, `deploy/secrets/${name}`)
  t.match(printed, /SMTP_URL[\s\S]*CLOUDINARY_URL/)
  for (const [name, value] of Object.entries(read())) {
    t.ok(value.length >= 32, name)
    t.equal(statSync(file(name)).mode & 0o777, 0o444, name)
  }
  t.equal(statSync(file('')).mode & 0o777, 0o700)
  t.end()
})

t.test('a second run keeps every file and succeeds', (t) => {
  const { run, read, file } = prepare(t)
  run()
  for (const name of BY_HAND) writeFileSync(file(name), 'by hand')
  const before = read()
  t.equal(run(), '')
  t.strictSame(read(), before)
  t.end()
})

t.test('a run creates a file that is missing or empty, and keeps the others', (t) => {
  const { run, read, file } = prepare(t)
  run()
  const before = read()
  for (const name of [
    'jwt_secret',
    'data_key',
    'mongodb_keyfile',
    'coffer_mongodb_uri',
    'redis_url',
    'redis_password',
  ]) {
    rmSync(file(name))
    if (name === 'data_key') writeFileSync(file(name), '', { mode: 0o444 })
    run()
    const after = read()
    t.ok(existsSync(file(name)) && after[name], `${name} exists again`)
    const derived = name === 'redis_password' ? ['redis_url', 'redis_conf'] : []
    for (const other of Object.keys(before)) {
      if (other !== name && !derived.includes(other)) t.equal(after[other], before[other], `${other} after ${name}`)
    }
    t.match(after.redis_url, `:${after.redis_password}@`)
    t.match(after.redis_conf, `requirepass ${after.redis_password}`)
    Object.assign(before, after)
  }
  t.end()
})
