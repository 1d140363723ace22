// Generates clients with the generators that people use, each with its defaults, and runs a program with each against a Coffer of its own.
// The program signs in, uploads two files with two tags, walks through two pages, reads a size above 2^31 and handles a 404.
//
//     node test/generators/run.mjs FOLDER [NAME …]
//
// Requires a built dist/. A generator whose toolchain is missing is skipped, and named. `proven.json` records what passed: all of them take some
// three minutes of two cores, so the CI leaves out those that have passed with this contract and these programs.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { MongoClient, ObjectId } from 'mongodb'
import sharp from 'sharp'

const root = resolve(import.meta.dirname, '../..')
const contract = join(root, 'openapi', 'openapi.json')
const olderContract = join(root, 'openapi', 'openapi-3.0.json')
const [folder, ...wanted] = process.argv.slice(2)
const record = join(import.meta.dirname, 'proven.json')
const proven = JSON.parse(readFileSync(record, 'utf8'))
const out = resolve(folder)
const pictures = join(out, 'pictures')
mkdirSync(pictures, { recursive: true })

/** Runs a command, and shows its output only if it fails. */
function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd: out, encoding: 'utf8', ...options })
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`.slice(-4000))
  return stdout
}

/** Identifies the contract, and the program of a generator with how it is made. */
function fingerprintOf(name) {
  const folders = [name, 'mailbox'].map((folder) => join(import.meta.dirname, folder))
  const programs = folders.flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : [],
  )
  const hash = createHash('sha256').update(String(GENERATORS[name].make))
  for (const file of [contract, olderContract, ...programs]) hash.update(readFileSync(file))
  return hash.digest('hex')
}

const isInstalled = (command) => spawnSync(command, [command === 'go' ? 'version' : '--version']).status === 0

function openapiGenerator(generator, folder, document = contract) {
  const jar = join(out, 'openapi-generator-cli-7.25.0.jar')
  const url = `https://repo1.maven.org/maven2/org/openapitools/openapi-generator-cli/7.25.0/${jar.split('/').at(-1)}`
  if (!existsSync(jar)) run('curl', ['--silent', '--show-error', '--fail', '--output', jar, url])
  run('java', ['-jar', jar, 'generate', '--input-spec', document, '--generator-name', generator, '--output', folder])
}

/** Compiles a program in TypeScript strictly, and bundles it. */
function typescript(name) {
  const program = join(name, 'main.mts')
  for (const link of ['node_modules', 'environment.mjs', 'environment.d.mts']) {
    if (!existsSync(join(out, link)))
      symlinkSync(join(link === 'node_modules' ? root : import.meta.dirname, link), join(out, link))
  }
  const lenient = ['--module', 'esnext', '--moduleResolution', 'bundler', '--types', 'node', '--skipLibCheck']
  run('node_modules/.bin/tsc', [
    '--noEmit',
    '--strict',
    '--target',
    'es2022',
    '--lib',
    'es2022,dom,dom.iterable',
    ...lenient,
    program,
  ])
  run('node_modules/.bin/esbuild', [
    program,
    '--bundle',
    '--platform=node',
    '--format=esm',
    `--outfile=${name}/main.mjs`,
    '--log-level=error',
  ])
  return ['node', [join(out, name, 'main.mjs')]]
}

function go(name, module) {
  cpSync(join(import.meta.dirname, 'mailbox'), join(out, 'mailbox'), { recursive: true })
  const cwd = join(out, name)
  if (!existsSync(join(cwd, 'go.mod'))) run('go', ['mod', 'init', module], { cwd })
  run('go', ['mod', 'edit', '-require', 'mailbox@v0.0.0', '-replace', 'mailbox=../mailbox'], { cwd })
  run('go', ['mod', 'tidy'], { cwd })
  run('go', ['build', '-o', join(cwd, 'program'), '.'], { cwd })
  return [join(cwd, 'program'), []]
}

function maven(name) {
  run('mvn', [
    '--quiet',
    '--batch-mode',
    '--file',
    join(name, 'pom.xml'),
    '-DskipTests',
    '-Dmaven.javadoc.skip=true',
    '-Dmaven.source.skip=true',
    'package',
    'dependency:build-classpath',
    '-Dmdep.outputFile=classpath',
  ])
}

function virtualEnvironment() {
  if (!existsSync(join(out, 'venv'))) run('python3', ['-m', 'venv', 'venv'])
  return join(out, 'venv', 'bin')
}

/** Each generator: the command that its toolchain needs, and a function that makes the program and returns its command. */
const GENERATORS = {
  'typescript-fetch': {
    needs: 'java',
    make() {
      // of 3.1 it can't handle webhooks with bodies that have a name
      openapiGenerator('typescript-fetch', 'typescript-fetch/client', olderContract)
      return typescript('typescript-fetch')
    },
  },
  'hey-api': {
    needs: 'npm',
    make() {
      // it breaks with the TypeScript that its peer range admits today
      const packages = ['@hey-api/openapi-ts@0.95.0', 'typescript@5.9.3']
      run('npm', ['install', '--silent', '--no-save', '--prefix', 'hey-api', ...packages])
      run('hey-api/node_modules/.bin/openapi-ts', ['--input', contract, '--output', 'hey-api/client'])
      return typescript('hey-api')
    },
  },
  python: {
    needs: 'java',
    make() {
      const bin = virtualEnvironment()
      openapiGenerator('python', 'python/client')
      run(join(bin, 'pip'), ['install', '--quiet', './python/client'])
      return [join(bin, 'python'), [join(out, 'python', 'main.py')]]
    },
  },
  'openapi-python-client': {
    needs: 'python3',
    make() {
      const bin = virtualEnvironment()
      run(join(bin, 'pip'), ['install', '--quiet', 'openapi-python-client==0.29.1', 'ruff==0.15.*'])
      const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` }
      const target = ['--output-path', 'openapi-python-client/client', '--overwrite', '--meta', 'setup']
      run('openapi-python-client', ['generate', '--path', contract, ...target], { env })
      run(join(bin, 'pip'), ['install', '--quiet', './openapi-python-client/client'])
      return [join(bin, 'python'), [join(out, 'openapi-python-client', 'main.py')]]
    },
  },
  java: {
    needs: 'mvn',
    make() {
      openapiGenerator('java', 'java/client')
      maven('java/client')
      const [jar] = readdirSync(join(out, 'java/client/target')).filter((name) => /^[\w.-]+\d\.jar$/.test(name))
      const dependencies = readFileSync(join(out, 'java/client/classpath'), 'utf8')
      return [
        'java',
        ['-classpath', `${join(out, 'java/client/target', jar)}:${dependencies}`, join(out, 'java/Main.java')],
      ]
    },
  },
  kotlin: {
    needs: 'mvn',
    make() {
      openapiGenerator('kotlin', 'kotlin/client')
      // its own build needs Gradle, which isn't in the registries
      cpSync(join(out, 'kotlin/Main.kt'), join(out, 'kotlin/client/src/main/kotlin/Main.kt'))
      cpSync(join(out, 'kotlin/pom.xml'), join(out, 'kotlin/client/pom.xml'))
      maven('kotlin/client')
      const dependencies = readFileSync(join(out, 'kotlin/client/classpath'), 'utf8')
      return ['java', ['-classpath', `${join(out, 'kotlin/client/target/classes')}:${dependencies}`, 'MainKt']]
    },
  },
  go: {
    needs: 'go',
    make() {
      openapiGenerator('go', 'go/client')
      const cwd = join(out, 'go')
      rmSync(join(cwd, 'client/test'), { recursive: true, force: true })
      if (!existsSync(join(cwd, 'go.mod'))) run('go', ['mod', 'init', 'program'], { cwd })
      run(
        'go',
        [
          'mod',
          'edit',
          '-require',
          'github.com/GIT_USER_ID/GIT_REPO_ID@v0.0.0',
          '-replace',
          'github.com/GIT_USER_ID/GIT_REPO_ID=./client',
        ],
        { cwd },
      )
      return go('go', 'program')
    },
  },
  ogen: {
    needs: 'go',
    make() {
      run('go', [
        'run',
        'github.com/ogen-go/ogen/cmd/ogen@v1.24.0',
        '--target',
        'ogen/api',
        '--package',
        'api',
        '--clean',
        contract,
      ])
      return go('ogen', 'program')
    },
  },
  'oapi-codegen': {
    needs: 'go',
    make() {
      // of 3.1 it leaves out the schemas that only webhooks use
      mkdirSync(join(out, 'oapi-codegen/api'), { recursive: true })
      run('go', [
        'run',
        'github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2',
        '-generate',
        'types,client',
        '-package',
        'api',
        '-o',
        'oapi-codegen/api/api.go',
        olderContract,
      ])
      return go('oapi-codegen', 'program')
    },
  },
}

/** Starts a Coffer on free ports, with data of its own. */
async function startCoffer() {
  const data = mkdtempSync(join(tmpdir(), 'coffer-generators-'))
  const settings = {
    DATA_DIR: data,
    PORT: '0',
    LOCAL_PORT: '0',
    RATE_LIMIT: '0',
    RATE_LIMIT_AUTH: '0',
    BCRYPT_ROUNDS: '4',
  }
  const env = { ...process.env, ...settings }
  const server = spawn('node', [join(root, 'dist/server.js')], { cwd: data, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let log = ''
  for await (const chunk of server.stdout) {
    log += chunk
    if (/Listening on http/.test(log)) break
  }
  const [, url] = /Listening on (http[^"]+)/.exec(log)
  const [mailbox] = /http:\/\/localhost:\d+\/mailbox/.exec(log)
  const database = new MongoClient(
    `mongodb://${encodeURIComponent(join(data, 'database.sock'))}/coffer?directConnection=true`,
  )
  const close = async () => {
    await database.close()
    server.kill()
    await once(server, 'exit')
    rmSync(data, { recursive: true })
  }
  return { url, mailbox, database: database.db(), close }
}

/** Registers an account that has a file of 3,000,000,000 bytes. */
async function createAccount({ url, mailbox, database }, email, password) {
  const post = async (path, body) => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${url}/v1/auth/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(await response.text())
    return response.json()
  }
  const { challengeId } = await post('register', { email, password, name: 'Ada' })
  let code
  while (!code) {
    const { items } = await (await fetch(`${mailbox}/messages?to=${email}`)).json()
    code = items[0] && /^\s*(\d{6})\s*$/m.exec(items[0].text)?.[1]
  }
  const { user } = await post('register/verify', { challengeId, code })
  const now = new Date()
  const _id = new ObjectId()
  await database.collection('assets').insertOne({
    _id,
    ownerId: new ObjectId(user.id),
    purpose: 'file',
    state: 'ready',
    stateAt: now,
    uploadId: _id.toString(),
    filename: 'large.pdf',
    filenameKey: 'large.pdf',
    contentType: 'application/pdf',
    resourceType: 'raw',
    visibility: 'private',
    bytes: 3_000_000_000,
    width: null,
    height: null,
    checksum: '0'.repeat(64),
    publicId: `large-${_id}`,
    secureUrl: null,
    thumbnailUrl: null,
    tags: [],
    revision: 0,
    createdAt: now,
    updatedAt: now,
  })
}

const EXPECTED = ['tags [["black","square"],["black","square"]]', 'pages 2 bytes 3000000000', '404 NOT_FOUND']

for (const width of [1, 2]) {
  const create = { width, height: 1, channels: 3, background: 'red' }
  await sharp({ create })
    .png()
    .toFile(join(pictures, `${width}.png`))
}
const coffer = await startCoffer()
const password = 'a river runs through it'
let failed = 0
for (const [name, { needs, make }] of Object.entries(GENERATORS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  if (process.env.UNLESS_PROVEN && proven[name] === fingerprintOf(name)) {
    console.log(`${name}: has passed with this contract`)
    continue
  }
  if (!isInstalled(needs)) {
    console.log(`${name}: skipped, since ${needs} is not installed`)
    continue
  }
  rmSync(join(out, name), { recursive: true, force: true })
  cpSync(join(import.meta.dirname, 'mailbox_code.py'), join(out, 'mailbox_code.py'))
  cpSync(join(import.meta.dirname, name), join(out, name), { recursive: true })
  const begun = performance.now()
  try {
    const [command, args] = make()
    const email = `${name}@example.com`
    await createAccount(coffer, email, password)
    const settings = {
      COFFER_URL: coffer.url,
      MAILBOX_URL: coffer.mailbox,
      EMAIL: email,
      PASSWORD: password,
      PICTURES: pictures,
    }
    // asynchronous: the server writes to a pipe of this process
    const program = spawn(command, args, {
      cwd: out,
      env: { ...process.env, ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines = Buffer.concat(await program.stdout.toArray())
      .toString()
      .trim()
      .split('\n')
    if (lines.join() !== EXPECTED.join()) throw new Error(lines.join('\n'))
    proven[name] = fingerprintOf(name)
    console.log(`${name}: ok, ${Math.round((performance.now() - begun) / 1000)} s`)
  } catch (error) {
    failed++
    console.log(`${name}: FAILED\n${error.message}`)
  }
}
await coffer.close()
writeFileSync(record, `${JSON.stringify(proven, null, 2)}\n`)
process.exit(failed === 0 ? 0 : 1)
