import createFetchClient, { type Client as FetchClient } from 'openapi-fetch'
import { type components, open, type paths, routes } from './contract.js'
import { ApiError } from './errors.js'
import { newKey } from './idempotency-key.js'
import { valuesOf } from './lines.js'
import { acrossTabs, type Locks, queue } from './locks.js'
import {
  type CallOptions,
  formOf,
  type Input,
  itemsOf,
  type Methods,
  type OperationId,
  type Output,
  splitPath,
  type UploadOptions,
  type User,
} from './operations.js'
import type { Outgoing } from './outgoing.js'
import { codeOf, type Retry, requireJson, send, type Transport, unlessAborted } from './send.js'
import { openSession, type Post, type Tokens } from './session.js'
import { memoryStore, type TokenStore } from './store.js'
import { type Channel, openTabs } from './tabs.js'
import type { Xhr } from './upload-xhr.js'

export type { components, ProblemCode, paths } from './contract.js'
export { ApiError, CofferError, type ErrorCode, type FieldError, NetworkError } from './errors.js'
export type { Locks } from './locks.js'
export type { Answer, CallOptions, Input, OperationId, Output, Progress, UploadOptions, User } from './operations.js'
export type { Retry } from './send.js'
export { memoryStore, type TokenStore } from './store.js'
export type { Channel } from './tabs.js'
export type { Xhr } from './upload-xhr.js'
export {
  verifyWebhook,
  WebhookError,
  type WebhookErrorCode,
  type WebhookEvent,
  type WebhookRequest,
} from './webhook.js'

/** Standard interfaces of browsers. The default is the global one; with `undefined` the client does without it. */
export interface Platform {
  locks: Locks | undefined
  BroadcastChannel: (new (name: string) => Channel) | undefined
  XMLHttpRequest: (new () => Xhr) | undefined
}

export interface ClientOptions {
  /**
   * The URL of the API, including its path prefix if it has one. In browsers it may be relative; elsewhere a client with a path as its URL
   * can be created, so that pages can be rendered on a server, but its calls reject.
   */
  baseUrl: string
  /**
   * The place of the refresh token: `cookie`, an httpOnly cookie, which only browsers support, or a store.
   * The default is the cookie in browsers, and the memory of the process elsewhere.
   */
  store?: TokenStore | 'cookie'
  /** The secret of an API key. The client sends it instead of an access token, and keeps no session. Not for browsers: a page cannot keep a secret. */
  apiKey?: string
  /** Headers for every request, such as a User-Agent, which the list of sessions shows. */
  headers?: Record<string, string>
  /** The timeout of one attempt in milliseconds; 0 for none; default 30 000. */
  timeout?: number
  retry?: Retry
  fetch?: (url: string, init: RequestInit) => Promise<Response>
  platform?: Partial<Platform>
}

type Replaced = 'login' | 'verifyLogin' | 'verifyPasskeyLogin' | 'logout' | 'refreshToken' | 'adminExportAuditEvents'
type AuditEvent = components['schemas']['AuditEvent']

export interface Client extends Omit<Methods, Replaced> {
  /**
   * Checks the password and resolves to the challenge, which `verifyLogin` completes. On a device that was trusted (`trustDevice`), the session
   * begins at once, and the promise resolves to the `user` instead of a challenge.
   */
  login(input: Input<'login'>, options?: CallOptions): Promise<Output<'login'> & { user?: User }>
  /** Completes a sign-in and resolves to the user. The tokens stay in the client. */
  verifyLogin(input: Omit<Input<'verifyLogin'>, 'delivery'>, options?: Pick<CallOptions, 'signal'>): Promise<User>
  /** Signs in with a passkey and resolves to the user. The tokens stay in the client. */
  verifyPasskeyLogin(
    input: Omit<Input<'verifyPasskeyLogin'>, 'delivery'>,
    options?: Pick<CallOptions, 'signal'>,
  ): Promise<User>
  /** Ends the session in every tab. Rejects if the server cannot be reached; the session then continues. */
  logout(options?: Pick<CallOptions, 'signal'>): Promise<void>
  /**
   * Yields all audit events, oldest first, while the server reads them: memory stays flat, however many there are. Each iteration is a
   * request of its own. Rejects with a `NetworkError` if the connection breaks off; the events so far are then incomplete.
   */
  adminExportAuditEvents(input?: Input<'adminExportAuditEvents'>, options?: CallOptions): AsyncIterable<AuditEvent>
  /** Resolves to the signed-in user, or undefined if there is none. Asks the server if necessary, for example after a reload. */
  restore(options?: Pick<CallOptions, 'signal'>): Promise<User | undefined>
  /** Resolves to an access token for requests outside this client, or undefined if nobody is signed in. Do not store it. */
  getAccessToken(options?: Pick<CallOptions, 'signal'>): Promise<string | undefined>
  /** The signed-in user as of the last refresh, or of the last call that returned it. `restore` asks the server. */
  readonly user: User | undefined
  /** Calls `listener` when another user signs in or out, in any tab, or the user's own properties change. @returns a function that removes the listener */
  onChange(listener: (user: User | undefined) => void): () => void
  /** The client of openapi-fetch with the same session and retries, for what the methods do not return, such as headers. */
  readonly api: FetchClient<paths>
  /** Closes the connection to other tabs. The session continues. */
  close(): void
}

const HTTP_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'] as const

/** Safe to repeat by their method (RFC 9110, 9.2.2) or their effect. Not `changePassword`: the old password is wrong the second time. */
const REPEATABLE = new Set(['GET', 'HEAD', 'DELETE', 'putAvatar', 'logout', 'refreshToken'])

/**
 * A refresh without a response must be repeated within the grace period of the server (10 s by default), in which a replaced token
 * returns the same successor. Only the first attempt is short, so that slow connections can refresh too.
 */
const FIRST_REFRESH_TIMEOUT = 3_000

interface Browser extends Omit<Platform, 'locks'> {
  location?: { href: string }
  navigator?: { locks?: Locks }
}

type AnyCall = (
  method: string,
  path: string,
  init?: object,
) => Promise<{ data?: unknown; error?: unknown; response: Response }>

/** The operations whose response has no bound. */
const STREAMED: readonly string[] = ['adminExportAuditEvents' satisfies OperationId]

/** The operations whose body is an empty object. */
const EMPTY_BODY: readonly OperationId[] = ['beginPasskeyLogin']

/** The operations that return the signed-in user. */
const OWN_USER: readonly OperationId[] = ['getProfile', 'updateProfile', 'putAvatar', 'verifyEmailChange']

const idOf = new Map(Object.entries(routes).map(([id, route]) => [route as string, id as OperationId]))

/** Creates a client of one Coffer, for one user at a time. @throws TypeError if `baseUrl` is not a URL */
export function createClient(options: ClientOptions): Client {
  const browser = globalThis as unknown as Browser
  const { fetch = (url, init) => globalThis.fetch(url, init), headers = {}, timeout = 30_000 } = options
  const { apiKey } = options
  const { store: kept = browser.location && apiKey === undefined ? 'cookie' : memoryStore() } = options
  const store = kept === 'cookie' ? undefined : kept
  const baseUrl = options.baseUrl.replace(/\/+$/, '')
  // a server that renders a page has no address of its own, and makes no call
  const here = browser.location?.href ?? (baseUrl.startsWith('/') ? 'http://localhost' : undefined)
  const name = `coffer:${new URL(`${baseUrl}/`, here)}`
  const { locks, BroadcastChannel, XMLHttpRequest }: Platform = {
    locks: browser.navigator?.locks,
    BroadcastChannel: browser.BroadcastChannel,
    XMLHttpRequest: browser.XMLHttpRequest,
    ...options.platform,
  }
  const transport: Transport = {
    fetch,
    XMLHttpRequest,
    credentials: store ? 'omit' : 'include',
    retry: { limit: 2, delay: 300, maxDelay: 10_000, ...options.retry },
  }
  const builder = createFetchClient<paths>({ baseUrl, headers })
  const build = builder.request as unknown as AnyCall

  /** Converts a request that openapi-fetch has built into one that can be sent repeatedly. */
  async function outgoingOf(request: Request, id: string, form?: FormData, own: UploadOptions = {}): Promise<Outgoing> {
    const { url, method, signal } = request
    const { timeout: each = form ? 0 : timeout, onProgress } = own
    const body = form || method === 'GET' || method === 'HEAD' ? undefined : await request.blob()
    return {
      url,
      method,
      headers: request.headers,
      body: body?.size ? body : undefined,
      form,
      signal,
      timeout: (attempt) => (id === 'refreshToken' && attempt === 0 ? Math.min(each, FIRST_REFRESH_TIMEOUT) : each),
      isStreamed: STREAMED.includes(id),
      onProgress,
      isRepeatable: REPEATABLE.has(method) || REPEATABLE.has(id) || request.headers.has('idempotency-key'),
    }
  }

  const post: Post = async (id, body, { token, signal } = {}) => {
    const { data, error, response } = await build('POST', routes[id].slice('POST '.length), {
      body,
      signal,
      ...(token && { headers: { authorization: `Bearer ${token}` } }),
      fetch: async (request: Request) => requireJson(await send(transport, await outgoingOf(request, id))),
    })
    if (!response.ok) throw new ApiError(response, error)
    return data
  }

  const inTurn = queue()
  const session = openSession({
    store,
    post,
    exclusively: (act) =>
      inTurn(() => {
        if (store) return store.lock ? store.lock(act) : act()
        return acrossTabs(locks, name, act)
      }),
    tell: (message) => tabs?.tell(message),
  })
  const tabs = store ? undefined : openTabs(BroadcastChannel, name, session.follow)

  /** Sends with the access token. If the server refuses it, sends once more with the next one, if that belongs to the same user. */
  async function deliver(outgoing: Outgoing, id: string): Promise<Response> {
    if (open.includes(id)) return send(transport, outgoing)
    const { signal } = outgoing
    const sendWith = (token: string | undefined) => {
      const headers = new Headers(outgoing.headers)
      if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
      return send(transport, { ...outgoing, headers })
    }
    if (apiKey !== undefined) return sendWith(apiKey)
    const tokenBut = (refused?: string) => unlessAborted(session.token(refused), signal)
    const token = await tokenBut()
    const owner = session.user?.id
    const answer = await sendWith(token)
    if (answer.status !== 401 || token === undefined || (await codeOf(answer)) !== 'TOKEN_INVALID') return answer
    const next = await tokenBut(token)
    return next === undefined || session.user?.id !== owner ? answer : sendWith(next)
  }

  async function respond(id: OperationId, input: Record<string, unknown>, own: UploadOptions) {
    const [method, path] = routes[id].split(' ') as [string, string]
    const { params, rest } = splitPath(path, input)
    const form = input instanceof FormData ? input : formOf(rest)
    const hasBody = Object.keys(rest).length > 0 || EMPTY_BODY.includes(id)
    const { idempotencyKey = id === 'uploadAssets' ? newKey() : undefined } = own
    const { data, error, response } = await build(method, path, {
      params: { path: params, ...(method === 'GET' && { query: rest }) },
      ...(method !== 'GET' && hasBody && { body: form ? {} : rest }),
      headers: { ...own.headers, ...(idempotencyKey && { 'idempotency-key': idempotencyKey }) },
      signal: own.signal,
      parseAs: STREAMED.includes(id) ? 'stream' : 'json',
      fetch: async (request: Request) => requireJson(await deliver(await outgoingOf(request, id, form, own), id)),
    })
    if (!response.ok) throw new ApiError(response, error)
    return { data, body: response.body as ReadableStream<Uint8Array> }
  }

  async function run(id: OperationId, input: Record<string, unknown>, own: UploadOptions): Promise<unknown> {
    const { data } = await respond(id, input, own)
    if (OWN_USER.includes(id)) session.learn(data as User)
    return data
  }

  const call = (id: OperationId, input: Record<string, unknown> = {}, own: UploadOptions = {}) => {
    const answer = run(id, input, own)
    if (!routes[id].startsWith('GET ')) return answer
    const items = () => itemsOf(answer, (cursor) => run(id, { ...input, cursor }, own))
    return Object.assign(answer, { [Symbol.asyncIterator]: items })
  }

  const viaApi: AnyCall = (method, path, init) => {
    const route = `${method.toUpperCase()} ${path}`
    const id = idOf.get(route.replace(/^HEAD/, 'GET')) ?? path
    return build(method, path, {
      ...init,
      fetch: async (request: Request) => deliver(await outgoingOf(request, id), id),
    })
  }

  const methods = Object.fromEntries(
    (Object.keys(routes) as OperationId[]).map((id) => [
      id,
      (input?: Record<string, unknown>, own?: UploadOptions) => call(id, input, own),
    ]),
  ) as unknown as Methods
  const { refreshToken, ...operations } = methods
  const device = async () => {
    const deviceToken = (await store?.loadDevice?.()) ?? undefined
    return deviceToken === undefined ? {} : { deviceToken }
  }

  return {
    ...operations,
    async login(input, own) {
      const answer = (await methods.login({ ...(await device()), ...input }, own)) as Output<'login'> | Tokens
      return 'accessToken' in answer ? ({ user: await session.adopt(answer) } as never) : answer
    },
    forgotPassword: async (input, own) => methods.forgotPassword({ ...(await device()), ...input }, own),
    adminExportAuditEvents: (input = {}, own = {}) => ({
      async *[Symbol.asyncIterator]() {
        const { body } = await respond('adminExportAuditEvents', input, own)
        yield* valuesOf(body, own.signal) as AsyncGenerator<AuditEvent>
      },
    }),
    verifyLogin: (input, { signal } = {}) => session.signIn('verifyLogin', input, signal),
    verifyPasskeyLogin: (input, { signal } = {}) => session.signIn('verifyPasskeyLogin', input, signal),
    logout: ({ signal } = {}) => session.signOut(signal),
    async logoutEverywhere(input, own) {
      await methods.logoutEverywhere(input, own)
      if (!input?.keepCurrent) await session.ended()
      return undefined
    },
    async deleteAccount(input, own) {
      await methods.deleteAccount(input, own)
      await session.ended()
      return undefined
    },
    async restore({ signal = new AbortController().signal } = {}) {
      await unlessAborted(session.token(), signal)
      return session.user
    },
    getAccessToken: ({ signal = new AbortController().signal } = {}) => unlessAborted(session.token(), signal),
    get user() {
      return session.user
    },
    onChange: session.onChange,
    api: {
      ...builder,
      ...Object.fromEntries(
        HTTP_METHODS.map((method) => [method, (path: string, init?: object) => viaApi(method, path, init)]),
      ),
      request: viaApi,
    } as unknown as FetchClient<paths>,
    close: () => tabs?.close(),
  }
}
