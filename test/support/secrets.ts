import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import tap from 'tap'

/** Names of secrets in bodies and answers; shorter values could be anything. */
const NAMES = /password|token|secret|^challengeId$|^backupCodes$/i
const LEAST = 8
const LARGEST = 2 ** 19
const CODE = /^\d{6}$/
const ADDRESS = /[\w.+-]{1,64}@[\w-]+(\.[\w-]+)+/g
const FORM_FIELD = /name="password"\r\n\r\n([^\r\n]+)/g

const ACCESS_TOKEN = /eyJ[\w-]{10,}\.eyJ/

/** Secrets that requests, answers and mails of this process have carried; the first is the password of most tests. */
const used = new Set(['a river runs through it'])

function note(value: unknown, name = ''): void {
  if (Buffer.isBuffer(value)) noteText(value.toString('latin1'))
  else if (Array.isArray(value)) for (const entry of value) note(entry, name)
  else if (typeof value === 'object' && value !== null)
    for (const [key, entry] of Object.entries(value)) note(entry, key)
  else if (typeof value === 'string') {
    if (name === 'code' ? CODE.test(value) : NAMES.test(name) && value.length >= LEAST) used.add(value)
    noteText(value)
  }
}

function noteText(text: string): void {
  // refused unread
  if (text.length > LARGEST) return
  if (text.includes('@')) for (const [address] of text.matchAll(ADDRESS)) used.add(address)
  for (const [, password = ''] of text.matchAll(FORM_FIELD)) if (password.length >= LEAST) used.add(password)
  if (!text.startsWith('{')) return
  try {
    note(JSON.parse(text))
  } catch {
    // no JSON after all
  }
}

function noteHeaders(headers: Record<string, unknown>): void {
  const { authorization = '', cookie = '', 'set-cookie': set = [] } = headers
  const values = [
    `${authorization}`.replace(/^Bearer /i, ''),
    ...[cookie, set].flat().map((text) => `${text}`.split(/[=;]/)[1]),
  ]
  for (const value of values) if (value && value.length >= LEAST) used.add(value)
}

/** Takes note of what a mail holds: its address and its code. */
export function noteMail({ to, text }: { to: string; text: string }): void {
  note(to)
  const [code] = /^\d{6}$/m.exec(text.replace(/^\s+|\s+$/gm, '')) ?? []
  if (code) used.add(code)
}

/** Takes note of keys, as lists of a configuration hold them. */
export function noteKeys(keys: unknown[]): void {
  for (const key of keys.flat()) if (typeof key === 'string') used.add(key)
}

/** Takes note of what goes through an app, injected or over a socket; of a body that streams in, only the answer is seen. */
export function noteExchanges(app: FastifyInstance): void {
  const inject = app.inject.bind(app) as (options: InjectOptions | string) => Promise<LightMyRequestResponse>
  app.inject = (async (options: InjectOptions | string) => {
    if (typeof options !== 'string') {
      note(options.payload)
      noteHeaders((options.headers ?? {}) as Record<string, unknown>)
    }
    const response = await inject(options)
    noteHeaders(response.headers)
    noteText(response.body)
    return response
  }) as FastifyInstance['inject']
  app.server.prependListener('request', ({ headers }: IncomingMessage, response: ServerResponse) => {
    noteHeaders(headers)
    const end = response.end.bind(response) as (...args: unknown[]) => never
    response.end = ((chunk: unknown, ...others: unknown[]) => {
      if (typeof chunk === 'string') noteText(chunk)
      return end(chunk, ...others)
    }) as never
  })
}

/** The lines of a log that tell a secret that was used, an access token, or anybody's address. */
export function secretsIn(log: string): string[] {
  return log.split('\n').filter((line) => {
    // the number of a process is no code
    const text = line.replace(/"pid":\d+/, '')
    const digits = new Set(text.match(/(?<![\w.-])\d{6}(?![\w.-])/g))
    const isTold = (secret: string) => (CODE.test(secret) ? digits.has(secret) : text.includes(secret))
    return (text.includes('@') && text.match(ADDRESS)) || ACCESS_TOKEN.test(text) || [...used].some(isTold)
  })
}

/** @throws Error where a log tells a secret */
export function refuseSecrets(log: string): void {
  const told = secretsIn(log)
  // what is thrown while a test is torn down isn't shown
  for (const line of told) tap.comment(`a secret is in the log: ${line}`)
  if (told.length > 0) throw new Error('The log tells secrets.')
}
