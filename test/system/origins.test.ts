import t from 'tap'
import { build, challenge, PASSWORD, register, serve } from '../support/app.js'

const ORIGINS = ['capacitor://localhost', 'tauri://localhost', 'app://-', 'chrome-extension://abcdefghijklmnop']

t.test('a page with a scheme of its own may call the API and refresh by cookie, if its origin is listed', async (t) => {
  const test = await build(t, { env: { CORS_ORIGINS: ORIGINS.join(), COOKIE_SAME_SITE: 'none' } })
  const base = await serve(test.app)
  const post = (path: string, headers: Record<string, string>, body?: object) =>
    fetch(`${base}/v1/auth/${path}`, {
      method: 'POST',
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
  const { email } = await register(test)
  for (const origin of ORIGINS) {
    const preflight = await fetch(`${base}/v1/auth/login`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    })
    t.equal(preflight.status, 204)
    t.equal(preflight.headers.get('access-control-allow-origin'), origin)
    t.equal(preflight.headers.get('access-control-allow-credentials'), 'true')

    const { challengeId, code } = await challenge(test, 'login', { email, password: PASSWORD })
    const signedIn = await post('login/verify', { origin }, { challengeId, code })
    t.equal(signedIn.status, 200)
    t.equal(signedIn.headers.get('access-control-allow-origin'), origin)
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] as string
    const refreshed = await post('refresh-token', { origin, cookie, 'sec-fetch-site': 'cross-site' })
    t.equal(refreshed.status, 200)
    t.equal(refreshed.headers.get('access-control-allow-origin'), origin)

    for (const foreign of [`${origin}.evil`, origin.replace(/^\w/, 'x'), 'null']) {
      const refused = await post('refresh-token', { origin: foreign, cookie, 'sec-fetch-site': 'cross-site' })
      t.equal(refused.status, 403)
      t.equal(refused.headers.get('access-control-allow-origin'), null)
    }
  }
})
