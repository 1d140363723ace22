import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import type { ListedFile, StoredFile } from '../../../../plugins/storage/cloudinary.js'
import { all, control } from '../../../plugins/storage/store.js'
import { type BuildOptions, build, serve, services } from '../../../support/app.js'
import { storeSession } from '../../../support/session.js'

export interface Asset {
  id: string
  bytes: number
  filename: string
  publicId: string
  secureUrl: string
  [name: string]: unknown
}

export interface Part {
  name?: string
  filename?: string
  type?: string
  content: Buffer | string
}

type Bearer = { authorization: string }

/** Starts an app that listens, with a signed-in user and functions that call it and control its store. */
export async function start(t: Test, options: BuildOptions = {}) {
  const test = await build(t, options)
  const base = await serve(test.app)
  const { urls } = await services()
  const user = await storeSession(test)

  const upload = (parts: Part[], bearer: Bearer = user.bearer) => post(base, bearer, form(parts))
  const keep = async (...parts: Part[]): Promise<Asset[]> => {
    const { status, body } = await upload(parts)
    if (status !== 201) throw new Error(JSON.stringify(body))
    return body.items
  }
  const call = (method: string, path: string, payload?: object, headers: Record<string, string> = {}) =>
    test.app.inject({
      method: method as 'GET',
      url: `/v1${path}`,
      headers: { ...user.bearer, ...headers },
      ...(payload && { payload }),
    })
  return { ...test, base, user, upload, keep, call, ...control(urls.cloudinary as string) }
}

/** Writes a form as clients send it. The file parts are sent as given, true or false. */
export function form(parts: Part[]) {
  const boundary = 'a-boundary-of-the-test'
  const chunks = parts.flatMap(({ name = 'file', filename, type, content }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`,
    filename === undefined ? '' : `; filename="${filename}"`,
    type === undefined ? '' : `\r\nContent-Type: ${type}`,
    '\r\n\r\n',
    content,
    '\r\n',
  ])
  const body = Buffer.concat([...chunks, `--${boundary}--\r\n`].map((chunk) => Buffer.from(chunk as string)))
  return { body, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }
}

/** Posts over a socket, so that the request streams. */
export async function post(
  base: string,
  bearer: Bearer,
  { body, headers }: { body: Buffer | string | ReadableStream; headers: object },
) {
  const response = await fetch(`${base}/v1/assets`, {
    method: 'POST',
    headers: { ...bearer, ...headers },
    body: body as RequestInit['body'],
    duplex: 'half',
  } as RequestInit)
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, never> & { items: Asset[]; code?: string },
  }
}

/** Lists every stored file of this app's database. */
export async function stored(app: FastifyInstance): Promise<ListedFile[]> {
  const instance = await app.db.Instance.findById('instance').lean()
  const kinds = (['image', 'video', 'raw'] as const).flatMap((resourceType) =>
    (['public', 'private'] as const).map((visibility): Omit<StoredFile, 'publicId'> => ({ resourceType, visibility })),
  )
  const lists = await Promise.all(kinds.map((kind) => all(app.storage.list(`coffer-${instance?.name}/`, kind))))
  return lists.flat()
}

/** Returns the usage of an account. */
export async function usage(app: FastifyInstance, userId: string) {
  const user = await app.db.User.findById(userId, { usage: 1, reservations: 1, refunds: 1 }).lean()
  return {
    bytes: user?.usage.bytes,
    files: user?.usage.files,
    reserved: user?.reservations.length,
    refunds: user?.refunds.length,
  }
}

/** Asserts that no upload has left anything in the store, the database or the quota. */
export async function nothingIsKept(t: Test, app: FastifyInstance, userId: string) {
  t.same(await stored(app), [], 'the store holds nothing')
  t.equal(await app.db.Asset.countDocuments(), 0, 'there is no row')
  t.same(await usage(app, userId), { bytes: 0, files: 0, reserved: 0, refunds: 0 }, 'nothing is counted')
}

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

/** A PNG of one pixel. */
export const pixel = (filename = 'a.png'): Part => ({ filename, type: 'image/png', content: PIXEL })

/** A PDF of about `size` bytes. */
export const pdf = (filename = 'a.pdf', size = 100): Part => ({
  filename,
  type: 'application/pdf',
  content: `%PDF-1.4\n${'x'.repeat(size)}\nstartxref\n9\n%%EOF\n`,
})
