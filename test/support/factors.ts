import { randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import type { Factor } from '../../models/factor.js'
import { newBackupCodes } from '../../plugins/auth/backup-codes.js'
import { caller } from './admin.js'
import { PASSWORD, post, type TestApp } from './app.js'
import { Authenticator } from './authenticator.js'

/** Stores a factor as enrolment does. */
export async function storeFactor({ app }: TestApp, email: string, factor: Partial<Factor> & Pick<Factor, 'type'>) {
  const _id = randomBytes(12).toString('base64url')
  const stored: Factor = { _id, name: 'A factor', createdAt: app.now(), lastUsedAt: null, ...factor }
  await app.db.User.updateOne({ email }, { $push: { factors: stored }, $inc: { authVersion: 1 } })
  return stored
}

/** An authenticator app that holds a secret in base32; `steps` time steps from now. */
export function authenticator({ clock }: Pick<TestApp, 'clock'>, secret: string) {
  const totp = new TOTP({ secret })
  return (steps = 0) => totp.generate({ timestamp: clock.now().getTime() + steps * 30_000 })
}

/** Stores a TOTP of an account, and returns its authenticator app. */
export async function storeTotp(test: TestApp, email: string) {
  const secret = randomBytes(20)
  const _id = randomBytes(12).toString('base64url')
  await storeFactor(test, email, { _id, type: 'totp', step: 0, ...test.app.factors.seal(_id, secret) })
  return authenticator(test, new Secret({ buffer: Uint8Array.from(secret).buffer }).base32)
}

/** Stores backup codes of an account, and returns them. */
export async function storeBackupCodes(test: TestApp, email: string) {
  const { keys, factors } = test.app
  const key = randomBytes(32)
  const backupCodes = newBackupCodes()
  const _id = randomBytes(12).toString('base64url')
  const codes = backupCodes.map((code) => keys.hmac(key, code))
  await storeFactor(test, email, { _id, type: 'backup-codes', codes, ...factors.seal(_id, key) })
  return backupCodes
}

/** Stores the passkey of an authenticator as that of an account. */
export async function storePasskey(test: TestApp, email: string, passkey = new Authenticator()) {
  const user = await test.app.db.User.findOne({ email }, { _id: 1 }).lean()
  passkey.userHandle = user?._id.id && Buffer.from(user._id.id).toString('base64url')
  await storeFactor(test, email, {
    type: 'passkey',
    credentialId: passkey.id,
    publicKey: passkey.cose,
    counter: passkey.counter,
    transports: ['internal'],
    aaguid: '00000000-0000-0000-0000-000000000000',
    backupEligible: passkey.synced,
    backedUp: passkey.synced,
  })
  return passkey
}

/** Begins the sign-in of an account with a factor. */
export async function beginLogin({ app }: Pick<TestApp, 'app'>, account: { email: string; password: string }) {
  const { email, password } = account
  const response = await post(app, '/v1/auth/login', { email, password })
  if (response.statusCode !== 202) throw new Error(response.body)
  return response.json() as {
    challengeId: string
    methods: string[]
    passkeyOptions: { challenge: string; rpId: string }
  }
}

export const claimsOf = (accessToken: string) =>
  JSON.parse(Buffer.from(accessToken.split('.')[1] as string, 'base64url').toString())

/** Adds an authenticator app to a signed-in account by full requests. */
export async function enrol(
  test: TestApp,
  session: { bearer: Record<string, string> },
  proof: object = { currentPassword: PASSWORD },
) {
  const call = caller(test, session)
  const begun = await call('POST', '/v1/users/me/factors/totp', proof)
  if (begun.statusCode !== 201) throw new Error(begun.body)
  const { factorId, secret } = begun.json()
  const code = authenticator(test, secret)
  const added = await call('POST', '/v1/users/me/factors/totp/verify', { factorId, code: code() })
  if (added.statusCode !== 200) throw new Error(added.body)
  return {
    factorId: factorId as string,
    secret: secret as string,
    code,
    backupCodes: added.json().backupCodes as string[],
  }
}
