import t from 'tap'
import { picture } from '../../../plugins/storage/samples.js'
import { control } from '../../../plugins/storage/store.js'
import { build, codeIn, newEmail, PASSWORD, post, services, type TestApp, withMail } from '../../../support/app.js'
import { form, type Part } from '../assets/client.js'

const account = (email: string, password = PASSWORD): Part[] =>
  Object.entries({ email, password, name: 'Ada Lovelace' }).map(([name, content]) => ({ name, content }))
const avatar = (content: Buffer | string, filename = 'me.png', type = 'image/png'): Part => ({
  name: 'avatar',
  filename,
  type,
  content,
})

async function send({ app }: TestApp, parts: Part[]) {
  const { body, headers } = form(parts)
  const response = await app.inject({ method: 'POST', url: '/v1/auth/register', payload: body, headers })
  return { status: response.statusCode, body: response.json() }
}

async function registered(test: TestApp, parts: Part[], email: string) {
  const { answer, mail } = await withMail(test, email, /registration code/, () => send(test, parts))
  const { challengeId } = answer.body
  const verified = await post(test.app, '/v1/auth/register/verify', { challengeId, code: codeIn(mail) })
  return { status: verified.statusCode, user: verified.json().user }
}

t.test('a form may bring an image, which is the avatar once the code is verified', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const image = await picture(900, 600).png().toBuffer()
  for (const parts of [[...account(email), avatar(image)]]) {
    const { status, user } = await registered(test, parts, email)
    t.equal(status, 200)
    t.match(user, { email, name: 'Ada Lovelace', avatarUrl: /^http/ })
    const served = await fetch(user.avatarUrl)
    t.equal(served.headers.get('content-type'), 'image/webp')
    t.match(await test.app.db.Asset.find().lean(), [{ purpose: 'avatar', state: 'ready', width: 512 }])
  }
  t.match(await test.app.db.Challenge.findOne().lean(), { registration: null }, 'the challenge keeps no image')
})

t.test('until then the image is kept small in the challenge, and nothing in the store', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const image = await picture(900, 600).png().toBuffer()
  t.equal((await send(test, [avatar(image), ...account(email)])).status, 202, 'in any order')
  const challenge = await test.app.db.Challenge.findOne()
  t.ok((challenge?.registration?.avatar?.length as number) <= 100 * 1024)
  t.equal(await test.app.db.Asset.countDocuments(), 0)
})

t.test('a form needs no image', async (t) => {
  const test = await build(t)
  const email = newEmail()
  t.match(await registered(test, account(email), email), { status: 200, user: { email, avatarUrl: null } })
})

t.test('the fields are checked before an image is decoded, in any order', async (t) => {
  const test = await build(t)
  const email = newEmail()
  const image = await picture(60, 40).webp().toBuffer()
  // pixels that can't be decoded, in an image that is well formed otherwise
  image.fill(0xff, 40)
  const broken = avatar(image, 'me.webp', 'image/webp')
  t.match(await send(test, [broken, ...account(email)]), { status: 415 })
  t.match(await send(test, [broken, ...account('nobody')]), { status: 400, body: { code: 'VALIDATION_FAILED' } })
  t.match(await send(test, [broken, ...account(email, 'short')]), { body: { code: 'PASSWORD_TOO_WEAK' } })
})

t.test('what is no image, no field or no registration is refused', async (t) => {
  const test = await build(t, { env: { UPLOAD_MAX_BYTES: '4MiB', UPLOAD_MAX_PIXELS: '500000' } })
  const email = newEmail()
  const image = await picture(60, 40).png().toBuffer()
  const refused: [Part[], object][] = [
    [[...account(email), avatar('<svg/>', 'me.svg', 'image/svg+xml')], { status: 415 }],
    [[...account(email), avatar('%PDF-1.7', 'me.pdf', 'application/pdf')], { status: 415 }],
    [[...account(email), avatar(image, 'me.png', 'image/jpeg')], { status: 415 }],
    [[...account(email), avatar(await picture(900, 600).png().toBuffer())], { status: 422, code: 'TOO_MANY_PIXELS' }],
    [[...account(email), avatar(Buffer.concat([image, Buffer.alloc(5_000_000)]))], {}],
    [[...account(email), avatar(image), avatar(image)], { status: 413 }],
    [[...account(email), { ...avatar(image), name: 'photo' }], { status: 400, code: 'VALIDATION_FAILED' }],
    [[...account(email), { name: 'role', content: 'admin' }], { status: 400, code: 'VALIDATION_FAILED' }],
    [[...account(email), ...account(newEmail())], { status: 400, code: 'VALIDATION_FAILED' }],
    [account(email).slice(1), { status: 400, code: 'VALIDATION_FAILED' }],
    [[{ name: '__proto__', content: 'x' }, ...account(email)], { status: 400 }],
    [[...account(email).slice(1), { name: 'email', content: 'x'.repeat(3000) }], { status: 413 }],
    [account(email, 'short'), { status: 422, code: 'PASSWORD_TOO_WEAK' }],
    [account(email, 'coffer-2026-xk'), { status: 422, code: 'PASSWORD_TOO_WEAK' }],
  ]
  for (const [parts, expected] of refused) {
    const { status, body } = await send(test, parts)
    t.ok(status >= 400 && status < 500, `${status}`)
    t.match(body, expected)
  }
  t.equal(await test.app.db.Challenge.countDocuments(), 0)
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
    const response = await test.app.inject({
      method: 'POST',
      url: '/v1/auth/register',
      headers: { 'content-type': type },
      payload: `email=${email}`,
    })
    t.equal(response.statusCode, 415)
  }
  t.equal((await post(test.app, '/v1/auth/register')).statusCode, 400, 'no body at all')
})

t.test('where the store fails the account comes to be, and the avatar follows', async (t) => {
  const test = await build(t)
  const { urls } = await services()
  const { fail } = control(urls.cloudinary as string)
  const image = await picture(90, 60).png().toBuffer()
  const seen = async (email: string) => {
    await test.app.jobs.drain()
    return (await test.app.db.User.findOne({ email }).lean())?.avatar?.url
  }

  const email = newEmail()
  await fail('upload', 500)
  const { user, status } = await registered(test, [...account(email), avatar(image)], email)
  t.match({ status, user }, { status: 200, user: { email, avatarUrl: null } })
  t.match(await seen(email), /^http/)
  t.equal((await fetch((await seen(email)) as string)).status, 200)
  t.match(await test.app.db.Job.findOne({ kind: 'registration-avatar' }).lean(), { state: 'done', content: null })

  // the owner has gone meanwhile
  const other = newEmail()
  await fail('upload', 500, { count: 2 })
  await registered(test, [...account(other), avatar(image)], other)
  await test.app.jobs.drain()
  await test.app.db.User.updateOne({ email: other }, { $set: { status: 'suspended' } })
  test.clock.advance(3_600_000)
  t.equal(await seen(other), undefined)
  t.equal(await test.app.db.Job.countDocuments({ kind: 'registration-avatar', state: 'done' }), 2)
})

t.test('text of a form that is not UTF-8 is refused, as in JSON', async (t) => {
  const test = await build(t)
  const email = newEmail()
  for (const field of ['name', 'password', 'email']) {
    const parts = account(email).map((part) =>
      part.name === field ? { ...part, content: Buffer.from('caf\xe9 in the old town', 'latin1') } : part,
    )
    const { status, body } = await send(test, parts)
    t.match({ status, ...body }, { status: 400, code: 'VALIDATION_FAILED', errors: [{ pointer: `/${field}` }] })
  }
  t.equal(await test.app.db.Challenge.countDocuments(), 0)
  const named = account(email).map((part) => (part.name === 'name' ? { ...part, content: 'Zoë 李 🦄' } : part))
  t.match(await registered(test, named, email), { status: 200, user: { name: 'Zoë 李 🦄' } })
})
