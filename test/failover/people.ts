import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

const PASSWORD = 'a river runs through it'
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

/** The acknowledged state of one person. */
export interface Ledger {
  email: string
  /** The last acknowledged name, and the names sent since, any of which may hold. */
  name: string
  perhaps: string[]
  /** Ids of the acknowledged files, and of the files whose deletion was acknowledged. */
  kept: Set<string>
  deleted: Set<string>
  isRegistered: boolean
}

export interface World {
  url: string
  mailbox: string
  signal: AbortSignal
  /** The number of answers of each status; `cut` counts requests without one. */
  statuses: Record<string, number>
  surprises: string[]
  /** The time of each read of a profile, in milliseconds. */
  reads: number[]
}

interface Answer {
  status: number | 'cut'
  // biome-ignore lint/suspicious/noExplicitAny: what is wrong with it shows at once
  body: any
  /** The rest of the rate limit of this address, from the header of the answer. */
  left?: number
}

/** Answers that the death of a process or the rate limit explains. */
const HIGHS = [429, 502, 503, 504]

let addresses = 0
/** Returns an address of origin for each person, as the proxy forwards it. */
export const newAddress = () => `198.51.${(addresses >> 8) % 256}.${addresses++ % 256}`

/** Sends a request over a new connection, so that each goes to another process. */
export async function send(
  world: World,
  method: string,
  path: string,
  { body, headers = {}, from }: { body?: object; headers?: Record<string, string>; from: string },
): Promise<Answer> {
  const isForm = body instanceof FormData
  let answer: Answer = { status: 'cut', body: undefined }
  try {
    const response = await fetch(`${world.url}${path}`, {
      method,
      headers: {
        'x-forwarded-for': from,
        connection: 'close',
        ...(body && !isForm && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: isForm ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    })
    const text = await response.text()
    const left = Number(/r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1])
    answer = { status: response.status, body: text ? JSON.parse(text) : undefined, left }
  } catch {
    // The process that answered was killed.
  }
  world.statuses[answer.status] = (world.statuses[answer.status] ?? 0) + 1
  return answer
}

/** Repeats a request until its answer is not explained by a death. */
async function insist(world: World, ...request: [string, string, Parameters<typeof send>[3]]): Promise<Answer> {
  for (;;) {
    const answer = await send(world, ...request)
    if (answer.status !== 'cut' && ![...HIGHS, 409].includes(answer.status)) return answer
    await delay(200 + Math.random() * 300)
  }
}

/** Waits for the newest mail of this kind that is not one of `seen`, and returns its code; undefined if none comes. */
async function mailedCode({ mailbox }: World, email: string, subject: RegExp, seen: Set<string>) {
  for (let tries = 0; tries < 150; tries += 1) {
    const { items } = (await (await fetch(`${mailbox}/messages?to=${email}`)).json()) as {
      items: { id: string; subject: string; text: string }[]
    }
    const mail = items.find(({ id, subject: of }) => subject.test(of) && !seen.has(id))
    const code = mail && /^\s*(\d{6})\s*$/m.exec(mail.text)?.[1]
    if (mail && code) {
      seen.add(mail.id)
      return code
    }
    await delay(100)
  }
  return undefined
}

/** Takes two steps with a mailed code between them, and starts over if a process died between them. */
async function withCode(world: World, path: string, payload: object, subject: RegExp, more: object, person: Person) {
  for (;;) {
    const { body: challenge } = await insist(world, 'POST', path, { body: payload, from: person.from })
    const code = challenge?.challengeId && (await mailedCode(world, person.email, subject, person.seen))
    if (!code) continue
    const body = { challengeId: challenge.challengeId, code, ...more }
    const answer = await insist(world, 'POST', `${path}/verify`, { body, from: person.from })
    // A code whose answer was lost is used up.
    if (answer.status === 200 || path.endsWith('register')) return answer
  }
}

interface Person {
  email: string
  from: string
  seen: Set<string>
}

/** Registers, signs in, and changes things until the end, one after the other. */
export async function live(world: World): Promise<Ledger> {
  const email = `${randomBytes(6).toString('hex')}@example.com`
  const person: Person = { email, from: newAddress(), seen: new Set() }
  const ledger: Ledger = { email, name: 'Ada', perhaps: [], kept: new Set(), deleted: new Set(), isRegistered: false }
  const account = { email, password: PASSWORD }
  await withCode(world, '/v1/auth/register', { ...account, name: 'Ada' }, /registration code/, {}, person)
  const signIn = () => withCode(world, '/v1/auth/login', account, /sign-in code/, { delivery: 'body' }, person)
  let tokens = (await signIn()).body
  ledger.isRegistered = true

  const call = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
    send(world, method, path, {
      ...(body && { body }),
      headers: { authorization: `Bearer ${tokens.accessToken}`, ...headers },
      from: person.from,
    })
  const unexpected = (what: string, { status, body }: Answer) => {
    if (status !== 'cut' && !HIGHS.includes(status)) world.surprises.push(`${what}: ${status} ${body?.code}`)
  }

  const deeds = [
    async () => {
      const name = `Ada ${randomBytes(4).toString('hex')}`
      const answer = await call('PATCH', '/v1/users/me', { name })
      if (answer.status === 200) Object.assign(ledger, { name, perhaps: [] })
      else {
        ledger.perhaps.push(name)
        unexpected('rename', answer)
      }
    },
    async () => {
      const key = randomBytes(8).toString('hex')
      const form = () => {
        const body = new FormData()
        body.append('file', new Blob([PIXEL], { type: 'image/png' }), 'pixel.png')
        return body
      }
      // After a death, the key stays locked for its lease, which is longer than this test waits.
      for (let tries = 0; tries < 5 && !world.signal.aborted; tries += 1) {
        const answer = await call('POST', '/v1/assets', form(), { 'idempotency-key': key })
        if (answer.status === 201) {
          for (const { id } of answer.body.items) ledger.kept.add(id)
          return
        }
        if (answer.status !== 409) unexpected('upload', answer)
        await delay(300)
      }
    },
    async () => {
      const [id] = ledger.kept
      if (!id) return
      const answer = await call('DELETE', `/v1/assets/${id}`)
      ledger.kept.delete(id)
      if (answer.status === 204 || answer.status === 404) ledger.deleted.add(id)
      else unexpected('delete', answer)
    },
    async () => {
      const body = { refreshToken: tokens.refreshToken }
      const answer = await insist(world, 'POST', '/v1/auth/refresh-token', { body, from: person.from })
      if (answer.status === 200) tokens = answer.body
      // The successor was lost and the grace time is over, which looks like a theft.
      else tokens = (await signIn()).body
    },
    async () => {
      const begun = performance.now()
      const answer = await call('GET', '/v1/users/me')
      world.reads.push(performance.now() - begun)
      if (answer.status !== 200) return unexpected('read', answer)
      if (![ledger.name, ...ledger.perhaps].includes(answer.body.name))
        world.surprises.push(`${answer.body.name} is none of ${[ledger.name, ...ledger.perhaps]}`)
    },
  ]
  while (!world.signal.aborted) {
    await (deeds[Math.floor(Math.random() * deeds.length)] as () => Promise<void>)()
    await delay(Math.random() * 100)
  }
  return ledger
}

/**
 * Guesses the password of one account from one address as fast as the server allows; resolves with the number of guesses that it
 * judged.
 */
export async function guess(world: World, from = newAddress()): Promise<number> {
  const email = `${createHash('sha256').update('victim').digest('hex').slice(0, 12)}@example.com`
  let judged = 0
  while (!world.signal.aborted) {
    const body = { email, password: `guess ${judged}` }
    const { status } = await send(world, 'POST', '/v1/auth/login', { body, from })
    if (status === 401) judged += 1
    await delay(100)
  }
  return judged
}

/** Sends requests from one address as fast as it can; resolves with the most answers within one window of the limit. */
export async function hurry(world: World, from = newAddress()): Promise<number> {
  let most = 0
  let count = 0
  let before = 0
  while (!world.signal.aborted) {
    const { status, left = Number.NaN } = await send(world, 'GET', '/v1/users/me', { from })
    if (left > before) count = 0
    if (left >= 0) before = left
    if (status === 401) count += 1
    most = Math.max(most, count)
    await delay(20)
  }
  return most
}
