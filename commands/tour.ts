import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { styleText } from 'node:util'
import sharp from 'sharp'
import { ApiError, type Client, createClient, memoryStore, type TokenStore } from '../openapi/client/index.js'
import { loadSettings } from '../plugins/config/index.js'
import { explain } from './explain.js'

/** `npm run tour`: uses the running server from registration to deletion, and shows and checks each step. It deletes what it created. */

const MAIL_PATIENCE = 15_000

const settings = loadSettings()
const api = `http://localhost:${settings.PORT}`
const mailbox = `http://localhost:${settings.LOCAL_PORT}/mailbox`
const people: Person[] = []

/* c8 ignore next 2 -- tests have no terminal */
const paint = (style: Parameters<typeof styleText>[0], text: string) =>
  process.stdout.isTTY ? styleText(style, text) : text
const say = (text = '') => process.stdout.write(`${text}\n`)
const tell = (name: string, value: unknown) =>
  say(paint('dim', `    ${name.padEnd(6)} ${JSON.stringify(value, (_key, entry) => shorten(entry))}`))
/** Shortens tokens and links. */
const shorten = (entry: unknown) => (typeof entry === 'string' && entry.length > 60 ? `${entry.slice(0, 56)}…` : entry)
const chapter = (title: string) => say(`\n${paint('bold', title)}`)

/** The current step and its last answer. */
let title = ''
let isRefusalDue = false
let last = { route: '', status: 0, detail: '' }

/** The fetch of the client. It shows each request and answer. */
async function show(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init)
  const { status, ok } = response
  const text = await response.clone().text()
  const asked = init.body instanceof Blob ? JSON.parse(await init.body.text()) : undefined
  const answer = text && JSON.parse(text)
  const { pathname, search } = new URL(url)
  const route = `${init.method} ${pathname}${search}`
  last = { route, status, detail: answer.detail }
  say(`\n  ${paint(ok === isRefusalDue ? 'red' : 'green', String(status))} ${title}  ${paint('cyan', route)}`)
  if (asked) tell('asked', asked)
  if (text) tell('got', answer)
  return response
}

/** Runs a step that must succeed. */
async function step<T>(name: string, act: () => Promise<T>): Promise<T> {
  title = name
  isRefusalDue = false
  return act().catch((cause) => {
    throw new Error(`${last.route} answered ${last.status}: ${cause.message}`, { cause })
  })
}

/** Runs a step that must be refused with this status. */
async function refused(name: string, status: number, act: () => Promise<unknown>): Promise<void> {
  title = name
  isRefusalDue = true
  const error = await act().catch((error: unknown) => error)
  const isRefused = error instanceof ApiError && error.status === status
  assert.ok(isRefused, `${last.route} answered ${last.status} instead of ${status}: ${last.detail}`)
}

/** Returns the newest mail to an address since the last call, by its subject. */
async function mail(to: string, subject: RegExp): Promise<string> {
  const deadline = Date.now() + MAIL_PATIENCE
  for (;;) {
    const response = await fetch(`${mailbox}/messages?to=${encodeURIComponent(to)}`)
    const { items } = (await response.json()) as { items: { id: string; subject: string; text: string }[] }
    const found = items.find((item) => subject.test(item.subject) && !read.has(item.id))
    if (found) {
      read.add(found.id)
      say(`      ${paint('yellow', 'mail')} "${found.subject}" to ${to}`)
      return found.text
    }
    assert.ok(Date.now() < deadline, `No mail "${subject.source}" has come to ${to}`)
    await delay(200)
  }
}
const read = new Set<string>()
const codeIn = (text: string) => /^\s*(\d{6})\s*$/m.exec(text)?.[1] as string

interface Person {
  name: string
  email: string
  password: string
  id: string
  client: Client
  store: TokenStore
}

async function register(name: string): Promise<Person> {
  const email = `tour-${randomBytes(4).toString('hex')}@example.com`
  const password = `tour ${randomBytes(9).toString('base64url')}`
  const store = memoryStore()
  const client = createClient({ baseUrl: api, store, fetch: show })
  const { challengeId } = await step(`${name} registers`, () => client.register({ email, password, name }))
  const code = codeIn(await mail(email, /registration code/))
  const { user } = await step('proves to read the address', () => client.verifyRegistration({ challengeId, code }))
  const person = { name, email, password, id: user.id, client, store }
  people.push(person)
  return person
}

async function signIn({ name, email, password, client }: Person): Promise<void> {
  const { challengeId } = await step(`${name} signs in`, () => client.login({ email, password }))
  const code = codeIn(await mail(email, /sign-in code/))
  await step('with the mailed code', () => client.verifyLogin({ challengeId, code }))
  await mail(email, /New sign-in/)
}

async function leave(person: Person): Promise<void> {
  const { name, client, password } = person
  await step(`${name} deletes the account`, () => client.deleteAccount({ currentPassword: password }))
  people.splice(people.indexOf(person), 1)
}

/** A picture as a camera writes it, with the place where it was taken. */
const takePicture = () =>
  sharp({
    create: {
      width: 1200,
      height: 800,
      channels: 3,
      background: '#3366cc',
      noise: { type: 'gaussian', mean: 128, sigma: 40 },
    },
  })
    .jpeg({ quality: 85 })
    .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } })
    .toBuffer()

const fileOf = (picture: Buffer, name: string) => new File([new Uint8Array(picture)], name, { type: 'image/jpeg' })

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url)
  assert.equal(response.status, 200, `${url} answered ${response.status}`)
  const bytes = Buffer.from(await response.arrayBuffer())
  say(`      ${paint('yellow', 'file')} ${bytes.length} bytes from ${shorten(url)}`)
  return bytes
}

async function walk(): Promise<void> {
  chapter('An account, and a sign-in with two steps')
  const ada = await register('Ada')
  const { client, email } = ada
  await refused('a wrong password tells nothing', 401, () => client.login({ email, password: 'not the password' }))
  await signIn(ada)
  await step('Ada sees herself', () => client.getProfile())
  await step('and changes her name', () => client.updateProfile({ name: 'Ada Lovelace' }))

  chapter('Files')
  const picture = await takePicture()
  assert.ok((await sharp(picture).metadata()).exif)
  const { items } = await step('a picture', () =>
    client.uploadAssets({ tags: ['holiday'], visibility: 'public', file: [fileOf(picture, 'beach.jpg')] }),
  )
  const asset = items[0] as (typeof items)[number]
  const secureUrl = asset.secureUrl as string
  const served = await download(secureUrl)
  assert.equal(createHash('sha256').update(served).digest('hex'), asset.checksum, 'The file is not what was stored.')
  assert.equal((await sharp(served).metadata()).exif, undefined, 'The place where it was taken is still in it.')
  const secret = await step('a private one', () =>
    client.uploadAssets({ visibility: 'private', file: [fileOf(picture, 'diary.jpg')] }),
  )
  const { url } = await step('opens by a signed link', () =>
    client.getAssetUrl({ assetId: secret.items[0]?.id as string }),
  )
  await download(url)
  await step('a label', () => client.updateAsset({ assetId: asset.id, tags: ['holiday', 'sea'] }))
  const found = await step('found by it', () => client.listAssets({ tag: 'sea', total: true }))
  assert.equal(found.total, 1)
  const pictured = await step('a profile image', () => client.putAvatar({ file: fileOf(picture, 'me.jpg') }))
  await download(pictured.avatarUrl as string)

  chapter('Sessions and passwords')
  const refreshToken = (await ada.store.load()) as string
  const refresh = () => client.api.POST('/v1/auth/refresh-token', { body: { refreshToken } })
  const rotated = await step('a new access token', refresh)
  const again = await step('asked twice, answered alike', refresh)
  assert.ok(rotated.data && again.data?.refreshToken === rotated.data.refreshToken)
  const { challengeId } = await step('a forgotten password', () => client.forgotPassword({ email }))
  const code = codeIn(await mail(email, /password reset code/))
  const { resetToken } = await step('with the mailed code', () => client.verifyPasswordReset({ challengeId, code }))
  ada.password = `new ${ada.password}`
  await step('a new password', () => client.resetPassword({ resetToken, newPassword: ada.password }))
  await refused('ended every session', 401, () => client.getProfile())
  await signIn(ada)
  await step('devices', () => client.listSessions())

  chapter('Programs')
  const { apiKey, secret: key } = await step('an API key', () =>
    client.createApiKey({ name: 'Backup', scopes: ['files:read'], currentPassword: ada.password }),
  )
  await mail(email, /An API key was created/)
  const program = createClient({ baseUrl: api, apiKey: key, fetch: show })
  await step('a program lists the files', () => program.listAssets())
  await refused('within its scopes', 403, () => program.deleteAsset({ assetId: asset.id }))
  await step('Ada revokes the key', () => client.deleteApiKey({ keyId: apiKey.id }))
  await refused('which works at once', 401, () => program.listAssets())

  chapter('Administration')
  const grace = await register('Grace')
  await signIn(grace)
  await refused('not for everybody', 403, () => grace.client.adminListUsers())
  // loaded here, so that a tour that can't begin says so at once
  const { appoint } = await import('./appoint.js')
  const { open } = await import('./open.js')
  const app = await open(settings)
  try {
    await appoint(app, grace.email)
    say(`\n  npm run admin -- ${grace.email}`)
    const userId = ada.id
    await step('Grace finds Ada', () => grace.client.adminListUsers({ q: email }))
    await step('and her files', () => grace.client.adminListAssets({ ownerId: userId }))
    await step('suspends her', () =>
      grace.client.adminUpdateUser({ userId, status: 'suspended', currentPassword: grace.password }),
    )
    await refused('which works at once', 401, () => client.getProfile())
    await step('and lifts it', () => grace.client.adminUpdateUser({ userId, status: 'active' }))
    await step('all of it on record', () => grace.client.adminListAuditEvents({ targetId: userId }))
    await step('in numbers', () => grace.client.adminGetStatistics())

    chapter('Webhooks')
    const { password: currentPassword } = grace
    const events = ['webhook.test'] as const
    await refused('never into a private network', 422, () =>
      grace.client.adminCreateWebhook({ url: 'https://10.0.0.1/', events: [...events], currentPassword }),
    )
    // a name that exists nowhere (RFC 6761, 6.4)
    const { webhook } = await step('a webhook', () =>
      grace.client.adminCreateWebhook({ url: 'https://hook.invalid/', events: [...events], currentPassword }),
    )
    const webhookId = webhook.id
    await step('a test event', () => grace.client.adminTestWebhook({ webhookId }))
    await step('is sent again until it arrives', () =>
      grace.client.api.GET('/v1/admin/webhooks/{webhookId}/deliveries', { params: { path: { webhookId } } }),
    )
    await step('Grace deletes the webhook', () => grace.client.adminDeleteWebhook({ webhookId }))
    // the last administrator can't be deleted, and there may be no other
    await app.db.User.updateOne({ email: grace.email }, { role: 'user' })
  } finally {
    await app.close()
  }

  chapter('Leaving')
  await signIn(ada)
  await step('a file goes', () => client.deleteAsset({ assetId: asset.id }))
  assert.equal((await fetch(secureUrl)).status, 404, 'The file is still there.')
  await leave(ada)
  await leave(grace)
}

async function tour(): Promise<void> {
  if (!settings.standIns.includes('mailbox')) {
    throw new Error('The tour reads codes from the local mailbox, but SMTP_URL or GMAIL_USER sends the mail elsewhere.')
  }
  const isUp = await fetch(`${api}/health/live`).then(
    (response) => response.ok,
    () => false,
  )
  if (!isUp) throw new Error(`No Coffer answers at ${api}: run npm start in another terminal first.`)
  try {
    await walk()
    say(`\n${paint('green', 'Every step did what it should.')} The accounts of the tour are deleted.`)
  } finally {
    for (const person of [...people]) {
      await leave(person).catch(() => say(`\nThe account ${person.email} could not be deleted.`))
    }
  }
}

await tour().catch((error) => {
  process.stderr.write(`\n${explain(error)}\n`)
  process.exitCode = 1
})
