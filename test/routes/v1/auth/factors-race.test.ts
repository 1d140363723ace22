import t, { type Test } from 'tap'
import { build, login, type TestApp } from '../../../support/app.js'
import { beginLogin, storeBackupCodes, storePasskey, storeTotp } from '../../../support/factors.js'
import { run } from '../../../support/process.js'

const USES = 50

/** Starts three servers on the database of an app, and returns their addresses. */
async function startServers(t: Test, { config }: TestApp): Promise<string[]> {
  const { DATA_DIR, MONGODB_URI, SMTP_URL = '', CLOUDINARY_URL, PUBLIC_URL } = config
  const services = { DATA_DIR, MONGODB_URI, SMTP_URL, CLOUDINARY_URL, PUBLIC_URL }
  const env = { ...services, PORT: '0', BCRYPT_ROUNDS: '4', RATE_LIMIT: '0', RATE_LIMIT_AUTH: '0' }
  return Promise.all(
    [1, 2, 3].map(async () => {
      const [, url] = await run(t, 'server.js', env).printed(/API +(http:\S+)/)
      return url as string
    }),
  )
}

/** Sends the bodies at once, each to the next server, and returns how often each status was answered. */
async function verifyAtOnce(servers: string[], bodies: object[]): Promise<Record<number, number>> {
  const answers = await Promise.all(
    bodies.map(async (body, index) => {
      const response = await fetch(`${servers[index % servers.length]}/v1/auth/login/verify`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return { status: response.status, answer: (await response.json()) as { code?: string } }
    }),
  )
  const refused = answers.filter(({ status }) => status !== 200)
  for (const { answer } of refused) t.equal(answer.code, 'INVALID_CODE')
  const counts: Record<number, number> = {}
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

t.test('of fifty uses of one answer at once, on three processes, one signs in', async (t) => {
  const test = await build(t)
  const servers = await startServers(t, test)
  const session = await login(test)
  const { email } = session
  const code = await storeTotp(test, email)
  const [backupCode] = await storeBackupCodes(test, email)
  const passkey = await storePasskey(test, email)
  const sessionCount = async () => (await test.app.db.User.findOne({ email }).lean())?.sessions.length
  const challenges = async () => {
    const begun = await Promise.all(Array.from({ length: USES }, () => beginLogin(test, session)))
    return begun.map(({ challengeId }) => challengeId)
  }
  const before = (await sessionCount()) as number
  const one = { 200: 1, 401: USES - 1 }

  const step = code()
  const byTotp = (await challenges()).map((challengeId) => ({ challengeId, method: 'totp', code: step }))
  t.strictSame(await verifyAtOnce(servers, byTotp), one, 'a time step, in fifty challenges')
  const byBackup = (await challenges()).map((challengeId) => ({ challengeId, method: 'backup-code', code: backupCode }))
  t.strictSame(await verifyAtOnce(servers, byBackup), one, 'a backup code, in fifty challenges')
  const { challengeId, passkeyOptions } = await beginLogin(test, session)
  const response = passkey.get(passkeyOptions)
  const byPasskey = Array.from({ length: USES }, () => ({ challengeId, response }))
  t.strictSame(await verifyAtOnce(servers, byPasskey), one, 'an assertion, in one challenge')
  t.equal(await sessionCount(), before + 3)
})
