import t, { type Test } from 'tap'
import { login, PASSWORD } from '../support/app.js'
import { addAuthenticator, needsBrowser, openBrowser, serveFiles, start } from './helper.js'

t.setTimeout(120_000)

interface Answer {
  status: number
  body: { challengeId: string; options: object; [name: string]: unknown }
}

/** A page on an origin, with an authenticator in its browser. */
async function openPage(t: Test, origin: string) {
  const { context } = await openBrowser(t)
  const page = await context.newPage()
  await page.goto(`${origin}/`)
  await addAuthenticator(page)
  /** Evaluates what a page does with options: the platform's own functions only. */
  const run = (name: 'create' | 'get', options: object): Promise<object> =>
    page.evaluate(`(async () => {
      const name = ${JSON.stringify(name)}
      const parse = name === 'create' ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON'
      const publicKey = PublicKeyCredential[parse](${JSON.stringify(options)})
      return (await navigator.credentials[name]({ publicKey })).toJSON()
    })()`)
  return { create: (options: object) => run('create', options), get: (options: object) => run('get', options) }
}

/** An app, and pages of its own and of other origins. */
async function open(t: Test) {
  const files = { '/': '<!doctype html><title>Page</title>', '/favicon.ico': '' }
  const [origin, foreign] = [await serveFiles(t, files), await serveFiles(t, files)]
  const below = foreign.replace('localhost', 'other.localhost')
  const test = await start(t, { env: { CORS_ORIGINS: `${origin},${below}` } })
  const call = async (path: string, payload: object, headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await test.app.inject({ method: 'POST', url: `/v1${path}`, payload, headers })
    return { status: response.statusCode, body: response.json() }
  }
  return { ...test, origin, foreign, below, call }
}

let test: Awaited<ReturnType<typeof open>>
t.before(async () => {
  test = await open(t)
})

/** Adds the passkey of a page to a new account. */
async function enrol(page: Awaited<ReturnType<typeof openPage>>) {
  const session = await login(test)
  const { body } = await test.call('/users/me/factors/passkeys', { currentPassword: PASSWORD }, session.bearer)
  const response = await page.create(body.options)
  const { challengeId } = body
  const added = await test.call('/users/me/factors/passkeys/verify', { challengeId, response }, session.bearer)
  return { ...session, added }
}

t.test('a passkey of Chromium: add, sign in, second factor, step-up, delete', needsBrowser, async (t) => {
  const page = await openPage(t, test.origin)
  const { email, password, bearer, added } = await enrol(page)
  t.equal(added.status, 200, JSON.stringify(added.body))

  const begun = await test.call('/auth/passkey', {})
  const answer = { challengeId: begun.body.challengeId, response: await page.get(begun.body.options) }
  const signedIn = await test.call('/auth/passkey/verify', answer)
  t.equal(signedIn.status, 200, JSON.stringify(signedIn.body))
  t.match(signedIn.body, { user: { email } })
  t.equal((await test.call('/auth/passkey/verify', answer)).status, 401, 'a replay')

  const challenge = (await test.call('/auth/login', { email, password })).body
  t.match(challenge, { methods: ['passkey', 'backup-code'] })
  const response = await page.get(challenge.passkeyOptions as object)
  const second = await test.call('/auth/login/verify', { challengeId: challenge.challengeId, response })
  t.equal(second.status, 200, JSON.stringify(second.body))

  const step = await test.call('/auth/step-up/passkey', {}, bearer)
  const stepped = { challengeId: step.body.challengeId, response: await page.get(step.body.options) }
  const done = await test.app.inject({ method: 'POST', url: '/v1/auth/step-up', payload: stepped, headers: bearer })
  t.equal(done.statusCode, 204)

  const { id } = added.body.factor as { id: string }
  const url = `/v1/users/me/factors/${id}`
  t.equal((await test.app.inject({ method: 'DELETE', url, headers: bearer })).statusCode, 204)
  const last = await test.call('/auth/passkey', {})
  const gone = { challengeId: last.body.challengeId, response: await page.get(last.body.options) }
  t.equal((await test.call('/auth/passkey/verify', gone)).status, 401)
})

t.test('Chromium: a page of another origin, and a passkey of another domain, are refused', needsBrowser, async (t) => {
  const foreign = await openPage(t, test.foreign)
  const refused = await enrol(foreign)
  t.match(refused.added, { status: 401, body: { code: 'INVALID_CODE' } }, 'a foreign origin')

  const below = await openPage(t, test.below)
  const session = await login(test)
  const { body } = await test.call('/users/me/factors/passkeys', { currentPassword: PASSWORD }, session.bearer)
  const options = { ...body.options, rp: { id: 'other.localhost', name: 'Other' } }
  const added = await test.call(
    '/users/me/factors/passkeys/verify',
    { challengeId: body.challengeId, response: await below.create(options) },
    session.bearer,
  )
  t.match(added, { status: 401, body: { code: 'INVALID_CODE' } }, 'another RP ID')
})
