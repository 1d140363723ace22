import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { type Client, type ClientOptions, createClient } from '../../../openapi/client/index.js'
import {
  type BuildOptions,
  build,
  codeIn,
  newEmail,
  PASSWORD,
  register,
  serve,
  type TestApp,
  withMail,
} from '../../support/app.js'

type Fetch = NonNullable<ClientOptions['fetch']>

/** A fetch that notes what it sends; `around` may fail before or after the true one. */
export function watch(around: (send: () => Promise<Response>, route: string) => Promise<Response> = (send) => send()) {
  const sent: string[] = []
  const fetch: Fetch = (url, init) => {
    const route = `${init.method} ${new URL(url).pathname}`
    sent.push(route)
    return around(() => globalThis.fetch(url, init), route)
  }
  return { sent, fetch, refreshes: () => sent.filter((route) => route === 'POST /v1/auth/refresh-token').length }
}

/** Handles the refresh cookie as a browser does, for all its tabs. */
export function jar(origin: string, send: Fetch = fetch) {
  const cookies = new Map<string, string>()
  const withCookie: Fetch = async (url, init) => {
    const headers = new Headers(init.headers)
    headers.set('origin', origin)
    if (cookies.size > 0 && init.credentials === 'include') headers.set('cookie', [...cookies.values()].join('; '))
    const response = await send(url, { ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';', 1)
      const [name = '', value] = pair.split('=', 2)
      if (value === '') cookies.delete(name)
      else cookies.set(name, pair)
    }
    return response
  }
  return { fetch: withCookie, cookie: () => cookies.get('__Host-refresh') ?? '' }
}

/** A listening app, and clients of it that don't wait long between tries. They close with the test, or with each test in it. */
export async function start(t: Test, options: BuildOptions = {}) {
  const test = await build(t, options)
  const baseUrl = await serve(test.app)
  const clients: Client[] = []
  const connect = (given: Partial<ClientOptions> = {}): Client => {
    const client = createClient({ baseUrl, retry: { delay: 1 }, ...given })
    clients.push(client)
    return client
  }
  const close = () => {
    for (const client of clients.splice(0)) client.close()
  }
  t.afterEach(close)
  t.teardown(close)
  return { ...test, baseUrl, connect, origin: test.config.PUBLIC_URL }
}

/** Signs somebody in by the client's own steps; somebody new unless told. */
export async function signIn(test: TestApp, client: Client, account?: { email: string; password: string }) {
  const { email, password } = account ?? (await register(test, newEmail(), PASSWORD))
  const { answer, mail } = await withMail(test, email, /sign-in code/, () => client.login({ email, password }))
  const user = await client.verifyLogin({ challengeId: answer.challengeId, code: codeIn(mail) })
  return { email, password, user }
}

/** Anything else that could answer at the base URL. */
export async function listen(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
