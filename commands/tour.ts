import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { styleText } from 'node:util'
import sharp from 'sharp'
import { loadSettings } from '../plugins/config.js'
import { appoint } from './appoint.js'
import { explain } from './explain.js'
import { open } from './open.js'

/** `npm run tour`: the whole journey against the server that runs, each step shown and checked; nothing of it stays. */

interface Request {
  json?: object
  form?: FormData
  token?: string
  /** The status that has to come; by default 200. */
  status?: number
}

// biome-ignore lint/suspicious/noExplicitAny: what is answered is checked step by step
type Answer = any

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
/** Tokens and links are long, and nobody reads them. */
const shorten = (entry: unknown) => (typeof entry === 'string' && entry.length > 60 ? `${entry.slice(0, 56)}…` : entry)
const chapter = (title: string) => say(`\n${paint('bold', title)}`)

async function call(title: string, route: string, { json, form, token, status = 200 }: Request = {}): Promise<Answer> {
  const [method, path] = route.split(' ') as [string, string]
  const response = await fetch(`${api}${path}`, {
    method,
    headers: {
      ...(json && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(json && { body: JSON.stringify(json) }),
    ...(form && { body: form }),
  })
  const text = await response.text()
  const answer = text && JSON.parse(text)
  say(
    `\n  ${paint(response.status === status ? 'green' : 'red', String(response.status))} ${title}  ${paint('cyan', route)}`,
  )
  if (json) tell('asked', json)
  if (text) tell('got', answer)
  assert.equal(response.status, status, `${route} answered ${response.status} instead of ${status}: ${answer.detail}`)
  return answer
}

/** The newest mail to an address that has come since, by its subject. */
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
  token: string
}

async function register(name: string): Promise<Person> {
  const email = `tour-${randomBytes(4).toString('hex')}@example.com`
  const password = `tour ${randomBytes(9).toString('base64url')}`
  const { challengeId } = await call(`${name} registers`, 'POST /v1/auth/register', {
    json: { email, password, name },
    status: 202,
  })
  const code = codeIn(await mail(email, /registration code/))
  const { user } = await call('proves to read the address', 'POST /v1/auth/register/verify', {
    json: { challengeId, code },
  })
  const person = { name, email, password, id: user.id as string, token: '' }
  people.push(person)
  return person
}

/** @returns the refresh token */
async function signIn(person: Person): Promise<string> {
  const { email, password, name } = person
  const { challengeId } = await call(`${name} signs in`, 'POST /v1/auth/login', {
    json: { email, password },
    status: 202,
  })
  const code = codeIn(await mail(email, /sign-in code/))
  const tokens = await call('with the mailed code', 'POST /v1/auth/login/verify', {
    json: { challengeId, code, delivery: 'body' },
  })
  await mail(email, /New sign-in/)
  person.token = tokens.accessToken
  return tokens.refreshToken
}

async function leave(person: Person): Promise<void> {
  const { name, token, password } = person
  await call(`${name} deletes the account`, 'DELETE /v1/users/me', {
    token,
    json: { currentPassword: password },
    status: 202,
  })
  people.splice(people.indexOf(person), 1)
}

/** A real picture, as a camera writes it: with the place where it was taken. */
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

function formOf(fields: Record<string, string>, picture: Buffer, filename: string): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new Blob([new Uint8Array(picture)], { type: 'image/jpeg' }), filename)
  return form
}

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
  const wrong = { email: ada.email, password: 'not the password' }
  await call('a wrong password tells nothing', 'POST /v1/auth/login', { json: wrong, status: 401 })
  let refreshToken = await signIn(ada)
  await call('Ada sees herself', 'GET /v1/users/me', { token: ada.token })
  await call('and changes her name', 'PATCH /v1/users/me', { token: ada.token, json: { name: 'Ada Lovelace' } })

  chapter('Files')
  const picture = await takePicture()
  assert.ok((await sharp(picture).metadata()).exif)
  const { items } = await call('a picture', 'POST /v1/assets', {
    token: ada.token,
    form: formOf({ tags: 'holiday', visibility: 'public' }, picture, 'beach.jpg'),
    status: 201,
  })
  const [asset] = items
  const served = await download(asset.secureUrl)
  assert.equal(createHash('sha256').update(served).digest('hex'), asset.checksum, 'The file is not what was stored.')
  assert.equal((await sharp(served).metadata()).exif, undefined, 'The place where it was taken is still in it.')
  const secret = await call('a private one', 'POST /v1/assets', {
    token: ada.token,
    form: formOf({ visibility: 'private' }, picture, 'diary.jpg'),
    status: 201,
  })
  const { url } = await call('opens by a signed link', `GET /v1/assets/${secret.items[0].id}/url`, { token: ada.token })
  await download(url)
  await call('a label', `PATCH /v1/assets/${asset.id}`, { token: ada.token, json: { tags: ['holiday', 'sea'] } })
  const found = await call('found by it', 'GET /v1/assets?tag=sea&total=true', { token: ada.token })
  assert.equal(found.total, 1)
  const avatar = formOf({}, picture, 'me.jpg')
  const pictured = await call('a profile image', 'PUT /v1/users/me/avatar', { token: ada.token, form: avatar })
  await download(pictured.avatarUrl)

  chapter('Sessions and passwords')
  const rotated = await call('a new access token', 'POST /v1/auth/refresh-token', { json: { refreshToken } })
  const again = await call('asked twice, answered alike', 'POST /v1/auth/refresh-token', { json: { refreshToken } })
  assert.equal(again.refreshToken, rotated.refreshToken)
  const { challengeId } = await call('a forgotten password', 'POST /v1/auth/password/forgot', {
    json: { email: ada.email },
    status: 202,
  })
  const code = codeIn(await mail(ada.email, /password reset code/))
  const { resetToken } = await call('with the mailed code', 'POST /v1/auth/password/forgot/verify', {
    json: { challengeId, code },
  })
  ada.password = `new ${ada.password}`
  const reset = { resetToken, newPassword: ada.password }
  await call('a new password', 'POST /v1/auth/password/reset', { json: reset, status: 204 })
  await call('ended every session', 'GET /v1/users/me', { token: ada.token, status: 401 })
  refreshToken = await signIn(ada)
  await call('devices', 'GET /v1/users/me/sessions', { token: ada.token })

  chapter('Administration')
  const grace = await register('Grace')
  await signIn(grace)
  await call('not for everybody', 'GET /v1/admin/users', { token: grace.token, status: 403 })
  const app = await open(settings)
  try {
    await appoint(app, grace.email)
    say(`\n  npm run admin -- ${grace.email}`)
    await call('Grace finds Ada', `GET /v1/admin/users?q=${encodeURIComponent(ada.email)}`, { token: grace.token })
    await call('and her files', `GET /v1/admin/assets?ownerId=${ada.id}`, { token: grace.token })
    const suspension = { status: 'suspended' }
    await call('suspends her', `PATCH /v1/admin/users/${ada.id}`, { token: grace.token, json: suspension })
    await call('which works at once', 'GET /v1/users/me', { token: ada.token, status: 401 })
    await call('and lifts it', `PATCH /v1/admin/users/${ada.id}`, { token: grace.token, json: { status: 'active' } })
    await call('all of it on record', `GET /v1/admin/audit-events?targetId=${ada.id}`, { token: grace.token })
    await call('in numbers', 'GET /v1/admin/statistics', { token: grace.token })
    // the last administrator can't leave, and there may be no other
    await app.db.User.updateOne({ email: grace.email }, { role: 'user' })
  } finally {
    await app.close()
  }

  chapter('Leaving')
  await signIn(ada)
  await call('a file goes', `DELETE /v1/assets/${asset.id}`, { token: ada.token, status: 204 })
  assert.equal((await fetch(asset.secureUrl)).status, 404, 'The file is still there.')
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
