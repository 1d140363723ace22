import { spawn } from 'node:child_process'
import { createHmac, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import sharp from 'sharp'
import t, { type Test } from 'tap'
import type { PendingTotp } from '../../models/factor.js'
import { describeTotp } from '../../plugins/auth/totp.js'
import { Environment } from '../../plugins/config/environment.js'
import { createKey } from '../support/api-keys.js'
import { build, login, newEmail, PASSWORD, register } from '../support/app.js'
import { mismatch } from '../support/contract.js'
import { authenticator } from '../support/factors.js'
import { blocksOf, codes, converse, follow, serve, shell } from '../support/guides.js'
import { until } from '../support/until.js'

const GUIDES = readdirSync('docs')
  .filter((name) => name.endsWith('.md'))
  .map((name) => join('docs', name))
const CLIENT = join('openapi', 'client', 'README.md')

t.setTimeout(300_000)

const photo = () =>
  sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } })
    .png()
    .toBuffer()

/** The app of the guides that need no settings. */
let test: Awaited<ReturnType<typeof serve>>
t.before(async () => {
  test = await serve(t)
})

/** A folder with the files of a guide, and a picture. */
async function begin(t: Test, page: string, api: string) {
  const folder = await follow(t, [join('docs', page)], api)
  writeFileSync(join(folder, 'photo.png'), await photo())
  return { folder, script: shell(join('docs', page), api) }
}

t.test('from a server: register, sign in, upload and list', async (t) => {
  const { folder, script } = await begin(t, 'server.md', test.api)
  const email = newEmail()
  const code = codes(test, email)
  const steps: Parameters<typeof converse>[3] = [
    [/E-mail address: $/, () => email],
    [/Password: $/, () => PASSWORD],
    [/Code from the mail: $/, code],
  ]
  const output = await converse(t, script, folder, [...steps, ...steps])
  t.match(output, `Signed in as ${email}.`)
  t.match(output, /Kept photo\.png, \d+ bytes\./)
  t.match(output, /^[\d-]{10}T\S+ photo\.png$/m)
  const again = await converse(t, 'node list.js', folder, [])
  t.match(again, 'photo.png', 'the next process is signed in')
})

t.test('from a program: create an API key, and use it', async (t) => {
  const { folder, script } = await begin(t, 'programs.md', test.api)
  const { email, password } = await register(test)
  const code = codes(test, email)
  // the one of the registration
  await code()
  const output = await converse(t, script, folder, [
    [/E-mail address: $/, () => email],
    [/Password: $/, () => password],
    [/Code from the mail: $/, code],
  ])
  t.match(output, /Created cof_\w{8}…\nphoto\.png \d+\n$/)
  t.equal(statSync(join(folder, 'coffer-key')).mode & 0o777, 0o600)
  const request = blocksOf(join('docs', 'programs.md')).find(({ label }) => label === 'request')
  const secret = readFileSync(join(folder, 'coffer-key'), 'utf8')
  t.match(request?.code, 'Authorization: Bearer $(cat coffer-key)')
  const response = await fetch(`${test.api}/v1/assets`, { headers: { authorization: `Bearer ${secret}` } })
  t.match(await response.json(), { items: [{ filename: 'photo.png', tags: ['backup'] }] })
})

t.test('webhooks: create one, receive and verify events, and replay those that failed', async (t) => {
  const test = await serve(t, { env: { WEBHOOK_ALLOWED_NETWORKS: '127.0.0.1' } })
  const { folder, script } = await begin(t, 'webhooks.md', test.api)
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as AddressInfo
  free.close()
  for (const name of ['receiver.js', 'create-webhook.js']) {
    const path = join(folder, name)
    writeFileSync(path, readFileSync(path, 'utf8').replace('4000', `${port}`))
  }
  const { email, password, user } = await register(test)
  await test.app.db.User.updateOne({ _id: user.id }, { $set: { role: 'admin' } })
  const code = codes(test, email)
  // the one of the registration
  await code()
  const output = await converse(t, script, folder, [
    [/E-mail address: $/, () => email],
    [/Password: $/, () => password],
    [/Code from the mail: $/, code],
  ])
  const [, id = ''] = /Created ([0-9a-f]{24})/.exec(output) ?? []
  const { bearer } = await createKey(test, await login(test, { email, password }), {
    scopes: ['webhooks:read', 'webhooks:write'],
  })

  const receiver = spawn(process.execPath, ['receiver.js'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => receiver.kill('SIGKILL'))
  let received = ''
  receiver.stdout.setEncoding('utf8').on('data', (text: string) => {
    received += text
  })
  const answer = (init: RequestInit) =>
    fetch(`http://127.0.0.1:${port}/`, { method: 'POST', ...init }).catch(() => null)
  await until(async () => (await answer({ body: '{}' }))?.status === 400)
  const url = `${test.api}/v1/admin/webhooks/${id}`
  t.equal((await fetch(`${url}/test`, { method: 'POST', headers: bearer })).status, 202)
  await until(() => received.includes('\n'))
  t.equal(received, `webhook.test {"webhookId":"${id}"}\n`)

  const { Job } = test.app.db
  await until(() => Job.exists({ kind: `webhook:${id}`, state: 'done' }))
  await Job.updateMany({ kind: `webhook:${id}` }, { $set: { state: 'failed' } })
  const API_KEY = bearer.authorization.replace('Bearer ', '')
  t.match(await converse(t, 'node replay.js', folder, [], { API_KEY, WEBHOOK_ID: id }), /^msg_\w+ webhook\.test\n$/)
  await until(() => Job.exists({ kind: `webhook:${id}`, state: 'done' }))
  t.equal(received.split('\n').length, 2, 'an event that was handled is not handled again')
})

t.test('second factors: add an authenticator app, sign in with it, and step up', async (t) => {
  const { folder, script } = await begin(t, 'factors.md', test.api)
  const { email, password } = await register(test)
  const mailed = codes(test, email)
  // the one of the registration
  await mailed()
  let app = (_steps: number) => ''
  const firstCode = async () => {
    const { pendingTotp } = (await test.app.db.User.findOne({ email }).lean()) ?? {}
    const secret = test.app.factors.secretOf(pendingTotp as PendingTotp) as Buffer
    app = authenticator(test, describeTotp(secret, { issuer: '', label: '' }).secret)
    return app(-1)
  }
  const output = await converse(t, script, folder, [
    [/E-mail address: $/, () => email],
    [/Password: $/, () => password],
    [/Code from the mail: $/, mailed],
    [/Code from the app: $/, firstCode],
    [/E-mail address: $/, () => email],
    [/Password: $/, () => password],
    [/Method \(totp, backup-code\): $/, () => 'totp'],
    [/Code: $/, () => app(0)],
    [/Another code: $/, () => app(1)],
  ])
  t.match(output, /otpauth:\/\/totp\/\S+\nor type [A-Z2-7]{32} in/)
  t.match(output, /Added Phone\. Keep these codes: (\w{5}-\w{5}(, )?){10}\n/)
  t.match(output, `Signed in: ${email}\n`)
  t.match(output, /New codes: 10\n$/)
})

t.test('from a mobile app: the requests', async (t) => {
  const { folder, script } = await begin(t, 'mobile-app.md', test.api)
  const { email, password } = await register(test)
  const code = codes(test, email)
  // the one of the registration
  await code()
  const output = await converse(t, script, folder, [
    [/E-mail address: $/, () => email],
    [/Password: $/, () => password],
    [/Code from the mail: $/, code],
  ])
  t.match(output, `"email":"${email}"`)
  t.match(output, /"filename":"photo\.png".*"tags":\["holiday"\]/)
  const user = await test.app.db.User.findOne({ email }).lean()
  t.strictSame(user?.sessions, [], 'and signed out at the end')
})

t.test('from a mobile app: the client with a store in a vault', async (t) => {
  const { folder } = await begin(t, 'mobile-app.md', test.api)
  writeFileSync(join(folder, 'vault.js'), 'export const vault = new Map()\n')
  const { vault } = await import(pathToFileURL(join(folder, 'vault.js')).href)
  const { refreshToken, email } = await login(test)
  vault.set('coffer', refreshToken)
  const { coffer } = await import(pathToFileURL(join(folder, 'coffer.js')).href)
  t.equal((await coffer.getProfile()).email, email)
  t.not(vault.get('coffer'), refreshToken)
  await coffer.logout()
  t.equal(vault.size, 0)
})

t.test('in another service: what verifies tokens believes the right ones only', async (t) => {
  const { folder } = await begin(t, 'verify-tokens.md', '')
  const [makeKey, check] = blocksOf(join('docs', 'verify-tokens.md')).filter(
    ({ language, label }) => language === 'bash' && label === undefined,
  )
  await converse(t, makeKey?.code ?? '', folder, [])
  const env = { JWT_PRIVATE_KEY: readFileSync(join(folder, 'jwt.pem'), 'utf8') }
  const test = await serve(t, { env })
  const service = (await begin(t, 'verify-tokens.md', test.api)).folder
  const { accessToken: TOKEN, id } = await login(test)
  t.match(await converse(t, check?.code ?? '', service, [], { TOKEN }), `User ${id}, until `)

  const { verify } = await import(pathToFileURL(join(service, 'verify.js')).href)
  t.match(await verify(TOKEN), { sub: id, aud: 'coffer', iss: test.api })
  const same = { ...env, PUBLIC_URL: test.api }
  const others = {
    audience: await build(t, { env: { ...same, JWT_AUDIENCE: 'other' } }),
    issuer: await build(t, { env: { ...same, JWT_ISSUER: 'https://other.example' } }),
    secret: await build(t, { env: { PUBLIC_URL: test.api } }),
  }
  for (const [name, other] of Object.entries(others)) {
    await t.rejects(verify((await login(other)).accessToken), name)
  }
  test.clock.advance(-3_600_000)
  await t.rejects(verify((await login(test)).accessToken), { code: 'FAST_JWT_EXPIRED' })

  const [header, claims] = TOKEN.split('.', 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
  const key = createPrivateKey(env.JWT_PRIVATE_KEY)
  const signed = (changes: { header?: object; claims?: object }, signature?: (input: string) => Buffer) => {
    const parts = [
      { ...header, ...changes.header },
      { ...claims, ...changes.claims },
    ]
    const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    return `${input}.${(signature?.(input) ?? sign(null, Buffer.from(input), key)).toString('base64url')}`
  }
  t.match(await verify(signed({})), { sub: id })
  for (const changes of [
    { header: { typ: 'JWT' } },
    { header: { kid: 'another' } },
    { claims: { exp: undefined } },
    { claims: { sid: undefined } },
  ])
    await t.rejects(verify(signed(changes)), JSON.stringify(changes))
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' })
  const hmac = (input: string) => createHmac('sha256', publicKey).update(input).digest()
  await t.rejects(verify(signed({ header: { alg: 'HS256' } }, hmac)), 'a public key is no secret')
  await t.rejects(verify(signed({ header: { alg: 'none' } }, () => Buffer.alloc(0))), 'no signature')

  t.capture(globalThis, 'fetch', async () => Response.json({ keys: [] }))
  t.match(await verify(signed({})), { sub: id }, 'the list is not read again at once')
  const { now } = Date
  t.capture(Date, 'now', () => now() + 301_000)
  await t.rejects(verify(signed({})), { code: 'FAST_JWT_KEY_FETCHING_ERROR' }, 'a key that was taken off the list')
})

t.test('the errors are shown as they are answered', async (t) => {
  const [example] = blocksOf(join('docs', 'errors.md'))
  t.equal(await mismatch(['components', 'schemas', 'Problem'], JSON.parse(example?.code ?? '')), undefined)
  const { app } = await build(t)
  const response = await app.inject({ method: 'POST', url: '/v1/auth/login', payload: { password: PASSWORD } })
  const { requestId, ...answer } = response.json()
  t.match(JSON.parse(example?.code ?? ''), answer)
})

t.test('what starts a server or a build names variables and scripts that exist', async (t) => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  const blocks = [...GUIDES, CLIENT].flatMap(blocksOf).filter(({ label }) => label === 'server' || label === 'sdks')
  t.ok(blocks.length >= 3)
  for (const { code } of blocks) {
    for (const [, name = ''] of code.matchAll(/([A-Z_]+?)(?:_FILE)?=/g)) t.ok(name in Environment, name)
    for (const [, name = 'start'] of code.matchAll(/npm (?:run (\w+)|start)/g)) t.ok(name in scripts, name)
  }
})

t.test('every link of a guide leads somewhere', async (t) => {
  const anchorOf = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-')
  for (const page of [...GUIDES, CLIENT, 'README.md']) {
    const text = readFileSync(page, 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '')
    for (const [, path = '', anchor] of text.matchAll(/\]\((?!http)([^)#]*)(?:#([^)]+))?\)/g)) {
      const target = path ? join(dirname(page), path) : page
      t.ok(existsSync(target), `${page}: ${path}`)
      if (!anchor) continue
      const headings = [...readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
        anchorOf(heading),
      )
      t.ok(headings.includes(anchor), `${page}: ${path}#${anchor}`)
    }
  }
})
