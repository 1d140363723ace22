import { once } from 'node:events'
import { statSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request as send } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { newFolder, run } from '../support/process.js'
import { until } from '../support/until.js'
import { beginUpload, endUpload, FREE, isUp, kept, mails, signIn, startWhole } from './running-server.js'

// each part starts processes of its own
t.setTimeout(300_000)

const KEYS = Object.fromEntries(
  ['JWT_SECRET', 'CODE_KEY', 'DATA_KEY', 'PASSWORD_PEPPER'].map((name) => [name, `${name} abcdefghijklmnopqrstuvwxyz`]),
)
/** All services but the database, for a server that starts fewer stand-ins. */
const OTHERS = {
  SMTP_URL: 'smtp://localhost:1',
  CLOUDINARY_URL: 'cloudinary://1:2@cloud?upload_prefix=http://localhost:1',
}
const SERVICES = { ...OTHERS, MONGODB_URI: 'mongodb://127.0.0.1:1/coffer' }

const start = (t: Test, env: Record<string, string>, nodeArgs?: string[]) => run(t, 'server.js', env, [], nodeArgs)

t.test('a start without any configuration', async (t) => {
  const DATA_DIR = newFolder(t)
  const server = await startWhole(t, DATA_DIR)
  const database = `mongodb://${encodeURIComponent(join(DATA_DIR, 'database.sock'))}/coffer?directConnection=true`

  await t.test('says where everything is before the first line of the log', async (t) => {
    t.match(server.output.stdout, /stand-in for SMTP.*\n.*stand-in for Cloudinary\n.*stand-in for MongoDB\n/)
    t.notMatch(server.output.stdout, /127\.0\.0\.1/)
    t.notOk(server.output.stdout.slice(0, server.output.stdout.indexOf('Ctrl-C')).includes('{"level"'))
    for (const url of [`${server.api}/health/ready`, server.docs, server.mailbox]) {
      t.equal((await fetch(url)).status, 200, url)
    }
    t.equal(statSync(join(DATA_DIR, 'secrets.json')).mode & 0o777, 0o600)
  })

  await t.test('serves the page of its operations, with every file that the page loads', async (t) => {
    const page = await (await fetch(`${server.docs}/`)).text()
    const files = [...page.matchAll(/(?:src|href)="\.?(\/[^"]+)"/g)].map(([, path]) => path as string)
    t.ok(files.length > 3, page)
    for (const file of files) t.equal((await fetch(`${server.docs}${file}`)).status, 200, file)
  })

  await t.test('a second one on the same data, or the same port, stops with one line', async (t) => {
    const { port } = new URL(server.api)
    const sameData = start(t, { ...FREE, ...OTHERS, DATA_DIR })
    const samePort = start(t, { ...SERVICES, DATA_DIR, MONGODB_URI: database, PORT: port })
    t.equal(await sameData.exitCode(), 1)
    t.match(sameData.output.stderr, /^.* is in use by another process: stop it, or set DATA_DIR to another folder\.\n$/)
    t.equal(await samePort.exitCode(), 1)
    t.equal(samePort.output.stderr, `Port ${port} is in use: set PORT to a free one.\n`)
  })

  await t.test('names no stand-in where every service is configured', async (t) => {
    const configured = start(t, {
      ...SERVICES,
      DATA_DIR,
      MONGODB_URI: database,
      PORT: '0',
      PUBLIC_URL: 'https://api.example.com',
      DOCS: 'off',
      PAGES: 'off',
    })
    await configured.printed(/API .* for clients https:\/\/api\.example\.com\n/)
    t.notMatch(configured.output.stdout, /stand-in for|Docs/)
    configured.kill('SIGTERM')
    t.equal(await configured.exitCode(), 0)
  })

  await t.test('answers what it has begun at a Ctrl-C, even one that arrives twice, and keeps its data', async (t) => {
    const accessToken = await signIn(server)
    const upload = await beginUpload(server, accessToken, DATA_DIR)
    const body = JSON.stringify({ email: 'nobody@example.com', password: 'a river runs through it' })
    const headers = { 'content-type': 'application/json', 'content-length': body.length, expect: '100-continue' }
    const login = send(`${server.api}/v1/auth/login`, { method: 'POST', headers })
    login.flushHeaders()
    await once(login, 'continue')
    // two codes, and the news of the sign-in
    await until(async () => (await mails(server)).length === 3)
    server.kill('SIGINT')
    await until(async () => !(await isUp(server)))
    server.kill('SIGINT')
    login.end(body)
    const [refusal] = (await once(login, 'response')) as [IncomingMessage]
    t.equal(refusal.resume().statusCode, 401)
    endUpload(upload)
    const [answer] = (await once(upload, 'response')) as [IncomingMessage]
    t.equal(answer.statusCode, 201)
    t.equal(answer.headers.connection, 'close')
    const { items } = (await json(answer)) as { items: { id: string; bytes: number }[] }
    t.equal(await server.exitCode(), 0)
    t.equal(server.output.stderr, '')

    const restarted = await startWhole(t, DATA_DIR)
    t.equal((await mails(restarted)).length, 3)
    const bytes = items[0]?.bytes
    t.match(await kept(DATA_DIR), { states: ['ready'], files: 1, usage: { bytes, files: 1 }, reservations: 0 })
    const authorization = `Bearer ${accessToken}`
    const asset = await fetch(`${restarted.api}/v1/assets/${items[0]?.id}`, { headers: { authorization } })
    t.equal(asset.status, 200, 'the session goes on')
    t.match(await asset.json(), { filename: 'a.pdf', bytes })
    restarted.kill('SIGTERM')
    t.equal(await restarted.exitCode(), 0)
    t.equal(restarted.output.stderr, '')
  })
})

t.test(
  'in production the log is all that is written: stand-ins that serve, and an error that nobody caught',
  async (t) => {
    const thrower = "data:text/javascript,process.on('SIGWINCH', () => { throw new Error('unforeseen') })"
    const env = {
      ...OTHERS,
      ...KEYS,
      PORT: '0',
      NODE_ENV: 'production',
      LOCAL_SERVICES: 'database',
      DATA_DIR: newFolder(t),
      HOST: '127.0.0.1',
      PUBLIC_URL: 'https://api.example.com',
      MAIL_FROM: 'coffer@example.com',
      REFRESH_IDLE_TTL: '90d',
    }
    const server = start(t, env, [`--import=${thrower}`])
    await server.printed(/Listening on http:\/\/localhost:\d+/)
    server.kill('SIGWINCH')
    t.equal(await server.exitCode(), 1)
    const log = server.output.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      // said as soon as the other services turn out to be away, before or after the error
      .filter(({ msg }) => !/^Mail can not be sent|file store/.test(msg))
    t.match(log, [
      { level: 40, msg: /^REFRESH_IDLE_TTL=90d exceeds REFRESH_TOKEN_TTL=30d/ },
      { level: 40, standIns: ['database'] },
      { level: 30, msg: /^Listening/ },
      { level: 60, err: { message: 'unforeseen' } },
    ])
  },
)

t.test('a start that fails says why in one line, or in one for each problem of the environment', async (t) => {
  const file = join(newFolder(t), 'file')
  writeFileSync(file, '')
  const failures: [Record<string, string>, RegExp][] = [
    [{ PORT: 'x', RATE_LIMIT: '-1' }, /^.*can't be used:\n {2}- PORT .*\n {2}- RATE_LIMIT .*\n$/],
    [{ NODE_ENV: 'prod' }, /^.*can't be used:\n {2}- NODE_ENV must be .*: write production\.\n$/],
    [{ ...SERVICES, DATA_DIR: newFolder(t) }, /^The database can't be used: .*ECONNREFUSED.*\n$/],
    [{ ...OTHERS, ...KEYS, DATA_DIR: file }, /^ENOTDIR: not a directory.*\n$/],
  ]
  const starts = failures.map(([env]) => start(t, { ...FREE, ...env }))
  for (const [index, server] of starts.entries()) {
    t.equal(await server.exitCode(), 1)
    t.match(server.output.stderr, failures[index]?.[1])
    t.equal(server.output.stdout, '')
  }
})
