/**
 * Measures if the time of an answer tells that an address has an account: the medians of alternating requests for
 * known, unknown, unverified and suspended accounts and for those with a second factor, as ratios to those for known
 * ones of the same run.
 * Usage: npm run bench:enumeration [-- ROUNDS]
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from '../app.js'
import { startLocalServices } from '../local/index.js'
import type { Factor } from '../models/factor.js'
import { completed, loadSettings } from '../plugins/config/index.js'

const ROUNDS = Number(process.argv[2] ?? 200)
const PASSWORD = 'a river runs through it'
const STATES = ['known', 'unknown', 'unverified', 'suspended', 'factor'] as const
type State = (typeof STATES)[number]

const dataDir = mkdtempSync(join(tmpdir(), 'coffer-bench-'))
const local = await startLocalServices({
  services: ['database', 'mailbox', 'cloudinary'],
  dataDir,
  host: 'localhost',
  port: 0,
  threads: true,
})
const settings = loadSettings({
  NODE_ENV: 'test',
  LOG_LEVEL: 'silent',
  DATA_DIR: dataDir,
  BCRYPT_ROUNDS: '8',
  RATE_LIMIT: '0',
  RATE_LIMIT_AUTH: '0',
  LOGIN_MAX_FAILURES: '0',
  OTP_MAX_SENDS: '0',
  OTP_RESEND_COOLDOWN: '0s',
  MONGODB_URI: local.MONGODB_URI,
  SMTP_URL: local.SMTP_URL,
  CLOUDINARY_URL: local.CLOUDINARY_URL,
})
const app = await buildApp(completed(settings))
await app.ready()

const post = async (url: string, payload: object) => {
  const response = await app.inject({ method: 'POST', url, payload })
  return response.json()
}

/** An authenticator app, as its enrolment stores it. */
function newTotp(): Factor {
  const _id = randomBytes(12).toString('base64url')
  const sealed = app.factors.seal(_id, randomBytes(20))
  return { _id, type: 'totp', name: 'Phone', createdAt: new Date(), lastUsedAt: null, step: 0, ...sealed }
}

/** Returns an address for each round, in the wanted state. */
async function prepare(state: State): Promise<string> {
  const email = `${randomBytes(8).toString('hex')}@example.com`
  if (state === 'unverified') await post('/v1/auth/register', { email, password: PASSWORD, name: 'Ada' })
  if (state === 'known' || state === 'suspended' || state === 'factor') {
    await app.db.User.create({
      email,
      name: 'Ada',
      nameKey: 'ada',
      password,
      role: 'user',
      permissions: [],
      status: state === 'suspended' ? 'suspended' : 'active',
      factors: state === 'factor' ? [newTotp()] : [],
      createdAt: new Date(),
      updatedAt: new Date(),
    })
  }
  return email
}

const password = await app.passwords.hash(PASSWORD)
const requests: Record<string, (email: string) => Promise<() => Promise<unknown>>> = {
  register: async (email) => () => post('/v1/auth/register', { email, password: PASSWORD, name: 'Ada' }),
  'login, wrong password': async (email) => () =>
    post('/v1/auth/login', { email, password: 'another river altogether' }),
  forgot: async (email) => () => post('/v1/auth/password/forgot', { email }),
  resend: async (email) => {
    const { challengeId } = await post('/v1/auth/password/forgot', { email })
    return () => post('/v1/auth/resend-code', { challengeId })
  },
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number

const rows: Record<string, Record<string, string>> = {}
for (const [name, request] of Object.entries(requests)) {
  const times: Record<State, number[]> = { known: [], unknown: [], unverified: [], suspended: [], factor: [] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const state of STATES) {
      const send = await request(await prepare(state))
      // Background work that the last round left would count towards this one.
      await app.audit.idle()
      await app.jobs.drain()
      const begin = performance.now()
      await send()
      times[state].push(performance.now() - begin)
    }
  }
  const known = median(times.known)
  rows[name] = {
    'known (ms)': known.toFixed(2),
    ...Object.fromEntries(
      STATES.slice(1).map((state) => [`${state} / known`, (median(times[state]) / known).toFixed(3)]),
    ),
  }
}
console.table(rows)

await app.close()
await local.close()
rmSync(dataDir, { recursive: true })
