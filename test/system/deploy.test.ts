import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import module from 'node:module'
import { join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import type { CommandStartedEvent } from 'mongodb'
import t from 'tap'
import { reconcile } from '../../plugins/assets/reconcile/index.js'
import { GRACE } from '../../plugins/assets/reconcile/run.js'
import { Environment } from '../../plugins/config/environment.js'
import { connect } from '../../plugins/db/index.js'
import { inspectIndexes, makeIndexes } from '../../plugins/db/indexes.js'
import { limitsOf } from '../../plugins/http/limits.js'
import { pixel, start } from '../routes/v1/assets/client.js'
import { caller, loginAs } from '../support/admin.js'
import { build, login, newDatabase, PASSWORD } from '../support/app.js'
import { newFolder } from '../support/process.js'

t.setTimeout(300_000)

const read = (file: string) => readFileSync(file, 'utf8')

/** The privileges that each command of MongoDB takes; those without any are open to whoever is signed in. */
const PRIVILEGES: Record<string, string[]> = {
  aggregate: ['find'],
  createIndexes: ['createIndex'],
  delete: ['remove'],
  distinct: ['find'],
  endSessions: [],
  find: ['find'],
  findAndModify: ['find', 'update'],
  getMore: ['find'],
  insert: ['insert'],
  killCursors: [],
  listIndexes: ['listIndexes'],
  ping: [],
  update: ['update'],
}

interface Role {
  role: string
  privileges: { resource: { db: string; collection: string }; actions: string[] }[]
  roles: string[]
}

/** Runs deploy/mongodb.js on an empty database, with the part of mongosh that it calls. */
function madeByScript() {
  const roles: Role[] = []
  const users: { user: string; pwd: string; roles: string[] }[] = []
  const initiated: unknown[] = []
  const database = {
    auth: () => {},
    getName: () => 'coffer',
    getSiblingDB: () => database,
    getRole: () => null,
    getUser: () => null,
    createRole: (role: Role) => roles.push(role),
    createUser: (user: (typeof users)[0]) => users.push(user),
    hello: () => ({ isWritablePrimary: initiated.length > 0 }),
  }
  const rs = {
    status: () => {
      throw Object.assign(new Error('no replset config has been received'), { codeName: 'NotYetInitialized' })
    },
    initiate: (config: unknown) => initiated.push(config),
  }
  const readSecret = (path: string) => {
    const [, user] = /^\/run\/secrets\/(\w+?)(?:_mongodb_uri)?$/.exec(path) as unknown as [string, string]
    return `mongodb://${user}:a%2Fsecret@mongodb:27017/coffer?replicaSet=rs0&tls=false\n`
  }
  runInNewContext(read('deploy/mongodb.js'), {
    db: database,
    rs,
    URL,
    decodeURIComponent,
    require: () => ({ readFileSync: readSecret }),
  })
  return { roles, users, initiated }
}

const actionsOf = (name: string) => madeByScript().roles.find(({ role }) => role === name)?.privileges[0]?.actions ?? []

/** The privileges that a list of commands took; fails on a command that isn't known here. */
function taken(events: CommandStartedEvent[]): string[] {
  const actions = new Set<string>()
  for (const { commandName, command } of events) {
    const privileges = PRIVILEGES[commandName]
    if (!privileges) throw new Error(`The privilege that ${commandName} takes isn't known`)
    for (const action of privileges) actions.add(action)
    if (command.upsert || command.updates?.some(({ upsert }: { upsert?: boolean }) => upsert)) actions.add('insert')
    if (command.remove) actions.add('remove')
  }
  return [...actions].sort()
}

const monitored = (uri: string) => `${uri}${uri.includes('?') ? '&' : '?'}monitorCommands=true`

t.test('each process has a user of its own, with a role for one database and nothing else', async (t) => {
  const { roles, users, initiated } = madeByScript()
  t.equal(initiated.length, 1)
  t.strictSame(
    users.map((user) => ({ ...user, roles: [...user.roles] })),
    ['coffer', 'coffer_migrate', 'coffer_backup'].map((user) => ({
      user,
      pwd: 'a/secret',
      roles: [user === 'coffer_backup' ? 'read' : user],
    })),
  )
  t.equal(roles.length, 2)
  for (const { role, privileges } of roles) {
    const actions = (privileges[0]?.actions ?? []).map((action) => `'${action}'`)
    t.ok(read('docs/deployment.md').includes(`role('${role}', [${actions.join(', ')}])`), 'as the guide says')
  }
  for (const { privileges, roles: inherited } of roles) {
    t.equal(inherited.length, 0)
    t.equal(privileges.length, 1)
    t.match(privileges, [{ resource: { db: 'coffer', collection: '' } }])
  }
})

t.test('a server takes exactly the privileges of its role, in its own database', async (t) => {
  const first = await build(t)
  const test = await start(t, { env: { MONGODB_URI: monitored(first.config.MONGODB_URI) } })
  const { app, clock, config } = test
  const events: CommandStartedEvent[] = []
  app.db.connection.getClient().on('commandStarted', (event) => events.push(event))

  const admin = caller(test, await loginAs(test, { role: 'admin' }))
  const [asset] = await test.keep(pixel())
  const other = await login(test)
  const own = caller(test, other)
  await test.call('GET', '/assets?tag=x')
  await test.call('PATCH', `/assets/${asset?.id}`, { tags: ['x'] })
  await test.call('DELETE', `/assets/${asset?.id}`)
  for (const url of ['users', 'assets', 'audit-events', 'mails', 'statistics']) {
    t.equal((await admin('GET', `/v1/admin/${url}`)).statusCode, 200, url)
  }
  t.equal((await own('GET', '/v1/users/me/export')).statusCode, 200)
  t.equal((await own('DELETE', '/v1/users/me', { currentPassword: PASSWORD })).statusCode, 202)
  clock.advance(GRACE + 60_000)
  t.equal((await app.inject('/health/ready')).statusCode, 200)
  await app.jobs.drain()
  const { signal } = new AbortController()
  await reconcile(app, { dryRun: false, force: false, signal, tell: () => {} })

  t.strictSame(taken(events), [...actionsOf('coffer')].sort())
  const name = /^[^?]+\/([^/?]+)/.exec(config.MONGODB_URI)?.[1]
  const databases = new Set(
    events.filter(({ commandName }) => PRIVILEGES[commandName]?.length).map((e) => e.databaseName),
  )
  t.strictSame([...databases], [name])
})

t.test('npm run migrate takes exactly the privileges of its role', async (t) => {
  const { connection } = connect(monitored(await newDatabase()))
  await connection.asPromise()
  t.teardown(async () => {
    await connection.dropDatabase()
    await connection.close()
  })
  const events: CommandStartedEvent[] = []
  connection.getClient().on('commandStarted', (event) => events.push(event))
  await makeIndexes(connection)
  await inspectIndexes(connection)
  t.strictSame(taken(events), [...actionsOf('coffer_migrate')].sort())
})

t.test(
  'compose.yaml sets variables that there are, each secret as a file, and every container is hardened',
  async (t) => {
    const text = read('compose.yaml')
    const known = Object.keys(Environment)
    const names = [...text.matchAll(/^ {6}([A-Z][A-Z_]+): /gm)].map(([, name]) => name as string)
    const ours = names.filter((name) => name !== 'DOMAIN' && !name.startsWith('MONGO_INITDB'))
    t.ok(ours.length > 12)
    for (const name of ours) t.ok(known.includes(name.replace(/_FILE$/, '')), name)
    for (const [, name] of text.matchAll(
      /^ {6}(\w*(?:KEY|SECRET|PEPPER|TOKEN|PASSWORD|_URI|(?:REDIS|SMTP|CLOUDINARY)_URL)\w*): /gm,
    )) {
      t.match(name, /_FILE$/)
    }
    const services = text.slice(text.indexOf('\nservices:'), text.indexOf('\nnetworks:')).match(/^ {2}\w[\w-]*:$/gm)
    t.equal(services?.length, text.match(/^ {4}<<: \*(hardened|coffer)$/gm)?.length)
    t.match(text, /x-hardened: &hardened\n {2}cap_drop: \[ALL\]\n {2}read_only: true\n[\s\S]*?no-new-privileges:true/)
    t.strictSame(text.match(/ports: .*/g), ["ports: ['443:443', '443:443/udp']"], 'nothing but TLS')
  },
)

t.test('the proxy agrees with the limits of the server, and speaks nothing but modern TLS', async (t) => {
  const { config } = await build(t)
  const limits = limitsOf(config)
  const caddy = read('deploy/Caddyfile')
  const number = (pattern: RegExp) => Number(pattern.exec(caddy)?.[1])
  t.ok(number(/max_size (\d+)MiB/) * 2 ** 20 > config.UPLOAD_MAX_FILES * config.UPLOAD_MAX_BYTES + 32 * 2 ** 20)
  t.ok(number(/read_body (\d+)m/) * 60_000 > limits.requestTimeout)
  t.ok(number(/keepalive (\d+)s/) * 1000 < limits.keepAliveTimeout)
  t.match(caddy, /^\t\tprotocols tls1\.2 tls1\.3$/m)
  t.match(caddy, /^\tauto_https disable_redirects$/m)
  t.match(caddy, /^\trespond \/metrics 404$/m)
  t.match(read('compose.yaml'), /stop_grace_period: 30s/)
})

t.test(
  'the image runs a Node that the tests run on, as nobody in particular, without a shell in between',
  async (t) => {
    const text = read('Dockerfile')
    const images = [...text.matchAll(/^FROM node:(\d+)\.\d+\.\d+-\w+-slim/gm)]
    t.equal(images.length, 2)
    for (const [, major] of images)
      t.match(read('.github/workflows/test.yml'), new RegExp(`node: \\[.*'${major}'.*\\]`))
    t.match(text.split(/^FROM /m).at(-1), /^USER node$[\s\S]*^CMD \["node", "dist\/server\.js"\]$/m)
    t.equal(read('.dockerignore').match(/^[^#!\n].*$/gm)?.[0], '*')
  },
)

/** Returns true if .dockerignore lets a path into the context: the last pattern that matches it or its folder decides. */
function isInContext(path: string): boolean {
  const rules = read('.dockerignore').match(/^[^#\n].*$/gm) ?? []
  const decisive = rules.findLast((rule) => {
    const pattern = rule.replace(/^!/, '').replaceAll('.', '\\.').replaceAll('*', '[^/]*')
    return new RegExp(`^${pattern}(/|$)`).test(path)
  })
  return decisive === undefined || decisive.startsWith('!')
}

const compiledIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js'))
    .sort()

t.test('the context of the image has every source, and what is built of it serves in production', async (t) => {
  const [context, image] = [newFolder(t), newFolder(t)]
  cpSync('.', context, { recursive: true, filter: (path) => path === '.' || isInContext(relative('.', path)) })
  symlinkSync(resolve('node_modules'), join(context, 'node_modules'))
  // the types are those of the same sources, which the suite is compiled from; each file is compiled without them
  const { compilerOptions, ...others } = JSON.parse(read('tsconfig.json'))
  const unchecked = { ...others, compilerOptions: { ...compilerOptions, noCheck: true, noResolve: true, types: [] } }
  writeFileSync(join(context, 'tsconfig.json'), JSON.stringify(unchecked))
  const call = promisify(execFile)
  await call('npm', ['run', '--silent', 'build'], { cwd: context })
  const server = compiledIn(join(import.meta.dirname, '..', '..')).filter(
    (path) => !/^(bench|test|openapi\/client\/react)\//.test(path),
  )
  t.strictSame(compiledIn(join(context, 'dist')), server)

  const copied = [...read('Dockerfile').matchAll(/^COPY --from=build (.*) \S+$/gm)].flatMap(([, paths = '']) =>
    paths.split(' ').map((path) => relative('/coffer', path)),
  )
  t.strictSame(copied, ['package.json', 'LICENSE', 'node_modules', 'dist', 'compile-cache'])
  mkdirSync(join(context, 'compile-cache'))
  for (const path of copied) cpSync(join(context, path), join(image, path), { recursive: true, verbatimSymlinks: true })
  const env = { ...process.env, NODE_COMPILE_CACHE: 'compile-cache' }
  const { stdout, stderr } = await call(process.execPath, [join(context, '.ci', 'smoke.mjs')], { cwd: image, env })
  t.match(stdout, /^200 \{"status":"ok"/)
  t.equal(stderr, '')
  // Node 22.8 and later
  t.equal(readdirSync(join(image, 'compile-cache')).length > 0, 'enableCompileCache' in module)
})

t.test('actions are pinned to a commit, and workflows may write nothing unless they say so', async (t) => {
  for (const file of ['test', 'release']) {
    const text = read(`.github/workflows/${file}.yml`)
    for (const [, name] of text.matchAll(/uses: (\S+)/g)) t.match(name, /@[0-9a-f]{40}$/)
    t.match(text, /^permissions:(?: \{\}|\n {2}contents: read)$/m)
  }
})
