import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ConfigError, completed, loadDatabaseSettings, loadSettings } from '../../../plugins/config/index.js'
import { newFolder } from '../../support/process.js'

const KEYS = Object.fromEntries(
  ['JWT_SECRET', 'CODE_KEY', 'DATA_KEY', 'PASSWORD_PEPPER'].map((name) => [name, `${name} abcdefghijklmnopqrstuvwxyz`]),
)
const PRODUCTION = {
  ...KEYS,
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://api.example.com/',
  MONGODB_URI: 'mongodb+srv://user:secret@db.example.com/coffer',
  SMTP_URL: 'smtps://mail.example.com',
  MAIL_FROM: 'coffer@example.com',
  CLOUDINARY_URL: 'cloudinary://key:secret@cloud',
}

/** What is wrong with an environment, as the start lists it. */
function problemsOf(environment: Record<string, string>, load: (env: NodeJS.ProcessEnv) => unknown = loadSettings) {
  try {
    load(environment)
    return [] as string[]
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

const pem = (type: 'ed25519' | 'ec' | 'rsa', namedCurve = 'P-256') =>
  (type === 'ed25519'
    ? generateKeyPairSync('ed25519')
    : type === 'ec'
      ? generateKeyPairSync('ec', { namedCurve })
      : generateKeyPairSync('rsa', { modulusLength: 2048 })
  ).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

t.test('nothing needs to be set outside production', async (t) => {
  const DATA_DIR = newFolder(t)
  t.match(loadSettings({ DATA_DIR }), {
    HOST: '127.0.0.1',
    PORT: 3000,
    PUBLIC_URL: 'http://localhost:3000',
    JWT_ISSUER: 'http://localhost:3000',
    MAIL_FROM: 'Coffer <coffer@localhost>',
    ACCESS_TOKEN_TTL: 15 * 60_000,
    REFRESH_TOKEN_TTL: 30 * 24 * 3_600_000,
    UPLOAD_MAX_BYTES: 10 * 2 ** 20,
    UPLOAD_TYPES: ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'application/pdf'],
    CORS_ORIGINS: [],
    DOCS: true,
    PASSWORD_BREACH_CHECK: false,
    standIns: ['database', 'mailbox', 'cloudinary'],
  })
})

t.test('secrets are made once, for the owner alone', async (t) => {
  const DATA_DIR = join(newFolder(t), 'new')
  const first = loadSettings({ DATA_DIR })
  const file = join(DATA_DIR, 'secrets.json')
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.equal(statSync(DATA_DIR).mode & 0o777, 0o700)
  const secrets = Object.values(JSON.parse(readFileSync(file, 'utf8'))) as string[]
  t.equal(new Set(secrets).size, 4)
  const again = loadSettings({ DATA_DIR })
  t.strictSame([again.JWT_SECRET, again.DATA_KEY], [first.JWT_SECRET, first.DATA_KEY])

  const unused = join(newFolder(t), 'unused')
  loadSettings({ ...KEYS, DATA_DIR: unused })
  t.throws(() => statSync(unused), { code: 'ENOENT' }, 'keys that are given leave nothing to be made')
  writeFileSync(join(DATA_DIR, 'file'), '')
  t.match(problemsOf({ DATA_DIR: join(DATA_DIR, 'file') }), [/^DATA_DIR=.* can't be used for the secrets/])
  mkdirSync(join(DATA_DIR, 'taken', 'secrets.json'), { recursive: true })
  t.match(problemsOf({ DATA_DIR: join(DATA_DIR, 'taken') }), [/^DATA_DIR=.* can't be used for the secrets/])
})

t.test('one start lists everything that is wrong', async (t) => {
  const problems = problemsOf({
    ...KEYS,
    PORT: 'x',
    LOG_LEVEL: 'loud',
    OTP_TTL: '5',
    UPLOAD_MAX_BYTES: '10MB',
    TRUST_PROXY: '10.0.0.0/8,proxy',
    CORS_ORIGINS: 'https://a.example.com,https://b.example.com/path,c',
    LOCAL_SERVICES: 'database,redis',
    UPLOAD_TYPES: 'image/png,png',
    COOKIE_SAME_SITE: 'none',
    PUBLIC_URL: 'http://api.example.com',
    SMTP_URL: 'smtp://localhost',
    GMAIL_USER: 'coffer@example.com',
    CODE_KEY: 'short',
    DATA_KEY: `${KEYS.DATA_KEY},${'ab'.repeat(20)}`,
  })
  t.match(problems, [
    /^PORT is not accepted \(Expected integer\)/,
    /^LOG_LEVEL is not accepted \(fatal, error, warn, info, debug, trace, silent\)/,
    /^OTP_TTL is not accepted/,
    /^UPLOAD_MAX_BYTES is not accepted/,
    /^TRUST_PROXY: proxy is no CIDR/,
    /^CORS_ORIGINS: https:\/\/b\.example\.com\/path is no origin/,
    /^CORS_ORIGINS: c is no origin/,
    /^LOCAL_SERVICES: redis is none of/,
    /^UPLOAD_TYPES: png is no MIME type/,
    /^SMTP_URL and GMAIL_USER are both set/,
    /^GMAIL_CLIENT_ID is missing/,
    /^GMAIL_CLIENT_SECRET is missing/,
    /^GMAIL_REFRESH_TOKEN is missing/,
    /^COOKIE_SAME_SITE=none needs an https PUBLIC_URL/,
    /^CODE_KEY holds a key of fewer than 32 characters/,
    /^DATA_KEY holds a key that is no random one/,
  ])
  t.equal(problems.length, 16)
})

t.test('production starts with nothing missing, and with nothing that is meant for trials', async (t) => {
  const settings = loadSettings(PRODUCTION)
  t.match(settings, { HOST: '0.0.0.0', PUBLIC_URL: 'https://api.example.com', standIns: [] })
  t.strictSame(problemsOf({ NODE_ENV: 'production' }), [
    'JWT_SECRET is missing.',
    'CODE_KEY is missing.',
    'DATA_KEY is missing.',
    'PASSWORD_PEPPER is missing.',
    'MONGODB_URI is missing.',
    'SMTP_URL or GMAIL_USER is missing.',
    'CLOUDINARY_URL is missing.',
    'PUBLIC_URL is missing.',
    'MAIL_FROM is missing.',
  ])
  const refused: [Record<string, string>, RegExp][] = [
    [{ PUBLIC_URL: 'http://api.example.com' }, /^PUBLIC_URL must be https/],
    [{ BCRYPT_ROUNDS: '9' }, /^BCRYPT_ROUNDS must be at least 10/],
    [{ MONGODB_URI: 'mongodb://db.example.com' }, /^MONGODB_URI must say tls=true/],
    [{ CLOUDINARY_URL: 'https://cloudinary.com' }, /^CLOUDINARY_URL is not accepted/],
  ]
  for (const [change, message] of refused) {
    const problems = problemsOf({ ...PRODUCTION, ...change })
    t.equal(problems.length, 1)
    t.match(problems[0], message)
  }
  t.strictSame(problemsOf({ ...PRODUCTION, MONGODB_URI: 'mongodb://db.example.com/?tls=true' }), [])
  t.strictSame(problemsOf({ ...PRODUCTION, PUBLIC_URL: 'http://localhost:3000' }), [])
  const { MONGODB_URI, ...others } = PRODUCTION
  t.equal(settings.makesIndexes, false)
  t.match(loadSettings({ ...others, LOCAL_SERVICES: 'database' }), { standIns: ['database'], makesIndexes: true })
  t.strictSame(problemsOf({ ...others, LOCAL_SERVICES: 'mailbox' }), ['MONGODB_URI is missing.'])
})

t.test('who only looks after the database needs nothing but its address', async (t) => {
  const { MONGODB_URI } = PRODUCTION
  const file = join(newFolder(t), 'uri')
  writeFileSync(file, `${MONGODB_URI}\n`)
  const nobodys = { NODE_ENV: 'production', DATA_KEY_FILE: '/nowhere', PORT: 'x' }
  t.match(loadDatabaseSettings({ ...nobodys, MONGODB_URI_FILE: file }), { MONGODB_URI })
  t.match(loadDatabaseSettings({}), { DATA_DIR: '.coffer', LOCAL_PORT: 3001 })
  t.match(loadDatabaseSettings({ NODE_ENV: 'production', LOCAL_SERVICES: 'database' }), { DATA_DIR: '.coffer' })
  const production = (uri: string) => problemsOf({ NODE_ENV: 'production', MONGODB_URI: uri }, loadDatabaseSettings)
  t.strictSame(production(''), ['MONGODB_URI is missing.'])
  t.match(production('db'), [/^MONGODB_URI is not accepted/])
  t.match(production('mongodb://db'), [/^MONGODB_URI must say tls=/])
})

t.test('mail goes out by SMTP or by Gmail', async (t) => {
  const gmail = {
    GMAIL_USER: 'coffer@example.com',
    GMAIL_CLIENT_ID: 'id',
    GMAIL_CLIENT_SECRET: 'secret',
    GMAIL_REFRESH_TOKEN: 'token',
  }
  t.match(loadSettings({ ...KEYS, ...gmail }), {
    MAIL_FROM: 'coffer@example.com',
    standIns: ['database', 'cloudinary'],
  })
  const { SMTP_URL, MAIL_FROM, ...others } = PRODUCTION
  t.strictSame(problemsOf({ ...others, ...gmail }), [])
})

t.test('an app is built when every service that it needs has an address', async (t) => {
  const MONGODB_URI = 'mongodb://localhost:27017/coffer'
  const SMTP_URL = 'smtp://localhost:2525'
  const CLOUDINARY_URL = 'cloudinary://key:secret@cloud'
  const settings = loadSettings(KEYS)
  t.match(completed(settings, { MONGODB_URI, SMTP_URL, CLOUDINARY_URL }), {
    ...settings,
    MONGODB_URI,
    SMTP_URL,
    CLOUDINARY_URL,
  })
  const { MONGODB_URI: ours } = completed(loadSettings({ ...KEYS, MONGODB_URI, SMTP_URL, CLOUDINARY_URL }))
  t.equal(ours, MONGODB_URI, 'the environment may name all of them')
  t.equal(completed(settings, { MONGODB_URI }, ['database']).CLOUDINARY_URL, '', 'a command may need no files')
  const missing = (addresses: object) => problemsOf({ ...KEYS }, (env) => completed(loadSettings(env), addresses))
  t.strictSame(missing({}), [
    'MONGODB_URI is missing.',
    'SMTP_URL or GMAIL_USER is missing.',
    'CLOUDINARY_URL is missing.',
  ])
  t.strictSame(missing({ MONGODB_URI, SMTP_URL }), ['CLOUDINARY_URL is missing.'])
})

t.test('access tokens are signed by a key pair where there is one', async (t) => {
  const { JWT_SECRET, ...others } = KEYS
  const settings = loadSettings({
    ...others,
    JWT_PRIVATE_KEY: `${pem('ed25519')},${pem('ec').replaceAll('\n', '\\n')}`,
  })
  t.equal(settings.JWT_PRIVATE_KEY.length, 2)
  t.strictSame(settings.JWT_SECRET, [])
  t.match(problemsOf({ ...others, JWT_PRIVATE_KEY: `${pem('rsa')},${pem('ec', 'P-384')},none` }), [
    /neither Ed25519 nor P-256/,
    /neither Ed25519 nor P-256/,
    /not in PEM/,
  ])
})

t.test('a value can be in a file, and an empty one counts as none', async (t) => {
  const folder = newFolder(t)
  const file = join(folder, 'secret')
  writeFileSync(file, `${KEYS.CODE_KEY}\n`)
  const { CODE_KEY, ...others } = KEYS
  t.strictSame(loadSettings({ ...others, CODE_KEY_FILE: file, SMTP_URL: '' }).CODE_KEY, [CODE_KEY])
  t.match(problemsOf({ ...KEYS, CODE_KEY_FILE: file }), [/^CODE_KEY and CODE_KEY_FILE are both set/])
  t.match(problemsOf({ ...others, CODE_KEY_FILE: join(folder, 'none'), DATA_DIR: folder }), [
    /^CODE_KEY_FILE=.*none can't be read \(ENOENT\)/,
  ])
})

t.test('keys are lists, the newest first', async (t) => {
  const older = `older ${KEYS.DATA_KEY}`
  t.strictSame(loadSettings({ ...KEYS, DATA_KEY: `${KEYS.DATA_KEY}, ${older}` }).DATA_KEY, [KEYS.DATA_KEY, older])
})

t.test('.env in the working directory is read, what the environment says wins', async (t) => {
  const before = { cwd: process.cwd(), env: { ...process.env } }
  t.teardown(() => {
    process.chdir(before.cwd)
    process.env = before.env
  })
  process.chdir(newFolder(t))
  process.env.DATA_DIR = '.'
  process.env.JWT_AUDIENCE = 'environment'
  t.equal(loadSettings().ACCESS_TOKEN_TTL, 15 * 60_000, 'there need be none')
  writeFileSync('.env', 'ACCESS_TOKEN_TTL=1m\nJWT_AUDIENCE=file\n')
  t.match(loadSettings(), { ACCESS_TOKEN_TTL: 60_000, JWT_AUDIENCE: 'environment' })

  process.chdir(newFolder(t))
  mkdirSync('.env')
  t.throws(() => loadSettings(), 'one that cannot be read is not passed over')
})
