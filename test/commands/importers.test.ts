import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { type ImportOptions, importAccounts } from '../../commands/import-accounts.js'
import { bcryptHash, phcHash } from '../../commands/importers/account.js'
import { auth0 } from '../../commands/importers/auth0.js'
import { parseParameters } from '../../commands/importers/firebase.js'
import { keycloak } from '../../commands/importers/keycloak.js'
import { sourceOf } from '../../commands/importers/sources.js'
import { supabase } from '../../commands/importers/supabase.js'
import { derivationOf, MAX_PROFILES } from '../../plugins/auth/imported-hashes.js'
import { loginAs } from '../support/admin.js'
import { build, login, post, type TestApp } from '../support/app.js'
import { authenticator, beginLogin } from '../support/factors.js'
import { PLAN, schemaFile } from '../support/metadata.js'
import { newFolder, openDatabase, run } from '../support/process.js'

t.setTimeout(300_000)

const EXPORTS = 'test/commands/exports'
const HASH_CONFIG = join(EXPORTS, 'firebase-hash-config.txt')

/** An export of each system, by its file. */
const FILES = {
  auth0: join(EXPORTS, 'auth0.ndjson'),
  firebase: join(EXPORTS, 'firebase.json'),
  supabase: join(EXPORTS, 'supabase.csv'),
  keycloak: join(EXPORTS, 'keycloak.json'),
}

/** Imports an export of a system and returns the outcome, with what is told of its rows. */
async function importFrom(
  test: TestApp,
  system: keyof typeof FILES,
  { file = FILES[system], ...options }: ImportOptions & { file?: string } = {},
) {
  const refused: [number, string][] = []
  const notes: [number, string][] = []
  const outcome = await importAccounts(test.app, file, {
    source: sourceOf(system, test.config, { file, hashConfig: HASH_CONFIG }),
    ...options,
    onRefused: (...told) => refused.push(told),
    onNote: (...told) => notes.push(told),
  })
  return { outcome, refused, notes }
}

const find = ({ app }: TestApp, email: string) => app.db.User.findOne({ email }).lean()

/** Signs in with the password of the other system, whose hash is then replaced. */
async function signIn(t: Test, test: TestApp, email: string, password: string) {
  const before = await find(test, email)
  t.equal((await post(test.app, '/v1/auth/login', { email, password: `${password}?` })).statusCode, 401, email)
  t.same((await find(test, email))?.password, before?.password, 'a wrong password replaces nothing')
  // the subject by which the helper finds the code is English
  await test.app.db.User.updateOne({ email }, { $unset: { locale: 1 } })
  await login(test, { email, password })
  t.match((await find(test, email))?.password, { scheme: 'bcrypt-hmac-sha384', cost: 4 }, email)
  t.equal((await find(test, email))?.password.profile, undefined)
}

t.test('an export of Auth0', async (t) => {
  const test = await build(t)
  const { outcome, refused, notes } = await importFrom(test, 'auth0')
  t.match(outcome, { imported: 8, withoutPassword: 3, existing: 0, refused: 2 })
  t.strictSame(refused, [
    [9, 'has an e-mail address that is not verified (--include-unverified)'],
    [10, 'has no e-mail address'],
  ])
  t.strictSame(notes, [
    [7, 'is imported without a password: custom_password_hash is not a hash in UTF-8 with its own salt'],
    [8, 'is imported without a password: custom_password_hash has the algorithm sha512'],
  ])
  t.match(await find(test, 'own@auth0.example'), { name: 'own', externalId: 'auth0:auth0|60425dc43519d90068f82973' })
  t.match(await find(test, 'bcrypt@auth0.example'), {
    name: 'bcrypt@auth0.example',
    locale: 'de',
    createdAt: new Date('2021-03-05T16:34:31.000Z'),
    status: 'active',
  })
  t.match(await find(test, 'argon@auth0.example'), { name: 'Ada Lovelace', status: 'suspended' })
  t.match(await find(test, 'pbkdf2@auth0.example'), { name: 'pete' })
  await signIn(t, test, 'own@auth0.example', 'auth0 own')
  await signIn(t, test, 'bcrypt@auth0.example', 'auth0 bcrypt')
  await signIn(t, test, 'pbkdf2@auth0.example', 'auth0 pbkdf2')
  await signIn(t, test, 'custom@auth0.example', 'auth0 custom')
  const suspended = { email: 'argon@auth0.example', password: 'auth0 argon' }
  t.equal((await post(test.app, '/v1/auth/login', suspended)).statusCode, 401)
  await test.app.db.User.updateOne({ email: suspended.email }, { $set: { status: 'active' } })
  await signIn(t, test, suspended.email, suspended.password)
  t.equal((await find(test, 'social@auth0.example'))?.password.hash, undefined)
  for (const email of ['social@auth0.example', 'unknown@auth0.example']) {
    t.equal((await post(test.app, '/v1/auth/login', { email, password: 'anything at all' })).statusCode, 401)
  }
})

t.test('an export of Firebase, whose hashes are those that Firebase publishes', async (t) => {
  const test = await build(t)
  const { outcome, refused, notes } = await importFrom(test, 'firebase')
  t.match(outcome, { imported: 4, withoutPassword: 2, refused: 2 })
  t.strictSame(
    refused.map(([, reason]) => reason),
    ['has an e-mail address that is not verified (--include-unverified)', 'has no e-mail address'],
  )
  t.match(notes, [[/\d/, 'is imported without a password: the hash is not of the kind that the parameters describe']])
  const line = readFileSync(FILES.firebase, 'utf8')
    .split('\n')
    .findIndex((text) => text.includes('other-firebase'))
  t.equal(notes[0]?.[0], line, 'told by the line in which it begins')
  t.match(await find(test, 'ada@firebase.example'), {
    name: 'Ada "Queen" {Lovelace}]',
    externalId: 'firebase:ada-firebase',
    createdAt: new Date(1614961744000),
    password: { profile: 'firebase-scrypt:ln=14,r=8,l=64' },
  })
  t.notMatch(JSON.stringify(await test.app.db.User.find().lean()), 'jxspr8Ki', 'the signer key is not stored')
  await signIn(t, test, 'ada@firebase.example', 'user1password')
  t.match(await find(test, 'bob@firebase.example'), { status: 'suspended', name: 'bob' })
  await test.app.db.User.updateOne({ email: 'bob@firebase.example' }, { $set: { status: 'active' } })
  await signIn(t, test, 'bob@firebase.example', 'user1password')
})

t.test('the parameters of Firebase are read from the text of its console and from JSON', async (t) => {
  const { signerKey, saltSeparator, rounds, memoryCost } = parseParameters(readFileSync(HASH_CONFIG, 'utf8'))
  t.match({ rounds, memoryCost }, { rounds: 8, memoryCost: 14 })
  const json = {
    algorithm: 'SCRYPT',
    base64_signer_key: signerKey.toString('base64url'),
    base64_salt_separator: saltSeparator.toString('base64'),
    rounds: 8,
    mem_cost: '14',
  }
  t.strictSame(parseParameters(JSON.stringify(json)), { signerKey, saltSeparator, rounds, memoryCost })
  t.throws(() => parseParameters('{}'), { message: 'The hash parameters have no algorithm.' })
  t.throws(() => parseParameters('algorithm: SCRYPT'), { message: 'The hash parameters have no base64_signer_key.' })
  t.throws(() => parseParameters('algorithm: BCRYPT'), {
    message: 'The hash parameters have the algorithm BCRYPT, not SCRYPT.',
  })
})

t.test('rows of Supabase, in CSV and in JSON', async (t) => {
  const test = await build(t)
  const { outcome, refused } = await importFrom(test, 'supabase')
  t.match(outcome, { imported: 4, withoutPassword: 1, refused: 1 })
  t.strictSame(refused, [[5, 'is deleted']])
  t.match(await find(test, 'ada@supabase.example'), {
    name: 'Ada Lovelace, Countess',
    locale: 'fr',
    externalId: 'supabase:11111111-1111-4111-8111-111111111111',
    createdAt: new Date('2023-04-05T10:11:12.123Z'),
  })
  t.match(await find(test, 'banned@supabase.example'), { status: 'suspended' })
  t.match(await find(test, 'social@supabase.example'), { status: 'active', name: 'Line\nBreak' })
  await signIn(t, test, 'ada@supabase.example', 'supabase ada')
  await signIn(t, test, 'argon@supabase.example', 'auth0 argon')

  const file = join(EXPORTS, 'supabase.json')
  t.match((await importFrom(test, 'supabase', { file })).outcome, { imported: 3, refused: 0 })
  await signIn(t, test, 'ada@json.supabase.example', 'supabase ada')
  t.match(await find(test, 'banned@json.supabase.example'), { status: 'suspended' })
})

t.test('an export of a realm of Keycloak', async (t) => {
  const test = await build(t)
  const { outcome, refused, notes } = await importFrom(test, 'keycloak')
  t.match(outcome, { imported: 9, withoutPassword: 5, refused: 3 })
  t.strictSame(
    refused.map(([, reason]) => reason),
    [
      'has an e-mail address that is not verified (--include-unverified)',
      'has no e-mail address',
      'is the service account of a client',
    ],
  )
  t.match(
    notes.map(([, reason]) => reason),
    [
      /^is imported without a second factor: the secret is shorter than 128 bits$/,
      /the database has 4 other kinds of imported hashes already \(pbkdf2-sha256:i=1001,l=64\)$/,
      /the hash is of an unknown kind or costs too much \(pbkdf2-sha256:i=9000000,l=64\)$/,
      /the hash is of an unknown kind \(scrypt\)$/,
      /the credential has no hash and salt$/,
    ],
  )
  t.match(await find(test, 'sha256@keycloak.example'), {
    name: 'Ada Lovelace',
    locale: 'it',
    externalId: 'keycloak:kc-sha256',
    createdAt: new Date(1614961744000),
  })
  t.match(await find(test, 'sha512@keycloak.example'), { status: 'suspended' })
  await test.app.db.User.updateOne({ email: 'sha512@keycloak.example' }, { $set: { status: 'active' } })
  t.match(await find(test, 'sha1@keycloak.example'), { name: 'sha1' })
  for (const kind of ['sha256', 'sha512', 'sha1', 'argon2']) {
    await signIn(t, test, `${kind}@keycloak.example`, `keycloak ${kind}`)
  }
})

const [KEYCLOAK_USER] = JSON.parse(readFileSync(join(EXPORTS, 'keycloak.json'), 'utf8')).users
const SECRET = 'aB3dE6gH9jK2mN5pQ8sT'

/** A credential as Keycloak writes it: JSON as text. */
const otp = (credential: object = {}, secret: object = { value: SECRET }) => ({
  id: 'o',
  type: 'otp',
  userLabel: 'My phone',
  createdDate: 1614961744000,
  secretData: JSON.stringify(secret),
  credentialData: JSON.stringify({
    subType: 'totp',
    digits: 6,
    counter: 0,
    period: 30,
    algorithm: 'HmacSHA1',
    ...credential,
  }),
})

/** Writes users of Keycloak with a password and other credentials, by the beginning of their addresses. */
function writeKeycloak(t: Test, users: Record<string, object[]>, others: object = {}) {
  const password = KEYCLOAK_USER.credentials.find(({ type }: { type: string }) => type === 'password')
  const file = join(newFolder(t), 'realm.json')
  const rows = Object.entries(users).map(([name, credentials]) => ({
    ...KEYCLOAK_USER,
    id: name,
    email: `${name}@keycloak.example`,
    credentials: [password, ...credentials],
    ...others,
  }))
  writeFileSync(file, JSON.stringify({ users: rows }))
  return file
}

t.test('an authenticator app of Keycloak signs in here, with its name and time', async (t) => {
  const test = await build(t)
  // RFC 4648 of the text that Keycloak stores
  const base32 = 'MFBDGZCFGZTUQOLKJMZG2TRVOBITQ42U'
  const file = writeKeycloak(t, {
    text: [otp()],
    base32: [{ ...otp({ secretEncoding: 'BASE32' }, { value: base32 }), userLabel: '', createdDate: null }],
  })
  const { outcome, notes } = await importFrom(test, 'keycloak', { file })
  t.match(outcome, { imported: 2, withoutPassword: 0 })
  t.strictSame(notes, [])
  const [named] = (await find(test, 'text@keycloak.example'))?.factors ?? []
  t.match(named, { type: 'totp', name: 'My phone', createdAt: new Date(1614961744000), lastUsedAt: null })
  const [unnamed] = (await find(test, 'base32@keycloak.example'))?.factors ?? []
  t.match(unnamed, { name: 'Authenticator app' })
  t.ok((unnamed?.createdAt as Date) > new Date(1614961744000))
  t.notMatch(JSON.stringify(await test.app.db.User.find().lean()), SECRET, 'the secret is encrypted')

  const codeOf = authenticator(test, base32)
  for (const name of ['text', 'base32']) {
    const account = { email: `${name}@keycloak.example`, password: 'keycloak sha256' }
    const { challengeId, methods } = await beginLogin(test, account)
    t.strictSame(methods, ['totp'])
    const answer = { challengeId, method: 'totp', code: codeOf(), delivery: 'body' }
    t.equal((await post(test.app, '/v1/auth/login/verify', answer)).statusCode, 200, name)
  }
})

t.test('a second factor that cannot be used here is told, and the account is imported without it', async (t) => {
  const test = await build(t)
  const kinds: [object, string][] = [
    [otp({ subType: 'hotp', period: 0 }), 'the codes are of another kind than totp,HmacSHA1,6,30 (hotp,HmacSHA1,6,0)'],
    [otp({ algorithm: 'HmacSHA256' }), 'the codes are of another kind than totp,HmacSHA1,6,30 (totp,HmacSHA256,6,30)'],
    [otp({ digits: 8 }), 'the codes are of another kind than totp,HmacSHA1,6,30 (totp,HmacSHA1,8,30)'],
    [otp({ period: 60 }), 'the codes are of another kind than totp,HmacSHA1,6,30 (totp,HmacSHA1,6,60)'],
    [otp({}, {}), 'the secret is missing or in an unknown form'],
    [otp({ secretEncoding: 'HEX' }), 'the secret is missing or in an unknown form'],
    [otp({ secretEncoding: 'BASE32' }, { value: '0189' }), 'the secret is missing or in an unknown form'],
    [otp({ secretEncoding: 'BASE32' }, { value: 'MFRA' }), 'the secret is shorter than 128 bits'],
    [otp({}, { value: 'fifteen letters' }), 'the secret is shorter than 128 bits'],
    [{ ...otp(), type: 'webauthn' }, 'the credential is of the type webauthn'],
  ]
  const file = writeKeycloak(t, { kinds: kinds.map(([credential]) => credential), many: Array(20).fill(otp()) })
  const { outcome, notes } = await importFrom(test, 'keycloak', { file })
  t.match(outcome, { imported: 2, withoutPassword: 0, refused: 0 })
  t.strictSame(
    notes.map(([, reason]) => reason),
    [...kinds.map(([, reason]) => reason), 'an account has at most 19 beside its backup codes'].map(
      (reason) => `is imported without a second factor: ${reason}`,
    ),
  )
  t.strictSame((await find(test, 'kinds@keycloak.example'))?.factors, [])
  t.equal((await find(test, 'many@keycloak.example'))?.factors?.length, 19)
  const account = { email: 'kinds@keycloak.example', password: 'keycloak sha256' }
  t.strictSame((await beginLogin(test, account)).methods, ['mail'])
})

t.test('a second factor is no proof of an address that is not verified', async (t) => {
  const test = await build(t)
  const file = writeKeycloak(t, { ada: [otp()] }, { emailVerified: false })
  const { outcome, notes } = await importFrom(test, 'keycloak', { file, includesUnverified: true })
  t.match(outcome, { imported: 1 })
  t.match(notes, [[1, /^is imported without a second factor: the mailed code of the first sign-in must prove/]])
  const account = { email: 'ada@keycloak.example', password: 'keycloak sha256' }
  t.strictSame((await beginLogin(test, account)).methods, ['mail'])
})

const email = 'ada@example.com'

/** The metadata of each system, in the form of its exports. */
const METADATA: { system: keyof typeof FILES; rows: unknown; own?: object; admin: object }[] = [
  {
    system: 'auth0',
    rows: { user_id: 'a', email, email_verified: true, user_metadata: { plan: 'pro' }, app_metadata: { seats: 5 } },
    own: { plan: 'pro' },
    admin: { seats: 5 },
  },
  {
    system: 'supabase',
    rows: [
      {
        id: 'a',
        email,
        confirmed_at: '2023-04-05',
        raw_user_meta_data: { plan: 'pro' },
        raw_app_meta_data: '{"seats":5}',
      },
    ],
    own: { plan: 'pro' },
    admin: { seats: 5 },
  },
  {
    system: 'firebase',
    rows: { users: [{ localId: 'a', email, emailVerified: true, customAttributes: '{"beta":true}' }] },
    admin: { beta: true },
  },
  {
    system: 'keycloak',
    rows: { users: [{ id: 'a', email, emailVerified: true, attributes: { team: ['red'], tags: ['a', 'b'] } }] },
    admin: { team: 'red', tags: ['a', 'b'] },
  },
]

t.test('metadata is taken over if that is asked for', async (t) => {
  const test = await build(t)
  const file = join(newFolder(t), 'export.json')
  for (const { system, rows, own, admin } of METADATA) {
    writeFileSync(file, JSON.stringify(rows))
    await importFrom(test, system, { file })
    const without = await find(test, email)
    t.strictSame([without?.metadata, without?.adminMetadata], [undefined, undefined], `${system}: not otherwise`)
    await test.app.db.User.deleteMany()
    t.match((await importFrom(test, system, { file, includesMetadata: true })).outcome, { imported: 1 }, system)
    const user = await find(test, email)
    t.strictSame([user?.metadata, user?.adminMetadata], [own, admin], system)
    await test.app.db.User.deleteMany()
  }
})

t.test('metadata is checked as that of an API call is, and found by lists', async (t) => {
  const env = { USER_METADATA_SCHEMA: schemaFile(t, PLAN), ADMIN_METADATA_SCHEMA: schemaFile(t, PLAN) }
  const test = await build(t, { env })
  const cases: [user_metadata: unknown, app_metadata: unknown, refusal?: string][] = [
    [{ plan: 'pro' }, { seats: 5, site: 'https://example.com' }],
    [{ site: 'https://example.com' }, undefined],
    [{}, null],
    ['', {}],
    [{ plan: 'gold' }, undefined, 'metadata/plan must be equal to one of the allowed values'],
    [undefined, { seats: 0, beta: 'x' }, 'adminMetadata/seats must be >= 1; adminMetadata/beta must be boolean'],
    [{ 'a b': 1 }, undefined, 'metadata/a b must have a key of letters, digits, _ and -, a letter first'],
    [{ team: 'x'.repeat(4096) }, undefined, 'metadata must have at most 4096 bytes as JSON'],
    ['text', undefined, 'metadata must be a JSON object'],
    [undefined, [1], 'adminMetadata must be a JSON object'],
    [
      Object.fromEntries(['a', 'b', 'c', 'd'].map((key) => [key, 1])),
      undefined,
      `metadata/a must NOT have additional properties; metadata/b must NOT have additional properties; metadata/c must NOT have additional properties`,
    ],
  ]
  const rows = cases.map(([user_metadata, app_metadata], i) => {
    return { user_id: `${i}`, email: `${i}@auth0.example`, email_verified: true, user_metadata, app_metadata }
  })
  const file = join(newFolder(t), 'users.ndjson')
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'))
  const expected = cases.flatMap(([, , refusal], i) => (refusal === undefined ? [] : [[i + 1, refusal]]))
  for (const isDryRun of [true, false]) {
    const { outcome, refused } = await importFrom(test, 'auth0', { file, includesMetadata: true, isDryRun })
    t.match(outcome, { imported: 4, refused: expected.length })
    t.strictSame(refused, expected)
  }
  t.match(await find(test, '0@auth0.example'), { filters: ['plan:pro'], adminFilters: ['seats:5'] })
  t.equal((await find(test, '1@auth0.example'))?.filters, undefined, 'the index has no entry of it')
  t.match(await find(test, '2@auth0.example'), { metadata: undefined, adminMetadata: undefined })
  const { bearer: headers } = await loginAs(test, { role: 'admin' })
  for (const query of ['metadata=plan:pro', 'adminMetadata=seats:5']) {
    const { items } = (await test.app.inject({ url: `/v1/admin/users?${query}`, headers })).json()
    t.match(items, [{ email: '0@auth0.example', metadata: { plan: 'pro' }, adminMetadata: { seats: 5 } }])
    t.equal(items.length, 1)
  }
})

t.test('a kind that no hash has any more costs nothing after the next start', async (t) => {
  const test = await build(t)
  await importFrom(test, 'keycloak')
  const profiles = async () => (await test.app.db.Instance.findOne().lean())?.passwordProfiles
  t.equal((await profiles())?.length, MAX_PROFILES)
  await test.app.db.User.updateOne({ email: 'sha512@keycloak.example' }, { $set: { status: 'active' } })
  await signIn(t, test, 'sha512@keycloak.example', 'keycloak sha512')
  await build(t, { shareDatabaseOf: test })
  t.equal((await profiles())?.length, MAX_PROFILES - 1)
  t.notMatch(await profiles(), ['pbkdf2-sha512'])
  await signIn(t, test, 'sha1@keycloak.example', 'keycloak sha1')
})

t.test(
  'a repeated import doubles nothing, also when an address has changed, and a dry run writes nothing',
  async (t) => {
    const test = await build(t)
    const counts = { imported: 8, withoutPassword: 3, existing: 0, refused: 2 }
    t.match((await importFrom(test, 'auth0', { isDryRun: true })).outcome, counts)
    t.equal(await test.app.db.User.countDocuments(), 0)
    t.equal((await test.app.db.Instance.findOne().lean())?.passwordProfiles, undefined)
    t.match((await importFrom(test, 'auth0')).outcome, counts)
    await test.app.db.User.updateOne({ email: 'own@auth0.example' }, { $set: { email: 'new@auth0.example' } })
    const again = { imported: 0, withoutPassword: 0, existing: 8, refused: 2 }
    t.match((await importFrom(test, 'auth0', { isDryRun: true })).outcome, again)
    t.match((await importFrom(test, 'auth0')).outcome, again)
    t.equal(await test.app.db.User.countDocuments(), 8)
    const all = { imported: 1, existing: 8, refused: 1 }
    t.match((await importFrom(test, 'auth0', { includesUnverified: true })).outcome, all)
  },
)

t.test('administrators see the id in the other system', async (t) => {
  const test = await build(t)
  await importFrom(test, 'auth0')
  const { bearer: headers, id: own } = await loginAs(test, { role: 'admin' })
  const user = await find(test, 'own@auth0.example')
  const get = async (id: unknown) => (await test.app.inject({ url: `/v1/admin/users/${id}`, headers })).json()
  t.equal((await get(user?._id)).externalId, 'auth0:auth0|60425dc43519d90068f82973')
  t.equal((await get(own)).externalId, null)
  const exportOf = async (bearer: Record<string, string>) =>
    (await test.app.inject({ url: '/v1/users/me/export', headers: bearer })).json()
  t.equal((await exportOf(headers)).externalId, null, 'and so do people in the export of their account')
  const account = await login(test, { email: 'own@auth0.example', password: 'auth0 own' })
  t.equal((await exportOf(account.bearer)).externalId, 'auth0:auth0|60425dc43519d90068f82973')
})

t.test('a row without an id is refused, a long name is cut, and a row that is no object is told', async (t) => {
  const test = await build(t)
  const base = { email: 'a@example.com', emailVerified: true }
  const users = [
    { ...base },
    { ...base, localId: 'x'.repeat(257) },
    1,
    { ...base, localId: 'a', displayName: '😀'.repeat(101) },
    {
      ...base,
      localId: 'b',
      email: 'b@example.com',
      displayName: '\u200b',
      passwordHash: '',
      createdAt: '9999999999999',
    },
  ]
  const file = join(newFolder(t), 'users.json')
  writeFileSync(file, `{"kind":"users","users": ${JSON.stringify(users)}, "more": [{"localId": "c"}]}`)
  const { outcome, refused } = await importFrom(test, 'firebase', { file })
  t.match(outcome, { imported: 2, refused: 2 })
  t.strictSame(refused, [
    [1, 'has no id'],
    [1, 'has no id'],
  ])
  t.equal((await find(test, 'a@example.com'))?.name, '😀'.repeat(100))
  t.match(await find(test, 'b@example.com'), { name: 'b' })
  for (const [text, message] of [
    ['{"users": [{"localId": "a"', 'The file ends before its JSON does.'],
    [`{"users": [{"a": "${'x'.repeat(2 ** 20)}`, 'The row in line 1 is longer than 1 MiB.'],
  ] as const) {
    writeFileSync(file, text)
    await t.rejects(importFrom(test, 'firebase', { file }), { message })
  }
  writeFileSync(file, '[{"id": 1, broken}]')
  t.strictSame((await importFrom(test, 'keycloak', { file })).refused, [[1, 'is not JSON']])
})

t.test('what the exports lack: other hashes, and rows that are not as documented', async (t) => {
  t.match(bcryptHash('$2y$10$short', 10), { unusable: /not bcrypt/ })
  t.match(bcryptHash(`$2b$12$${'a'.repeat(53)}`, 10), { unusable: 'the hash has cost 12, above BCRYPT_ROUNDS (10)' })
  t.match(phcHash('plain'), { unusable: 'the hash is of an unknown kind' })
  t.match(phcHash('$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g'), {
    profile: 'pbkdf2-sha256:i=1000,l=32',
  })
  t.match(auth0(4)({ _id: {}, email: 'a@example.com' }), { id: undefined })
  t.match(keycloak({ id: 'a', credentials: 'none' }), { password: undefined })
  const read = supabase(4, new Date())
  for (const raw_user_meta_data of ['no JSON', '[1]', '{"name":"Ada"}', { name: 'Ada' }]) {
    const row = read({ id: 'a', email: 'a@example.com', raw_user_meta_data })
    t.match(JSON.stringify(row).includes('Ada'), JSON.stringify(raw_user_meta_data).includes('Ada'))
  }
})

t.test('two imports of one file at once create each account once', async (t) => {
  const test = await build(t)
  const other = await build(t, { shareDatabaseOf: test })
  const outcomes = await Promise.all([test, other].map((one) => importFrom(one, 'auth0')))
  t.equal(
    outcomes.reduce((sum, { outcome }) => sum + outcome.imported, 0),
    8,
  )
  t.equal(await test.app.db.User.countDocuments(), 8)
  const plain = join(newFolder(t), 'accounts.jsonl')
  writeFileSync(plain, JSON.stringify({ email: 'own@auth0.example', name: 'Ada', hash: `$2b$04$${'a'.repeat(53)}` }))
  t.match(await importAccounts(test.app, plain, { isDryRun: true }), { imported: 0, existing: 1 })
})

t.test('a hash that costs too much is not computed', async (t) => {
  for (const profile of [
    'pbkdf2-sha256:i=1500001,l=32',
    'pbkdf2-sha256:i=0,l=32',
    'pbkdf2-sha256:i=1000,l=65',
    'pbkdf2-md5:i=1000,l=32',
    'firebase-scrypt:ln=15,r=8,l=64',
    'firebase-scrypt:ln=14,r=9,l=64',
    'firebase-scrypt:ln=14,r=8,l=15',
    'argon2id:m=65537,t=1,p=1,l=32',
    'argon2id:m=65536,t=5,p=1,l=32',
    'argon2id:m=7,t=1,p=1,l=32',
    'argon2id:m=64,t=11,p=1,l=32',
    'argon2id:m=64,t=1,p=5,l=32',
    'argon2id:m=64,t=1,p=1,l=15',
    'scrypt:1',
  ]) {
    t.equal(derivationOf(profile), undefined, profile)
  }
  for (const profile of ['argon2i:m=64,t=1,p=1,l=16', 'argon2d:m=64,t=1,p=1,l=32']) {
    t.equal((await derivationOf(profile)?.derive('x', Buffer.alloc(16)))?.length, profile.endsWith('16') ? 16 : 32)
  }
})

t.test('every comparison computes a hash of each kind, whatever the account', async (t) => {
  const test = await build(t, { env: { LOGIN_MAX_FAILURES: '0' } })
  await importFrom(test, 'firebase')
  const { app } = await build(t, { shareDatabaseOf: test, env: { LOGIN_MAX_FAILURES: '0' } })
  const { email } = await login(test)
  const times = new Map(
    [email, 'ada@firebase.example', 'social@firebase.example', 'nobody@firebase.example'].map((address) => [
      address,
      [] as number[],
    ]),
  )
  // in turn, so that a busy machine slows down all alike
  for (let i = 0; i < 15; i++) {
    for (const [address, taken] of times) {
      const begun = performance.now()
      const answer = await post(app, '/v1/auth/login', { email: address, password: 'wrong wrong wrong' })
      taken.push(performance.now() - begun)
      t.equal(answer.statusCode, 401)
    }
  }
  const medians = [...times.values()].map((taken) => taken.sort((a, b) => a - b)[7] as number)
  t.comment(`medians in ms: ${medians.map((ms) => ms.toFixed(1)).join(', ')}`)
  t.ok(Math.min(...medians) > 15, 'each computes the scrypt of Firebase')
})

t.test('the form of an export follows from the system, and that of Supabase from the name of the file', async (t) => {
  for (const [system, file, form] of [
    ['auth0', 'users.json', 'lines'],
    ['firebase', 'users.txt', 'users'],
    ['keycloak', 'realm', 'users'],
    ['supabase', 'rows.CSV', 'table'],
    ['supabase', 'rows.ndjson', 'lines'],
    ['supabase', 'rows.jsonl', 'lines'],
    ['supabase', 'rows.json', 'users'],
  ] as const) {
    const source = sourceOf(system, { BCRYPT_ROUNDS: 4 }, { file, hashConfig: HASH_CONFIG })
    t.match(source, { name: system, form }, file)
  }
})

t.test('the command imports an export, alone and beside a running server', async (t) => {
  const command = async (env: Record<string, string>, ...args: string[]) => {
    const child = run(t, 'commands/import.js', { BCRYPT_ROUNDS: '4', ...env }, args)
    return { code: await child.exitCode(), ...child.output }
  }
  const env = { DATA_DIR: newFolder(t) }
  const config = ['--hash-config', HASH_CONFIG]
  const firebaseFile = FILES.firebase
  t.match(await command(env, '--from', 'firebase', ...config, '--dry-run', firebaseFile), {
    code: 1,
    stdout: 'Dry run: 4 accounts imported (2 without a password), 0 were there already, 2 lines refused.\n',
  })
  const database = await openDatabase(env.DATA_DIR)
  t.teardown(database.close)
  t.match(await command(env, '--from', 'firebase', ...config, '--include-unverified', firebaseFile), {
    code: 1,
    stdout: '5 accounts imported (3 without a password), 0 were there already, 1 lines refused.\n',
    stderr: /firebase\.json:\d+: is imported without a password: .*\n.*firebase\.json:\d+: has no e-mail address\n$/,
  })
  t.match(await command(env, '--from', 'supabase', join(EXPORTS, 'supabase.json')), {
    code: 0,
    stdout: '3 accounts imported (1 without a password), 0 were there already, 0 lines refused.\n',
  })
  const schema = { USER_METADATA_SCHEMA: schemaFile(t, PLAN) }
  t.match(await command({ ...env, ...schema }, '--from', 'auth0', '--metadata', '--dry-run', FILES.auth0), {
    stdout: /^Dry run: 7 accounts imported/,
    stderr: 'auth0.ndjson:2: metadata/lang must NOT have additional properties\n',
  })
  for (const [args, stderr] of [
    [['--from', 'okta', firebaseFile], /^okta is none of the systems that can be imported from: auth0, firebase, /],
    [['--from', 'firebase', firebaseFile], 'The hash parameters of the project are needed: --hash-config FILE\n'],
    [['--from', 'firebase', '--hash-config', '/nowhere', firebaseFile], '/nowhere does not exist.\n'],
    [['--form', 'firebase', firebaseFile], /^Unknown option '--form'/],
    [['--metadata', firebaseFile], '--metadata needs --from SYSTEM\n'],
  ] as const) {
    t.match(await command(env, ...args), { code: 1, stdout: '', stderr })
  }
})
