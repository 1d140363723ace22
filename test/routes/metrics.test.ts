import t from 'tap'
import { build, challenge, login, newEmail, PASSWORD, post, type TestApp, wrong } from '../support/app.js'
import { pixel, start } from './v1/assets/client.js'

/** Returns the samples of a scrape by their names and labels. */
async function scrape({ app }: TestApp, headers: Record<string, string> = {}) {
  const { statusCode, body, headers: given } = await app.inject({ url: '/metrics', headers })
  const samples = new Map(
    body
      .split('\n')
      .filter((line) => line && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
  return { statusCode, body, type: given['content-type'], samples }
}

t.test('the metrics are text for Prometheus, apart for each app of a process', async (t) => {
  const [test, other] = [await build(t, { own: true }), await build(t, { own: true })]
  await test.app.inject('/v1/users/me')
  const { statusCode, type, samples } = await scrape(test)
  t.equal(statusCode, 200)
  t.match(type, /^text\/plain; version=0\.0\.4/)
  const refused = 'coffer_problems_total{operation="getProfile",code="TOKEN_INVALID"}'
  t.equal(samples.get(refused), 1)
  t.notOk((await scrape(other)).samples.has(refused))
})

t.test('METRICS_TOKEN keeps them for whoever has it', async (t) => {
  const token = 'a token of the metrics alone'
  const test = await build(t, { env: { METRICS_TOKEN: token } })
  for (const authorization of ['', 'Bearer ', `Bearer ${token}x`, `Basic ${token}`, token]) {
    const answer = await test.app.inject({ url: '/metrics', headers: { authorization } })
    t.match({ ...answer.json(), status: answer.statusCode }, { status: 401, code: 'TOKEN_INVALID' }, authorization)
    const challenge = authorization.startsWith(`Bearer ${token}`) ? 'Bearer error="invalid_token"' : 'Bearer'
    t.equal(answer.headers['www-authenticate'], challenge)
  }
  t.equal((await scrape(test, { authorization: `Bearer ${token}` })).statusCode, 200)
})

t.test('in production they are not there without a token', async (t) => {
  const production = {
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://api.example.com',
    MAIL_FROM: 'coffer@example.com',
    BCRYPT_ROUNDS: '10',
    ...Object.fromEntries(
      ['JWT_SECRET', 'CODE_KEY', 'DATA_KEY', 'PASSWORD_PEPPER'].map((name) => [
        name,
        `${name} abcdefghijklmnopqrstuvwxyz`,
      ]),
    ),
  }
  const uri = (database: string) =>
    `${(shared.config.MONGODB_URI as string).replace(/\/coffer_\w+/, `/${database}`)}&tls=false`
  const shared = await build(t, { own: true })
  const without = await build(t, { env: { ...production, MONGODB_URI: uri('coffer_without') } })
  t.equal((await scrape(without)).statusCode, 404)
  const withToken = await build(t, {
    env: { ...production, MONGODB_URI: uri('coffer_with'), METRICS_TOKEN: 'the token' },
  })
  t.equal((await scrape(withToken)).statusCode, 401)
  t.equal((await scrape(withToken, { authorization: 'Bearer the token' })).statusCode, 200)
})

t.test('requests are counted by the pattern of their route, whatever is asked for', async (t) => {
  const test = await build(t, { own: true })
  for (const path of ['/v1/assets/1', '/v1/assets/2', '/a', '/b?c=d', '/v1/admin/users/ada'])
    await test.app.inject(path)
  const { body, samples } = await scrape(test)
  t.equal(samples.get('http_request_duration_seconds_count{method="GET",route="/v1/assets/:assetId",status="401"}'), 2)
  t.equal(samples.get('http_request_duration_seconds_count{method="GET",route="none",status="404"}'), 2)
  t.notMatch(body, /ada|c=d/)
})

t.test('sign-ins, codes, throttles, mails and hashes are counted', async (t) => {
  const test = await build(t, { env: { LOGIN_MAX_FAILURES: '1', RATE_LIMIT_AUTH: '20' } })
  const { email, bearer } = await login(test)
  const guess = { challengeId: 'x'.repeat(22), code: '000000' }
  await post(test.app, '/v1/auth/password/forgot/verify', guess)
  await post(test.app, '/v1/users/me/email/verify', guess, { headers: bearer })
  await post(test.app, '/v1/auth/login', { email: newEmail(), password: PASSWORD })
  const { challengeId, code } = await challenge(test, 'login', { email, password: PASSWORD })
  await post(test.app, '/v1/auth/login/verify', { challengeId, code: wrong(code) })
  await post(test.app, '/v1/auth/resend-code', { challengeId })
  await post(test.app, '/v1/auth/login/verify', { challengeId, code })
  for (let i = 0; i < 21; i++)
    await post(test.app, '/v1/auth/login', { email, password: 'x' }, { remoteAddress: '10.1.1.1' })
  const refreshed = await post(test.app, '/v1/auth/refresh-token', { refreshToken: 'x'.repeat(60) })
  t.equal(refreshed.statusCode, 401)
  await test.app.audit.idle()
  await test.app.jobs.drain()
  const { samples } = await scrape(test)
  const expected: Record<string, number> = {
    'coffer_logins_total{outcome="succeeded"}': 2,
    'coffer_logins_total{outcome="refused"}': 3,
    'coffer_codes_total{purpose="registration",outcome="accepted"}': 1,
    'coffer_codes_total{purpose="login",outcome="accepted"}': 2,
    'coffer_codes_total{purpose="login",outcome="refused"}': 1,
    'coffer_codes_total{purpose="password-reset",outcome="refused"}': 1,
    'coffer_codes_total{purpose="email-change",outcome="refused"}': 1,
    'coffer_throttled_total{limiter="codes"}': 1,
    'coffer_audit_events_total{action="login.succeeded",outcome="success"}': 2,
    'coffer_mails_total{template="login-code",outcome="sent"}': 2,
    'coffer_hashes{state="running"}': 0,
    'coffer_hashes{state="waiting"}': 0,
    coffer_hashes_refused_total: 0,
  }
  for (const [name, value] of Object.entries(expected)) t.equal(samples.get(name), value, name)
  t.ok((samples.get('coffer_throttled_total{limiter="failures"}') as number) > 0)
  t.ok((samples.get('coffer_throttled_total{limiter="sign-in"}') as number) > 0)
  t.ok((samples.get('coffer_logins_total{outcome="throttled"}') as number) > 0)
  t.ok((samples.get('coffer_job_runs_total{kind="mail",outcome="done"}') as number) > 0)
})

t.test(
  'uploads, their bytes, their refusals and the calls to the store are counted, and the limit of all',
  async (t) => {
    const test = await start(t, { env: { RATE_LIMIT: '10' } })
    const [asset] = await test.keep(pixel())
    await test.upload([{ ...pixel(), type: 'image/gif' }])
    for (let i = 0; i < 10; i++) await test.call('GET', '/users/me')
    await test.app.audit.idle()
    const { samples } = await scrape(test)
    t.equal(samples.get('coffer_uploads_total{outcome="kept"}'), 1)
    t.equal(samples.get('coffer_uploads_total{outcome="UNSUPPORTED_MEDIA_TYPE"}'), 1)
    t.equal(samples.get('coffer_uploaded_bytes_total'), asset?.bytes)
    t.ok((samples.get('coffer_store_calls_total{outcome="ok"}') as number) > 0)
    t.ok((samples.get('coffer_throttled_total{limiter="address"}') as number) > 0)
    t.ok(samples.has('nodejs_eventloop_lag_p99_seconds') && samples.has('process_resident_memory_bytes'))
    t.ok(samples.has('nodejs_active_handles_total'))
  },
)

t.test('the queue is counted from the database once in a while, however often it is asked for', async (t) => {
  const test = await build(t, { own: true })
  const { app, clock } = test
  const queued = 'coffer_jobs{kind="mail",state="failed"}'
  const lag = 'coffer_job_lag_seconds{kind="mail"}'
  await app.jobs.stop()
  const job = { kind: 'mail', attempts: 1, createdAt: clock.now() }
  await app.db.Job.create({ ...job, _id: 'f', state: 'failed', dueAt: clock.now() })
  await app.db.Job.create({ ...job, _id: 'w', state: 'waiting', dueAt: new Date(clock.now().getTime() - 60_000) })
  const first = await scrape(test)
  t.equal(first.samples.get(queued), 1)
  t.ok((first.samples.get(lag) as number) >= 60)

  await app.db.Job.deleteMany({ kind: 'mail' })
  t.equal((await scrape(test)).samples.get(queued), 1, 'within five seconds')
  clock.advance(5_000)
  t.notOk((await scrape(test)).samples.has(queued))

  await app.db.connection.close()
  clock.advance(5_000)
  t.equal((await scrape(test)).statusCode, 200, 'without the database')
  await app.db.connection.openUri(app.config.MONGODB_URI)
})
