import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import t, { type Test } from 'tap'
import { describeServer, runChecks } from '../../commands/checks.js'
import { loadSettings } from '../../plugins/config/index.js'
import { build, login } from '../support/app.js'
import { startSmtp } from '../support/core.js'
import { newFolder, run } from '../support/process.js'
import { startRedis } from '../support/redis.js'

t.setTimeout(300_000)

async function check(t: Test, env: Record<string, string>) {
  const command = run(t, 'commands/check.js', { DATA_DIR: newFolder(t), LOCAL_PORT: '0', ...env })
  const code = await command.exitCode()
  const rows = command.output.stdout.trim().split('\n')
  const outcomes = Object.fromEntries(
    rows.map((row) => {
      const [, state = row, name = '', text = ''] = /^(\w+) +((?:\w+ )?\w+) {2,}(.*)$/.exec(row) ?? []
      return [name, `${state}: ${text}`]
    }),
  )
  return { code, outcomes, stderr: command.output.stderr, stdout: command.output.stdout }
}

/** Returns what the command prints, without a process of its own. */
async function outcomesOf(t: Test, env: Record<string, string>) {
  const app = fastify()
  const outcomes: Record<string, string> = {}
  await runChecks(app, loadSettings({ DATA_DIR: newFolder(t), ...env }), ({ name, state, text }) => {
    outcomes[name] = `${state}: ${text}`
  })
  await app.close()
  const failed = Object.keys(outcomes).filter((name) => outcomes[name]?.startsWith('failed'))
  return { outcomes, failed }
}

/** Starts a store that takes every file and delivers none that `refuses` matches. */
async function startStore(t: Test, refuses: RegExp) {
  const left = new Set<string>()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('latin1')) body += chunk
    const field = (name: string) => new RegExp(`name="${name}"\r\n\r\n([^\r]*)\r`).exec(body)?.[1] as string
    const { pathname } = new URL(`${request.url}`, 'http://localhost')
    const answer = (value: object) => response.end(JSON.stringify(value))
    const id = field('public_id')
    if (pathname.endsWith('/upload')) {
      left.add(id)
      const kind = pathname.includes('/raw/') ? 'raw' : 'image'
      answer({ public_id: id, secure_url: `http://${request.headers.host}/demo/${kind}/upload/v1/${id}` })
    } else if (pathname.endsWith('/destroy')) {
      left.delete(id)
      answer({ result: 'ok' })
    } else if (pathname.endsWith('/ping')) answer({ status: 'ok' })
    else if (refuses.test(pathname)) response.writeHead(401, { 'x-cld-error': 'deny or ACL failure' }).end()
    else response.end('x')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  const prefix = encodeURIComponent(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return { left, url: `cloudinary://key:secret@demo?upload_prefix=${prefix}` }
}

t.test('looks at everything, with the stand-ins in place of services', async (t) => {
  const { code, outcomes, stderr } = await check(t, {})
  t.equal(stderr, '')
  t.match(outcomes, {
    configuration: /^ok: every value is accepted$/,
    database: /^ok: MongoDB \d+\.\d+\.\d+, replica set coffer$/,
    indexes: /^skipped: \d+ are missing: the server creates them when it starts$/,
    keys: /^ok: /,
    redis: /^skipped: REDIS_URL is not set/,
    mail: /^skipped: no mail service/,
    'mail texts': /^skipped: MAIL_TEMPLATES is not set/,
    files: /^ok: /,
    image: /^ok: /,
    'private image': /^ok: /,
    pdf: /^ok: /,
  })
  t.equal(code, 0)
})

t.test('beside a database in use, with every service', async (t) => {
  const test = await build(t, { own: true })
  const { email } = await login(test)
  await test.app.jobs.stop()
  await test.app.mailer.send({
    template: 'login-code',
    to: email,
    locale: 'en',
    data: { name: 'Ada', code: '012345', minutes: 5 },
  })
  const { config } = test
  const smtp = await startSmtp(t)
  const env = {
    MONGODB_URI: config.MONGODB_URI,
    CLOUDINARY_URL: config.CLOUDINARY_URL,
    SMTP_URL: smtp.url,
    REDIS_URL: (await startRedis(t)).url,
    DATA_KEY: config.DATA_KEY.join(','),
    PASSWORD_PEPPER: config.PASSWORD_PEPPER.join(','),
    MAIL_TEMPLATES: newFolder(t),
  }
  const good = await check(t, env)
  t.match(good.outcomes, {
    indexes: /^ok: \d+ exist$/,
    keys: /^ok: [12] stored mails and every password can be read$/,
    redis: /^ok: /,
    mail: /^ok: /,
    'mail texts': /^ok: .* has no mistakes$/,
  })
  t.equal(good.code, 0)

  const other = 'another key of more than thirty-two characters'
  const mail = await outcomesOf(t, { ...env, DATA_KEY: other, UPLOAD_TYPES: 'image/png' })
  t.match(mail.outcomes, {
    keys: /^failed: DATA_KEY doesn't decrypt (\d) of \1 mails: add the old key/,
    pdf: /^skipped: UPLOAD_TYPES has no application\/pdf$/,
  })
  t.strictSame(mail.failed, ['keys'])
  const password = await outcomesOf(t, { ...env, PASSWORD_PEPPER: other })
  t.match(password.outcomes, {
    keys: /^failed: PASSWORD_PEPPER lacks the pepper of some passwords/,
  })

  await test.app.db.User.collection.dropIndex('email_1')
  const store = await startStore(t, /c_limit|\.pdf$|download/)
  const bad = await check(t, {
    ...env,
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://api.example.com',
    MAIL_FROM: 'coffer@example.com',
    MONGODB_URI: `${env.MONGODB_URI}${env.MONGODB_URI.includes('?') ? '&' : '?'}tls=false`,
    JWT_SECRET: other,
    CODE_KEY: other,
    CLOUDINARY_URL: store.url,
    REDIS_URL: 'redis://127.0.0.1:1',
    SMTP_URL: 'smtp://127.0.0.1:1',
  })
  t.match(bad.outcomes, {
    indexes: 'failed: users.email_1: run npm run migrate.',
    redis: /^failed: Redis can't be used: connect ECONNREFUSED .*REDIS_URL\.$/,
    mail: 'failed: ESOCKET ECONNREFUSED: check SMTP_URL.',
    image: /^failed: The store delivers it with 401, deny or ACL failure: thumbnails are refused; turn off strict/,
    'private image': /^failed: The store delivers it with 401, .*: allow signed downloads/,
    pdf: /^failed: The store delivers it with 401, .*: allow delivery of PDF and ZIP files/,
  })
  t.equal(bad.code, 1)
  t.equal(store.left.size, 0, 'no file is left')
  await test.app.db.User.createIndexes()
})

t.test('what cannot be looked at is skipped', async (t) => {
  const down = await outcomesOf(t, {
    MONGODB_URI: 'mongodb://127.0.0.1:1/coffer?serverSelectionTimeoutMS=100',
    CLOUDINARY_URL: `cloudinary://key:secret@demo?upload_prefix=${encodeURIComponent('http://127.0.0.1:1')}`,
  })
  t.match(down.outcomes, {
    database: /^failed: The database can't be used: connect ECONNREFUSED/,
    indexes: 'skipped: needs a check that failed',
    keys: 'skipped: needs a check that failed',
    files: /^failed: The file store responded with an error\. \(.*ECONNREFUSED/,
    image: 'skipped: needs a check that failed',
  })
  t.strictSame(down.failed, ['database', 'files'])
  const wrong = await check(t, { PORT: 'x' })
  t.match(wrong.stdout, /^failed +configuration .*\n +- PORT must be .*\nskipped +services /s)
  t.equal(wrong.code, 1)
})

t.test('a MongoDB that lacks what Coffer needs is refused', (t) => {
  t.equal(describeServer({ version: '8.0.21', msg: 'isdbgrid' }), 'MongoDB 8.0.21, sharded')
  t.throws(() => describeServer({ version: '6.0.1', setName: 'rs0' }), { message: /6\.0\.1 is too old/ })
  t.throws(() => describeServer({ version: '8.0.21' }), { message: /replica set/ })
  t.end()
})
