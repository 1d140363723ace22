import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

/** The address of the server, which changes with every restart. */
export interface Target {
  base: string
  /** Resolves when it listens again. */
  up: Promise<void>
  mailbox: string
}

/** The answers that a client got, compared at the end. */
export interface Ledger {
  userId: string
  /**
   * Each upload by the tag of its files: their number, the ids in the answer, and true if a list showed one of them.
   */
  uploads: Map<string, { files: number; ids: string[] | null; isListed: boolean }>
  /** The files whose deletion was requested; true once it was answered. */
  deletions: Map<string, boolean>
  /** The address of the avatar in the last answer, null for none, undefined if it is unknown. */
  avatar: string | null | undefined
  /** Answers that are not allowed. */
  surprises: string[]
  /** The number of answers of each status; `cut` counts requests without one. */
  statuses: Record<string, number>
}

export type Random = () => number

/** Mulberry32: returns the same numbers for the same seed. */
export function randomOf(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const below = (random: Random, end: number) => Math.floor(random() * end)

const SIZES = [150, 150, 5_000, 60_000, 400_000]
export const PASSWORD = 'a river runs through it'
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

/** Registers an account and signs it in, over HTTP. */
export async function signIn({ base, mailbox }: Pick<Target, 'base' | 'mailbox'>) {
  const email = `${randomBytes(6).toString('hex')}@example.com`
  const post = async (path: string, payload: object) => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(`${base}/v1/auth/${path}`, { method: 'POST', headers, body: JSON.stringify(payload) })
    // biome-ignore lint/suspicious/noExplicitAny: what is wrong with it shows at once
    return (await response.json()) as any
  }
  const verify = async (path: string, payload: object, subject: RegExp) => {
    const { challengeId } = await post(path, payload)
    for (;;) {
      const response = await fetch(`${mailbox}/messages?to=${email}`)
      const { items } = (await response.json()) as { items: { subject: string; text: string }[] }
      const mail = items.find((item) => subject.test(item.subject))
      const code = mail && /^\s*(\d{6})\s*$/m.exec(mail.text)?.[1]
      if (code) return post(`${path}/verify`, { challengeId, code, ...(path === 'login' && { delivery: 'body' }) })
      await delay(20)
    }
  }
  await verify('register', { email, password: PASSWORD, name: 'Ada' }, /registration/i)
  const { accessToken, user } = await verify('login', { email, password: PASSWORD }, /sign-in code/i)
  return { bearer: { authorization: `Bearer ${accessToken}` }, userId: user.id as string }
}

/** Uploads and deletes at random until `signal` aborts, through every restart of the server. */
export async function work(
  target: Target,
  { bearer, userId }: Awaited<ReturnType<typeof signIn>>,
  random: Random,
  signal: AbortSignal,
): Promise<Ledger> {
  const ledger: Ledger = { userId, uploads: new Map(), deletions: new Map(), avatar: null, surprises: [], statuses: {} }
  const kept: string[] = []

  /** Resolves with the answer, or with null if the server was killed before. */
  async function send(method: string, path: string, expected: number[], body?: FormData | object) {
    const isForm = body instanceof FormData
    const headers = { ...bearer, ...(body && !isForm && { 'content-type': 'application/json' }) }
    const payload = isForm ? body : body && JSON.stringify(body)
    let status: number | 'cut' = 'cut'
    try {
      const response = await fetch(`${target.base}/v1${path}`, { method, headers, ...(payload && { body: payload }) })
      const text = await response.text()
      status = response.status
      if (!expected.includes(status)) ledger.surprises.push(`${method} ${path}: ${status} ${text}`)
      return { status, body: text ? JSON.parse(text) : undefined }
    } catch {
      // The last answer may break off just before the process is known to be dead.
      await delay(20)
      await target.up
      return null
    } finally {
      ledger.statuses[status] = (ledger.statuses[status] ?? 0) + 1
    }
  }

  function fileForm(files: number, tag?: string) {
    const form = new FormData()
    if (tag) form.append('tags', tag)
    if (tag && random() < 0.3) form.append('visibility', 'private')
    for (let file = 0; file < files; file += 1) {
      const size = SIZES[below(random, SIZES.length)] as number
      const pdf = `%PDF-1.4\n${'x'.repeat(size)}\nstartxref\n9\n%%EOF\n`
      const isImage = !tag || random() < 0.4
      form.append(
        'file',
        new Blob([isImage ? PIXEL : pdf], { type: isImage ? 'image/png' : 'application/pdf' }),
        isImage ? 'a.png' : 'a.pdf',
      )
    }
    return form
  }

  async function upload() {
    const files = 1 + below(random, 5)
    const tag = randomBytes(6).toString('hex')
    const entry = { files, ids: null as string[] | null, isListed: false }
    ledger.uploads.set(tag, entry)
    const answer = await send('POST', '/assets', [201, 422], fileForm(files, tag))
    if (answer?.status === 422) return makeRoom()
    if (answer?.status !== 201) return
    entry.ids = answer.body.items.map(({ id }: { id: string }) => id)
    kept.push(...(entry.ids as string[]))
  }

  /** The ids of uploads without an answer are only in the list. */
  async function makeRoom() {
    const answer = await send('GET', '/assets?limit=100', [200])
    for (const { id, tags } of answer?.body.items ?? []) {
      const upload = ledger.uploads.get(tags[0])
      if (upload) upload.isListed = true
      if (!kept.includes(id)) kept.push(id)
    }
    await remove(100)
  }

  async function remove(files: number) {
    const ids = Array.from(
      { length: Math.min(files, kept.length) },
      () => kept.splice(below(random, kept.length), 1)[0] as string,
    )
    for (const id of ids) ledger.deletions.set(id, false)
    if (ids.length === 0) return
    if (files === 1) {
      const answer = await send('DELETE', `/assets/${ids[0]}`, [204])
      if (answer?.status === 204) ledger.deletions.set(ids[0] as string, true)
      return
    }
    const answer = await send('POST', '/assets/bulk-delete', [200], { ids })
    if (answer?.status !== 200) return
    for (const id of answer.body.deleted) ledger.deletions.set(id, true)
    if (answer.body.notFound.length > 0) ledger.surprises.push(`not found: ${answer.body.notFound}`)
  }

  async function avatar() {
    const isRemoval = random() < 0.3
    ledger.avatar = undefined
    if (isRemoval) {
      const answer = await send('DELETE', '/users/me/avatar', [204])
      if (answer?.status === 204) ledger.avatar = null
      return
    }
    const answer = await send('PUT', '/users/me/avatar', [200], fileForm(1))
    if (answer?.status === 200) ledger.avatar = answer.body.avatarUrl
  }

  while (!signal.aborted) {
    const dice = random()
    if (dice < 0.55) await upload()
    else if (dice < 0.75) await remove(1)
    else if (dice < 0.85) await remove(2 + below(random, 10))
    else await avatar()
  }
  return ledger
}
