import { mongo } from 'mongoose'
import t from 'tap'
import { build, challenge, newEmail, post, register, withMail } from '../support/app.js'
import { enrol } from '../support/factors.js'

t.test(
  'after a whole journey the database holds no password, no code and no token, and no mail with one',
  async (t) => {
    const test = await build(t, { env: { TRUSTED_DEVICE_TTL: '30d', WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1' } })
    const { app, clock } = test
    const secrets: Record<string, string> = {}
    let n = 0
    const keep = (what: string, value: string) => {
      secrets[`${what} ${n++}`] = value
      return value
    }
    const take = (tokens: { accessToken: string; refreshToken: string }) => {
      keep('access token', tokens.accessToken)
      return keep('refresh token', tokens.refreshToken)
    }

    const email = newEmail()
    const passwords = ['the first of my passwords', 'the second of my passwords', 'the third of my passwords']
    const [first, second, third] = passwords.map((password) => keep('password', password)) as [string, string, string]
    const registration = await challenge(test, 'register', { email, password: first, name: 'Ada' })
    const again = await challenge(test, 'register', { email, password: first, name: 'Ada' })
    clock.advance(60_000)
    const resent = await withMail(test, email, /registration code/, () =>
      post(app, '/v1/auth/resend-code', { challengeId: registration.challengeId }),
    )
    for (const mailed of [registration, again]) {
      keep('code', mailed.code)
      keep('challenge', mailed.challengeId)
    }
    const code = keep('code', /\d{6}/.exec(resent.mail.text)?.[0] as string)
    const made = await post(app, '/v1/auth/register/verify', { challengeId: registration.challengeId, code })
    t.equal(made.statusCode, 200)

    await post(app, '/v1/auth/login', { email, password: keep('wrong password', 'not the first of my passwords') })
    const signIn = async (password: string) => {
      const { challengeId, code } = await challenge(test, 'login', { email, password })
      keep('code', code)
      keep('challenge', challengeId)
      const answer = await post(app, '/v1/auth/login/verify', { challengeId, code, delivery: 'body' })
      take(answer.json())
      return answer.json()
    }
    const session = await signIn(first)
    const refreshed = await post(app, '/v1/auth/refresh-token', { refreshToken: session.refreshToken })
    const living = take(refreshed.json())
    const bearer = { authorization: `Bearer ${refreshed.json().accessToken}` }
    const changed = await app.inject({
      method: 'PUT',
      url: '/v1/users/me/password',
      headers: bearer,
      payload: { currentPassword: first, newPassword: second },
    })
    t.equal(changed.statusCode, 204)
    const renewed = await signIn(second)
    const keys = { method: 'POST', headers: { authorization: `Bearer ${renewed.accessToken}` } } as const
    const payload = { name: 'Backup', scopes: ['me:read'], currentPassword: second }
    const issued = await app.inject({ ...keys, url: '/v1/users/me/api-keys', payload })
    const apiKey = keep('API key', issued.json().secret)
    const use = await app.inject({ url: '/v1/users/me', headers: { authorization: `Bearer ${apiKey}` } })
    t.equal(use.statusCode, 200)
    const rotated = await app.inject({
      ...keys,
      url: `/v1/users/me/api-keys/${issued.json().apiKey.id}/rotate`,
      payload: { currentPassword: second, overlap: '7d' },
    })
    keep('API key', rotated.json().secret)

    const { refreshToken } = renewed
    const holder = { bearer: { authorization: `Bearer ${renewed.accessToken}` } }
    const { factorId, code: totp, secret, backupCodes } = await enrol(test, holder, { currentPassword: second })
    keep('TOTP secret', secret)
    for (const backupCode of backupCodes) {
      keep('backup code', backupCode)
      keep('backup code', backupCode.replace('-', ''))
    }
    clock.advance(30_000)
    const stepUp = (payload: object) =>
      app.inject({ method: 'POST', url: '/v1/auth/step-up', headers: holder.bearer, payload })
    t.equal((await stepUp({ method: 'totp', code: keep('code', totp()) })).statusCode, 204)
    t.equal((await stepUp({ method: 'backup-code', code: backupCodes[0] })).statusCode, 204)
    const begun = await app.inject({
      method: 'POST',
      url: '/v1/users/me/factors/totp',
      headers: holder.bearer,
      payload: {},
    })
    keep('TOTP secret', begun.json().secret)
    t.ok((await app.db.User.findOne({ email }).lean())?.pendingTotp)
    t.ok(refreshToken && factorId)

    await app.db.User.updateOne({ email }, { $set: { role: 'admin' } })
    const url = `http://127.0.0.1:4000/${keep('token in the URL of a webhook', 'hook-7Fq2mXw9LkT4vBz8RnYc')}`
    const hook = await app.inject({ ...keys, url: '/v1/admin/webhooks', payload: { url, events: ['*'] } })
    t.equal(hook.statusCode, 201, hook.body)
    keep('secret of a webhook', hook.json().secret)
    const path = `/v1/admin/webhooks/${hook.json().webhook.id}/rotate-secret`
    const exchanged = await app.inject({ ...keys, url: path, payload: {} })
    keep('secret of a webhook', exchanged.json().secret)

    const forgot = await challenge(test, 'password/forgot', { email })
    keep('code', forgot.code)
    keep('challenge', forgot.challengeId)
    const reset = await post(app, '/v1/auth/password/forgot/verify', {
      challengeId: forgot.challengeId,
      code: forgot.code,
    })
    const resetToken = keep('reset token', reset.json().resetToken)
    t.equal((await post(app, '/v1/auth/password/reset', { resetToken, newPassword: third })).statusCode, 204)
    // a code and a token that are still good
    clock.advance(30_000)
    const { challengeId } = (await post(app, '/v1/auth/login', { email, password: third })).json()
    keep('challenge', challengeId)
    const answer = { challengeId, method: 'totp', code: keep('code', totp()), delivery: 'body', trustDevice: true }
    const signedIn = (await post(app, '/v1/auth/login/verify', answer)).json()
    take(signedIn)
    keep('device token', signedIn.deviceToken)
    await challenge(test, 'password/forgot', { email }).then((open) => keep('open code', open.code))
    t.ok(living)
    await app.audit.idle()
    await app.jobs.drain()

    // as bytes, so that neither encoding nor type hides anything
    const chunks: Buffer[] = []
    for (const collection of (await app.db.connection.db?.collections()) ?? []) {
      for (const document of await collection.find().toArray()) chunks.push(Buffer.from(mongo.BSON.serialize(document)))
    }
    const dump = Buffer.concat(chunks).toString('latin1')
    t.ok(dump.includes(email) && dump.includes('bcrypt-hmac-sha384'), 'the dump is one')
    t.ok(Object.keys(secrets).length > 20)
    const logs = test.logs.join('')
    for (const [what, secret] of Object.entries(secrets)) {
      const isCode = /^\d{6}$/.test(secret)
      // six digits within a longer word are no code
      const pattern = isCode ? new RegExp(`(?<![\\w.])${secret}(?![\\w])`) : new RegExp(secret.replaceAll('+', '\\+'))
      t.notOk(pattern.test(dump), what)
      if (!isCode) t.notOk(pattern.test(logs), `${what}, in the logs`)
      for (const encoding of ['base64', 'base64url', 'hex'] as const) {
        const encoded = Buffer.from(secret).toString(encoding).replace(/=+$/, '')
        if (!isCode || encoding === 'hex') t.notOk(dump.includes(encoded), `${what} in ${encoding}`)
      }
    }
  },
)

t.test('refresh tokens never repeat, and no two have more in common than the session they are of', async (t) => {
  const test = await build(t)
  const { email, password } = await register(test)
  const { challengeId, code } = await challenge(test, 'login', { email, password })
  const answer = await post(test.app, '/v1/auth/login/verify', { challengeId, code, delivery: 'body' })
  let { refreshToken } = answer.json()
  const tokens = new Set<string>([refreshToken])
  for (let i = 0; i < 100; i++) {
    refreshToken = (await post(test.app, '/v1/auth/refresh-token', { refreshToken })).json().refreshToken
    tokens.add(refreshToken)
  }
  t.equal(tokens.size, 101)
  const random = [...tokens].map((token) => Buffer.from(token, 'base64url').subarray(28, 60).toString('base64url'))
  t.equal(new Set(random).size, 101)
  t.ok(
    random.every((part) => part.length === 43),
    '256 bits of it are random',
  )
  t.match((await test.app.db.User.findOne().lean())?.sessions, [{ counter: 100 }])
  t.equal((await test.app.db.User.findOne().lean())?.sessions[0]?.predecessors.length, 10, 'and few are remembered')
})
