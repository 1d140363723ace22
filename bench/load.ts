import { Agent, request as httpRequest } from 'node:http'
import autocannon, { type Options, type Request } from 'autocannon'

/** The result of one round: answers a second, and their latencies in milliseconds. */
export interface Sample {
  rate: number
  p50: number
  p99: number
}

/** The timeout of a request in seconds; a request that waits for bcrypt may take several. */
const TIMEOUT = 60

/** Returns the value below which `share` of the values are. */
export const percentile = (values: number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1] as number

export const median = (values: number[]): number => percentile(values, 0.5)

/**
 * A load. If `requests` are the steps of one piece of work, which each connection does in turn, `steps` is their
 * number.
 */
export type Load = Options & { steps?: number }

/**
 * Runs one round of autocannon. Rate and latencies are computed from the answers, up to the last one, since
 * autocannon's own result counts whole seconds and milliseconds. Work of several steps counts once, with the sum of
 * its latencies; `amount` counts such work.
 * @throws Error if an answer is not 2xx
 */
export function load({ steps = 1, ...options }: Load): Promise<Sample> {
  const latencies: number[] = []
  const underWay = new Map<unknown, number[]>()
  const amount = options.amount && { amount: options.amount * steps }
  let last = 0
  return new Promise((resolve, reject) => {
    let begun = performance.now()
    const instance = autocannon(
      { timeout: TIMEOUT, sampleInt: 50, ...options, ...amount } as Options,
      (error, result) => {
        if (error) return reject(error)
        const { non2xx, errors } = result
        if (non2xx > 0 || errors > 0 || latencies.length === 0)
          return reject(new Error(`${options.url}: ${latencies.length} answers, ${non2xx} refused, ${errors} broken`))
        resolve({ ...summary(latencies), rate: (latencies.length * 1000) / (last - begun) })
      },
    )
    instance.on('start', () => {
      begun = performance.now()
    })
    instance.on('response', (client, _status, _bytes, latency) => {
      last = performance.now()
      const taken = [...(underWay.get(client) ?? []), latency]
      const isDone = taken.length === steps
      if (isDone) latencies.push(taken.reduce((sum, one) => sum + one))
      underWay.set(client, isDone ? [] : taken)
    })
  })
}

const summary = (latencies: number[]) => ({ p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) })

export interface Target {
  url: string
  method?: Request['method']
  headers?: Record<string, string>
  body?: Buffer
}

/**
 * Sends one request, over a new connection or an agent's.
 * @throws Error if the answer is not 2xx
 */
export function send({ url, method = 'GET', headers, body }: Target, agent: Agent | false = false): Promise<string> {
  return new Promise((resolve, reject) => {
    const length = body && { 'content-length': String(body.length) }
    const request = httpRequest(url, { method, headers: { ...headers, ...length }, agent }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      const text = Buffer.concat(chunks).toString()
      if (response.statusCode?.toString().startsWith('2')) resolve(text)
      else reject(new Error(`${url}: ${response.statusCode} ${text}`))
    })
    request.on('error', reject).end(body)
  })
}

/** Repeats a request with the headers or the body of each user in turn, so that no two running ones are the same. */
export function asEach(request: Request, users: Pick<Request, 'headers' | 'body'>[]): Request[] {
  let turn = 0
  return [
    {
      ...request,
      setupRequest(made) {
        turn += 1
        return { ...made, ...users[turn % users.length] }
      },
    },
  ]
}

/** Builds sign-ins by e-mail and password, each of the next user. */
export const signInsInTurn = (
  path: string,
  emails: string[],
  password: string,
  headers: Record<string, string> = {},
): Request[] =>
  asEach(
    { method: 'POST', path, headers: { 'content-type': 'application/json', ...headers } },
    emails.map((email) => ({ body: JSON.stringify({ email, password }) })),
  )

/**
 * Sends a request at each interval, whether or not the earlier ones were answered, so that every probe in a stall sees
 * it. autocannon's own rate is one burst a second.
 */
export function probe(target: Target, interval: number) {
  const agent = new Agent({ keepAlive: true })
  const latencies: Promise<number>[] = []
  const timer = setInterval(() => {
    const begun = performance.now()
    latencies.push(send(target, agent).then(() => performance.now() - begun))
  }, interval)
  return {
    /** Resolves with the latencies once all requests are answered. */
    async stop() {
      clearInterval(timer)
      const all = await Promise.all(latencies)
      agent.destroy()
      return summary(all)
    },
  }
}
