import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Environment } from '../../../plugins/config/environment.js'
import { ConfigError } from '../../../plugins/config/error.js'
import type { Variable } from '../../../plugins/config/forms.js'
import { completed, loadDatabaseSettings, loadSettings } from '../../../plugins/config/index.js'
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

/** Returns the problems of an environment, as the start lists them. */
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
    PASSKEY_ORIGINS: [],
    DOCS: true,
    PASSWORD_BREACH_CHECK: false,
    standIns: ['database', 'mailbox', 'cloudinary'],
  })
})

t.test('the brand is that of the sender, unless it has a name of its own', async (t) => {
  const brand = (environment: Record<string, string>) => {
    const { BRAND_NAME, BRAND_COLOR, BRAND_LOGO_URL, SUPPORT_EMAIL } = loadSettings({ ...KEYS, ...environment })
    return { BRAND_NAME, BRAND_COLOR, BRAND_LOGO_URL, SUPPORT_EMAIL }
  }
  const none = { BRAND_COLOR: '#0f6b5f', BRAND_LOGO_URL: undefined, SUPPORT_EMAIL: undefined }
  t.strictSame(brand({}), { BRAND_NAME: 'Coffer', ...none })
  t.strictSame(brand({ MAIL_FROM: 'mail@example.com' }), { BRAND_NAME: 'Coffer', ...none })
  t.strictSame(brand({ MAIL_FROM: 'The Vault <mail@example.com>' }), { BRAND_NAME: 'The Vault', ...none })
  t.strictSame(
    brand({
      BRAND_NAME: 'Tresor & Söhne',
      BRAND_COLOR: '#FFCC00',
      BRAND_LOGO_URL: 'https://example.com/logo.png?v=2',
      SUPPORT_EMAIL: 'hilfe@example.com',
      MAIL_FROM: 'The Vault <mail@example.com>',
    }),
    {
      BRAND_NAME: 'Tresor & Söhne',
      BRAND_COLOR: '#ffcc00',
      BRAND_LOGO_URL: 'https://example.com/logo.png?v=2',
      SUPPORT_EMAIL: 'hilfe@example.com',
    },
  )
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

t.test('one start lists everything that is wrong, and says what is right by example', async (t) => {
  const problems = problemsOf({
    ...KEYS,
    PORT: 'x',
    LOG_LEVEL: 'loud',
    DOCS: 'true',
    OTP_TTL: '5',
    UPLOAD_MAX_BYTES: '10MB',
    TRUST_PROXY: '10.0.0.0/8,proxy',
    CORS_ORIGINS: 'https://a.example.com,https://b.example.com/path,c',
    LOCAL_SERVICES: 'database,redis',
    UPLOAD_TYPES: 'image/png,png,image/jpg',
    COOKIE_SAME_SITE: 'none',
    PUBLIC_URL: 'http://api.example.com',
    SMTP_URL: 'smtp://localhost',
    GMAIL_USER: 'coffer@example.com',
    CODE_KEY: 'short',
    DATA_KEY: `${KEYS.DATA_KEY},${'ab'.repeat(20)}`,
  })
  t.strictSame(problems, [
    'PORT must be a whole number from 0 to 65535, not "x".',
    'TRUST_PROXY must be addresses or networks such as 10.0.0.0/8, not "proxy".',
    'CORS_ORIGINS must be origins such as https://app.example.com or capacitor://localhost, not "https://b.example.com/path": write https://b.example.com.',
    'CORS_ORIGINS must be origins such as https://app.example.com or capacitor://localhost, not "c".',
    'LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent, not "loud".',
    'DOCS must be on or off, not "true".',
    'LOCAL_SERVICES must be some of database, mailbox and cloudinary, not "redis".',
    'CODE_KEY must be keys such as `openssl rand -base64 32` makes: one has fewer than 32 characters.',
    'DATA_KEY must be keys such as `openssl rand -base64 32` makes: one is not random.',
    'OTP_TTL must be a duration such as 15m or 30d, not "5": the units are ms, s, m, h, d.',
    'UPLOAD_MAX_BYTES must be a size such as 10MiB, not "10MB": write 10MiB.',
    'UPLOAD_TYPES must be MIME types such as image/png, not "png".',
    'UPLOAD_TYPES must be MIME types such as image/png, not "image/jpg": write image/jpeg.',
    'SMTP_URL and GMAIL_USER are both set; set one.',
    'GMAIL_CLIENT_ID is missing (GMAIL_USER is set).',
    'GMAIL_CLIENT_SECRET is missing (GMAIL_USER is set).',
    'GMAIL_REFRESH_TOKEN is missing (GMAIL_USER is set).',
    'COOKIE_SAME_SITE=none needs an https PUBLIC_URL.',
  ])
})

t.test('a wrong value stops the start, in every mode, and its variable alone is named', async (t) => {
  for (const [name, { fallback }] of Object.entries<Variable<unknown>>(Environment)) {
    // a list of nothing is a list
    const value = fallback !== undefined && (fallback === '' || fallback.includes(',')) ? '?' : ' '
    for (const environment of [KEYS, PRODUCTION]) {
      const problems = problemsOf({ ...environment, [name]: value })
      t.equal(problems.length, 1, name)
      t.ok(problems[0]?.startsWith(`${name} must be `), String(problems[0]))
      t.notMatch(problems[0], /[\\^$]/, 'no regular expression')
    }
  }
})

t.test('an unknown NODE_ENV is none', async (t) => {
  for (const [value, hint] of [
    ['prod', ': write production'],
    ['Production', ': write production'],
    ['production ', ': write production'],
    ['dev', ': write development'],
    ['staging', ''],
  ]) {
    const text = `NODE_ENV must be development, test or production, not "${value}"${hint}.`
    t.strictSame(problemsOf({ ...KEYS, NODE_ENV: value as string }), [text])
    t.strictSame(problemsOf({ NODE_ENV: value as string }, loadDatabaseSettings), [text])
  }
  const DATA_DIR = join(newFolder(t), 'none')
  problemsOf({ NODE_ENV: 'prod', DATA_DIR })
  t.throws(() => statSync(DATA_DIR), { code: 'ENOENT' }, 'and no secret is made')
})

t.test('a value just inside its bounds is accepted, one just outside is not', async (t) => {
  const accepted: [string, string, unknown][] = [
    ['PORT', '65535', 65535],
    ['MAX_SESSIONS', '1', 1],
    ['BCRYPT_ROUNDS', '16', 16],
    ['ACCESS_TOKEN_TTL', '1000ms', 1000],
    ['REFRESH_GRACE', '0s', 0],
    ['OTP_TTL', '30m', 30 * 60_000],
    ['AUDIT_TTL', '36500d', 36500 * 86_400_000],
    ['UPLOAD_MAX_BYTES', '1B', 1],
    ['USER_QUOTA_BYTES', '0B', 0],
    ['HOST', '::1', '::1'],
    ['PUBLIC_URL', 'https://example.com/coffer/', 'https://example.com/coffer'],
    ['INVITATION_TTL', '1m', 60_000],
    ['INVITATION_TTL', '90d', 90 * 86_400_000],
    ['INVITATION_URL', 'https://app.example.com/join?from=mail', 'https://app.example.com/join?from=mail'],
    ['REGISTRATION_DOMAINS', 'Example.COM, sub.example.com', ['example.com', 'sub.example.com']],
    [
      'REGISTRATION_DOMAINS',
      'bücher.example,xn--bcher-kva.example',
      ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ],
    ['REGISTRATION', 'invite', 'invite'],
  ]
  for (const [name, value, expected] of accepted)
    t.match(loadSettings({ ...KEYS, [name]: value }), { [name]: expected })
  const refused: [string, string, string][] = [
    ['PORT', '65536', 'not "65536".'],
    ['PORT', '80.9', 'not "80.9".'],
    ['RATE_LIMIT', '1e3', 'not "1e3".'],
    ['RATE_LIMIT', '-1', 'not "-1".'],
    ['MAX_SESSIONS', '0', 'a whole number of at least 1, not "0".'],
    ['MAX_SESSIONS', '9007199254740993', 'a whole number of at least 1, not "9007199254740993".'],
    ['ACCESS_TOKEN_TTL', '999ms', 'not "999ms": at least 1s.'],
    ['OTP_TTL', '31m', 'not "31m": at most 30m.'],
    ['AUDIT_TTL', '36501d', 'not "36501d": at most 36500d.'],
    ['AUDIT_TTL', '1M', 'not "1M": the units are ms, s, m, h, d.'],
    ['UPLOAD_MAX_BYTES', '0B', 'not "0B": at least 1B.'],
    ['UPLOAD_MAX_BYTES', '20 kb', 'not "20 kb": write 20KiB.'],
    ['UPLOAD_MAX_BYTES', '2g', 'not "2g": write 2GiB.'],
    ['UPLOAD_MAX_BYTES', '10', 'not "10": the units are B, KiB, MiB, GiB.'],
    ['HOST', '[::1]', 'not "[::1]".'],
    ['PUBLIC_URL', 'https://api.example.com/?a=b', 'not "https://api.example.com/?a=b".'],
    ['PUBLIC_URL', 'https://', 'not "https://".'],
    ['INVITATION_TTL', '59s', 'not "59s": at least 1m.'],
    ['INVITATION_TTL', '91d', 'not "91d": at most 90d.'],
    ['INVITATION_URL', 'https://app.example.com/#/join', 'not "https://app.example.com/#/join".'],
    ['INVITATION_URL', 'https://user:secret@app.example.com/', 'not "https://user:secret@app.example.com/".'],
    ['INVITATION_URL', 'javascript:alert(1)', 'not "javascript:alert(1)".'],
    ['INVITATION_URL', 'https://a b', 'not "https://a b".'],
    ['REGISTRATION', 'invited', 'open, invite or closed, not "invited".'],
    ['REGISTRATION', 'clo', 'not "clo": write closed.'],
    ['REGISTRATION_DOMAINS', 'example.com,*.example.com', 'not "*.example.com": name each subdomain.'],
    ['REGISTRATION_DOMAINS', '.example.com', 'not ".example.com": name each subdomain.'],
    ['REGISTRATION_DOMAINS', 'ada@example.com', 'not "ada@example.com": write example.com.'],
    ['REGISTRATION_DOMAINS', 'localhost', 'domains such as example.com, not "localhost".'],
    ['REGISTRATION_DOMAINS', '192.0.2.7', 'not "192.0.2.7".'],
    ['REGISTRATION_DOMAINS', 'example.com.', 'not "example.com.".'],
    ['REGISTRATION_DOMAINS', 'https://example.com', 'not "https://example.com".'],
    ['PUBLIC_URL', 'api.example.com', 'a URL such as https://api.example.com, not "api.example.com".'],
  ]
  for (const [name, value, ending] of refused) {
    const [problem, ...others] = problemsOf({ ...KEYS, [name]: value })
    t.ok(problem?.startsWith(`${name} must be `) && problem.endsWith(ending), String(problem))
    t.strictSame(others, [])
  }
})

t.test('the URLs of services are told apart from those that a password breaks', async (t) => {
  const accepted = {
    MONGODB_URI: [
      'mongodb+srv://user:p%40ss%2Fword@cluster.example.net/coffer',
      'mongodb://user:secret@a.example:27017,b.example:27018/coffer?replicaSet=rs0&appName=a@b',
      'mongodb://%2Frun%2Fdatabase.sock/coffer?directConnection=true',
      'mongodb://[::1]:27017',
    ],
    REDIS_URL: ['redis://localhost', 'rediss://:secret@redis.example.com:6380/1'],
    SMTP_URL: [
      'smtp://localhost:2525',
      'smtps://user:p+ss:w$rd@mail.example.com?pool=false&name=mail.example.com',
      'smtp://user@example.com:secret@mail.example.com:587',
    ],
    CLOUDINARY_URL: ['cloudinary://123:secret@cloud?upload_prefix=http%3A%2F%2Flocalhost'],
  }
  for (const [name, urls] of Object.entries(accepted)) {
    for (const url of urls) t.match(loadSettings({ ...KEYS, [name]: url }), { [name]: url })
  }
  const encode = 'percent-encode the user and the password: / is %2F, # is %23, ? is %3F, @ is %40, % is %25.'
  const brand = 'BRAND_NAME must be a name of 1 to 60 visible characters on one line'
  const color = 'BRAND_COLOR must be a colour of six hexadecimal digits such as 1d4ed8'
  const logo = 'BRAND_LOGO_URL must be a URL such as https://example.com/logo.png'
  const refused: [string, string, string][] = [
    ['SMTP_URL', 'smtp://user:pass/word@mail.example.com:587', encode],
    ['SMTP_URL', 'smtp://user:pass#word@mail.example.com:587', encode],
    ['SMTP_URL', 'smtp://user:pass?word@mail.example.com:587', encode],
    ['SMTP_URL', 'smtp://user:ab/c=@mail.example.com:587', encode],
    ['SMTP_URL', 'smtp://user:12/34@mail.example.com', encode],
    ['SMTP_URL', 'smtp://user:100%@mail.example.com', encode],
    ['MONGODB_URI', 'mongodb://user:pass/word@a.example,b.example/coffer', encode],
    ['REDIS_URL', 'redis://:pass#word@redis.example.com', encode],
    ['MONGODB_URI', 'mongodb+srv://user:<db_password>@cluster.example.net', 'replace <db_password> by its value.'],
    ['SMTP_URL', 'mail.example.com:587', 'a URL such as smtp://user:password@host:587.'],
    ['SMTP_URL', 'https://mail.example.com', 'a URL such as smtp://user:password@host:587.'],
    ['SMTP_URL', 'smtp://mail.example.com:99999', 'a URL such as smtp://user:password@host:587.'],
    ['SMTP_URL', 'smtp://mail.example.com ', 'a URL such as smtp://user:password@host:587.'],
    ['MONGODB_URI', 'mongodb://a.example,,b.example', 'a URL such as mongodb://user:password@host/coffer?tls=true.'],
    ['REDIS_URL', 'redis://', 'a URL such as redis://user:password@host:6379.'],
    ['CLOUDINARY_URL', 'cloudinary://<key>:<secret>@cloud', 'a URL such as cloudinary://KEY:SECRET@CLOUD.'],
    ['MAIL_FROM', 'no address', 'an address such as Coffer <coffer@example.com>, not "no address".'],
    ['BRAND_NAME', 'x'.repeat(61), `${brand}, not "${'x'.repeat(61)}".`],
    ['BRAND_NAME', 'Vault\r\nBcc: eve@example.com', `${brand}, not "Vault\\r\\nBcc: eve@example.com".`],
    ['BRAND_NAME', 'Vault\u202e', `${brand}, not "Vault\u202e".`],
    ['BRAND_NAME', '--', `${brand}, not "--".`],
    ['BRAND_COLOR', '#12', `${color}, not "#12".`],
    ['BRAND_COLOR', 'red', `${color}, not "red".`],
    ['BRAND_LOGO_URL', 'http://example.com/a.png', `${logo}, not "http://example.com/a.png".`],
    ['BRAND_LOGO_URL', 'https://u:p@example.com/a.png', `${logo}, not "https://u:p@example.com/a.png".`],
    ['BRAND_LOGO_URL', `https://example.com/'x`, `${logo}, not "https://example.com/'x".`],
    ['BRAND_LOGO_URL', 'https://example.com:99999/', `${logo}, not "https://example.com:99999/".`],
    ['SUPPORT_EMAIL', 'Help <help@example.com>', 'such as help@example.com, not "Help <help@example.com>".'],
    ['MAIL_FROM', ', ,', 'an address such as Coffer <coffer@example.com>, not ", ,".'],
    ['MAIL_FROM', 'Coffer', 'an address such as Coffer <coffer@example.com>, not "Coffer".'],
    ['MAIL_FROM', 'a@b.example, c@d.example', 'not "a@b.example, c@d.example".'],
    ['GMAIL_USER', 'Ada <ada@gmail.com>', 'an address such as coffer@gmail.com, not "Ada <ada@gmail.com>".'],
  ]
  for (const [name, value, ending] of refused) {
    const [problem, ...others] = problemsOf({ ...KEYS, [name]: value })
    t.ok(problem?.startsWith(`${name} must be `) && problem.endsWith(ending), String(problem))
    t.strictSame(others, [])
    t.notMatch(problem, 'pass/word', 'a secret is not repeated')
  }
})

t.test('origins are those that browsers and web views send, literally', async (t) => {
  const origins = [
    'https://app.example.com',
    'http://localhost:5173',
    'http://127.0.0.1:8080',
    'capacitor://localhost',
    'ionic://localhost',
    'tauri://localhost',
    'app://-',
    'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    'moz-extension://0b9f6c1e-8a1d-4f0e-9d3c-2f6f1c7f1a55',
    'vscode-webview://1a2b3c',
  ]
  t.strictSame(loadSettings({ ...KEYS, CORS_ORIGINS: origins.join(', ') }).CORS_ORIGINS, origins)
  const refused: [string, string][] = [
    ['http://localhost:5173/', ': write http://localhost:5173, without the / at its end.'],
    ['capacitor://localhost/', ': write capacitor://localhost, without the / at its end.'],
    ['https://App.example.com', ': write https://app.example.com.'],
    ['CAPACITOR://localhost', ': write capacitor://localhost.'],
    ['https://app.example.com:443', ': write https://app.example.com.'],
    ['https://bücher.example', ': write https://xn--bcher-kva.example.'],
    ['*', ': there is no wildcard, name each origin.'],
    ['https://*.example.com', ': there is no wildcard, name each origin.'],
    ['null', 'not "null".'],
    ['file://', 'not "file://".'],
    ['localhost:5173', 'not "localhost:5173".'],
    ['https://user@app.example.com', 'not "https://user@app.example.com".'],
  ]
  for (const [origin, ending] of refused) {
    const [problem, ...others] = problemsOf({ ...KEYS, CORS_ORIGINS: origin })
    t.ok(problem?.startsWith('CORS_ORIGINS must be ') && problem.endsWith(ending), String(problem))
    t.strictSame(others, [])
  }
})

t.test('proxies are named by their addresses, not counted', async (t) => {
  const proxies = ['127.0.0.1', '::1', '10.0.0.0/8', 'fd00::/8']
  t.strictSame(loadSettings({ ...KEYS, TRUST_PROXY: proxies.join() }).TRUST_PROXY, proxies)
  t.strictSame(problemsOf({ ...KEYS, TRUST_PROXY: '1' }), [
    'TRUST_PROXY must be addresses or networks such as 10.0.0.0/8, not "1": a number of proxies is not supported, write their addresses.',
  ])
  for (const value of ['true', '10.0', '10.0.0.0/33', '10.0.0.0/', '1/8', 'proxy.example.com']) {
    t.strictSame(problemsOf({ ...KEYS, TRUST_PROXY: value }), [
      `TRUST_PROXY must be addresses or networks such as 10.0.0.0/8, not "${value}".`,
    ])
  }
})

t.test('what may be meant but hardly is gives a warning', async (t) => {
  const warnings = (environment: Record<string, string>) => loadSettings({ ...KEYS, ...environment }).warnings
  t.strictSame(warnings({}), [])
  t.strictSame(warnings({ ACCESS_TOKEN_TTL: '40d' }), [
    'ACCESS_TOKEN_TTL=40d exceeds REFRESH_TOKEN_TTL=30d: access tokens end with their session.',
    'ACCESS_TOKEN_TTL=40d exceeds REFRESH_IDLE_TTL=7d: a session may end before its client refreshes it.',
  ])
  t.strictSame(warnings({ REFRESH_IDLE_TTL: '90d' }), [
    'REFRESH_IDLE_TTL=90d exceeds REFRESH_TOKEN_TTL=30d: no session lives long enough to end by disuse.',
  ])
  t.strictSame(warnings({ OTP_RESEND_COOLDOWN: '10m' }), [
    'OTP_RESEND_COOLDOWN=10m exceeds OTP_TTL=5m: a code expires before another one can be sent.',
  ])
  t.strictSame(warnings({ UPLOAD_MAX_BYTES: '100MiB', USER_QUOTA_BYTES: '50MiB' }), [
    'UPLOAD_MAX_BYTES=100MiB exceeds USER_QUOTA_BYTES=50MiB: the quota refuses the largest files.',
    'UPLOAD_MAX_BYTES=100MiB exceeds 100 MB: Cloudinary refuses larger files.',
  ])
})

t.test('production starts with nothing missing, and with nothing that is meant for trials', async (t) => {
  const settings = loadSettings(PRODUCTION)
  t.match(settings, { HOST: '0.0.0.0', PUBLIC_URL: 'https://api.example.com', standIns: [] })
  const make = 'make one with `openssl rand -base64 32`, or all with `deploy/make-secrets`.'
  const uri = 'MONGODB_URI is missing: a URL such as mongodb://user:password@host/coffer?tls=true.'
  t.strictSame(problemsOf({ NODE_ENV: 'production' }), [
    `JWT_SECRET is missing: ${make}`,
    `CODE_KEY is missing: ${make}`,
    `DATA_KEY is missing: ${make}`,
    `PASSWORD_PEPPER is missing: ${make}`,
    uri,
    'SMTP_URL or GMAIL_USER is missing: a URL such as smtp://user:password@host:587.',
    'CLOUDINARY_URL is missing: a URL such as cloudinary://KEY:SECRET@CLOUD.',
    'PUBLIC_URL is missing: a URL such as https://api.example.com.',
    'MAIL_FROM is missing: an address such as Coffer <coffer@example.com>.',
  ])
  const refused: [Record<string, string>, RegExp][] = [
    [{ PUBLIC_URL: 'http://api.example.com' }, /^PUBLIC_URL must be https/],
    [{ BCRYPT_ROUNDS: '9' }, /^BCRYPT_ROUNDS must be at least 10/],
    [{ MONGODB_URI: 'mongodb://db.example.com' }, /^MONGODB_URI must say tls=true/],
    [{ INVITATION_URL: 'http://app.example.com/join' }, /^INVITATION_URL must be https/],
    [{ CLOUDINARY_URL: 'https://cloudinary.com' }, /^CLOUDINARY_URL must be a URL such as cloudinary:/],
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
  t.strictSame(problemsOf({ ...others, LOCAL_SERVICES: 'mailbox' }), [uri])
})

t.test('a command that only looks after the database needs nothing but its address', async (t) => {
  const { MONGODB_URI } = PRODUCTION
  const file = join(newFolder(t), 'uri')
  writeFileSync(file, `${MONGODB_URI}\n`)
  const nobodys = { NODE_ENV: 'production', DATA_KEY_FILE: '/nowhere', PORT: 'x' }
  t.match(loadDatabaseSettings({ ...nobodys, MONGODB_URI_FILE: file }), { MONGODB_URI })
  t.match(loadDatabaseSettings({}), { DATA_DIR: '.coffer', LOCAL_PORT: 3001 })
  t.match(loadDatabaseSettings({ NODE_ENV: 'production', LOCAL_SERVICES: 'database' }), { DATA_DIR: '.coffer' })
  const production = (uri: string) => problemsOf({ NODE_ENV: 'production', MONGODB_URI: uri }, loadDatabaseSettings)
  t.match(production(''), [/^MONGODB_URI is missing/])
  t.match(production('db'), [/^MONGODB_URI must be a URL such as mongodb:/])
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
    /^JWT_PRIVATE_KEY must be .*: one is neither Ed25519 nor P-256\.$/,
    /^JWT_PRIVATE_KEY must be .*: one is neither Ed25519 nor P-256\.$/,
    /^JWT_PRIVATE_KEY must be .*: one is not in PEM\.$/,
  ])
})

t.test('a value can be in a file, and an empty one counts as none', async (t) => {
  const folder = newFolder(t)
  const file = join(folder, 'secret')
  writeFileSync(file, `${KEYS.CODE_KEY}\n`)
  const { CODE_KEY, ...others } = KEYS
  t.strictSame(loadSettings({ ...others, CODE_KEY_FILE: file, SMTP_URL: '' }).CODE_KEY, [CODE_KEY])
  writeFileSync(join(folder, 'empty'), '\n')
  t.equal(loadSettings({ ...KEYS, METRICS_TOKEN_FILE: join(folder, 'empty') }).METRICS_TOKEN, undefined)
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

  writeFileSync(
    '.env',
    'SMTP_URI=smtp://localhost\nUPLOAD_MAX_BYTE=1MiB\nDATA_KEY_FILES=x\nDOMAIN=example.com\nTZ=UTC\nNODE_OPTIONS=\n',
  )
  t.strictSame(
    loadSettings().warnings.sort(),
    [
      '.env sets DATA_KEY_FILES, which Coffer does not read: is DATA_KEY_FILE meant?',
      '.env sets DOMAIN, which Coffer does not read.',
      '.env sets SMTP_URI, which Coffer does not read: is SMTP_URL meant?',
      '.env sets UPLOAD_MAX_BYTE, which Coffer does not read: is UPLOAD_MAX_BYTES meant?',
    ],
    'a name that no variable has',
  )
  t.equal(loadDatabaseSettings().DATA_DIR, '.')

  process.chdir(newFolder(t))
  mkdirSync('.env')
  t.throws(() => loadSettings(), 'one that cannot be read is not passed over')
})

t.test('origins of native apps are those of Android apps, or pages on the site of the API', async (t) => {
  const android = `android:apk-key-hash:${'aB_-'.repeat(10)}abc`
  const PUBLIC_URL = 'https://api.example.com'
  const right = { ...KEYS, PUBLIC_URL, PASSKEY_ORIGINS: `${android},https://example.com` }
  t.strictSame(loadSettings(right).PASSKEY_ORIGINS, [android, 'https://example.com'])
  for (const origin of [
    `${android}a`,
    'android:apk-key-hash:short',
    'http://example.com',
    'https://example.com/path',
  ]) {
    const [problem, ...others] = problemsOf({ ...KEYS, PUBLIC_URL, PASSKEY_ORIGINS: origin })
    t.match(problem, /^PASSKEY_ORIGINS must be origins such as android:apk-key-hash:… or https:\/\/example.com, not /)
    t.strictSame(others, [])
  }
  t.strictSame(problemsOf({ ...KEYS, PUBLIC_URL, PASSKEY_ORIGINS: 'https://example.org' }), [
    'PASSKEY_ORIGINS names https://example.org, which is not on example.com, the domain of the passkeys.',
  ])
})
