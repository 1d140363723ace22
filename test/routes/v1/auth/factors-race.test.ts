import t, { type Test } from 'tap'
import { build, type login, type TestApp } from '../../../support/app.js'
import { beginLogin, storeBackupCodes, storePasskey, storeTotp } from '../../../support/factors.js'
import { run } from '../../../support/process.js'
import { storeSession } from '../../../support/session.js'

const USES = 50
const UNLIMITED = { RATE_LIMIT: '0', RATE_LIMIT_AUTH: '0', LOGIN_MAX_FAILURES: '0', OTP_MAX_SENDS: '0' }

type Person = Awaited<ReturnType<typeof login>>

/** Starts two servers on the database of an app, which serves too, and returns the addresses of all three. */
async function startServers(t: Test, { app, config }: TestApp): Promise<string[]> {
  const { DATA_DIR, MONGODB_URI, SMTP_URL = '', CLOUDINARY_URL, PUBLIC_URL } = config
  const services = { DATA_DIR, MONGODB_URI, SMTP_URL, CLOUDINARY_URL, PUBLIC_URL }
  const env = { ...services, PORT: '0', BCRYPT_ROUNDS: '4', ...UNLIMITED }
  const others = [1, 2].map(async () => {
    const [, url] = await run(t, 'server.js', env).printed(/API +(http:\S+)/)
    return url as string
  })
  return Promise.all([app.listen({ port: 0, host: '127.0.0.1' }), ...others])
}

/** Sends the bodies at once, each to the next server, and returns how often each status was answered. */
async function verifyAtOnce(t: Test, servers: string[], bodies: object[]): Promise<Record<number, number>> {
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
  const test = await build(t, { env: UNLIMITED })
  const servers = await startServers(t, test)
  const people = await Promise.all(['totp', 'backup code', 'passkey'].map(() => storeSession(test)))
  const [byTotp, byBackupCode, byPasskey] = people as [Person, Person, Person]
  const code = await storeTotp(test, byTotp.email)
  // a backup code stands in for another factor
  await storeTotp(test, byBackupCode.email)
  const [backupCode] = await storeBackupCodes(test, byBackupCode.email)
  const passkey = await storePasskey(test, byPasskey.email)
  const challenges = async (person: Person) => {
    const begun = await Promise.all(Array.from({ length: USES }, () => beginLogin(test, person)))
    return begun.map(({ challengeId }) => challengeId)
  }
  const one = { 200: 1, 401: USES - 1 }

  const step = code()
  const steps = (await challenges(byTotp)).map((challengeId) => ({ challengeId, method: 'totp', code: step }))
  t.strictSame(await verifyAtOnce(t, servers, steps), one, 'a time step, in fifty challenges')
  const codes = (await challenges(byBackupCode)).map((challengeId) => ({
    challengeId,
    method: 'backup-code',
    code: backupCode,
  }))
  t.strictSame(await verifyAtOnce(t, servers, codes), one, 'a backup code, in fifty challenges')
  const { challengeId, passkeyOptions } = await beginLogin(test, byPasskey)
  const response = passkey.get(passkeyOptions)
  const assertions = Array.from({ length: USES }, () => ({ challengeId, response }))
  t.strictSame(await verifyAtOnce(t, servers, assertions), one, 'an assertion, in one challenge')
  for (const { email } of people) {
    const user = await test.app.db.User.findOne({ email }).lean()
    t.equal(user?.sessions.length, 2, 'the first session, and the one of the answer')
  }
})
