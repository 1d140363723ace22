import type { components } from './contract.js'
import { ApiError } from './errors.js'
import type { User } from './operations.js'
import type { TokenStore } from './store.js'
import type { Message } from './tabs.js'

export type Tokens = components['schemas']['Tokens']

/** The operations that begin a session. */
type SignIn = 'verifyLogin' | 'verifyPasskeyLogin'

/** Sends an operation that starts, refreshes or ends a session. */
export type Post = (
  id: SignIn | 'refreshToken' | 'logout',
  body: object,
  options?: { token?: string | undefined; signal?: AbortSignal | undefined },
) => Promise<unknown>

export interface SessionOptions {
  /** The store of the refresh token; undefined if it is in the cookie. */
  store: TokenStore | undefined
  post: Post
  /** Runs `act` while no other change of the session runs, in this tab or process or in another. */
  exclusively: <T>(act: () => Promise<T>) => Promise<T>
  /** Sends a message to the other tabs. */
  tell: (message: Message) => void
}

/** The part of its lifetime after which an access token is refreshed early. The server alone decides whether a token is valid. */
const FRESH = 0.9

const isOver = (error: unknown) => error instanceof ApiError && error.code === 'INVALID_REFRESH_TOKEN'

/** Keeps the signed-in user and the access token in memory, out of reach of other code except through these functions. */
export function openSession({ store, post, exclusively, tell }: SessionOptions) {
  const listeners = new Set<(user: User | undefined) => void>()
  let access: { token: string; since: number; life: number } | undefined
  let user: User | undefined
  let refreshing: Promise<string | undefined> | undefined
  /** A token that could not be saved. It is used for as long as the store still has its predecessor. */
  let unsaved: { replaced: string | undefined; token: string } | undefined

  function become(next: User | undefined) {
    const isChange = JSON.stringify(next) !== JSON.stringify(user)
    user = next
    if (isChange) for (const listener of listeners) listener(user)
  }

  async function save(token: string, replaced: string | undefined) {
    unsaved = { token, replaced }
    await store?.save(token, replaced)
    unsaved = undefined
  }

  async function keep({ accessToken, expiresIn, refreshToken, user: owner }: Tokens, replaced?: string) {
    if (refreshToken !== undefined) await save(refreshToken, replaced)
    access = { token: accessToken, since: Date.now(), life: expiresIn * 1000 }
    become(owner)
  }

  async function begin(tokens: Tokens): Promise<User> {
    await keep(tokens)
    if (tokens.deviceToken !== undefined) await store?.saveDevice?.(tokens.deviceToken)
    tell({ user: tokens.user })
    return tokens.user
  }

  async function forget() {
    access = undefined
    unsaved = undefined
    await store?.clear()
    become(undefined)
  }

  async function load(): Promise<string | undefined> {
    const token = (await store?.load()) ?? undefined
    return unsaved && unsaved.replaced === token ? unsaved.token : token
  }

  /** Returns a new access token, or undefined if nobody is signed in. */
  async function refresh(): Promise<string | undefined> {
    let presented: string | undefined
    for (;;) {
      const token = await load()
      // a refused token ends the session, unless another process has saved a newer one in the meantime
      if (store && (token === undefined || token === presented)) break
      presented = token
      try {
        const tokens = (await post('refreshToken', token === undefined ? {} : { refreshToken: token })) as Tokens
        await keep(tokens, token)
        return tokens.accessToken
      } catch (error) {
        if (!isOver(error)) throw error
        if (!store) break
      }
    }
    await forget()
    return undefined
  }

  /** Refreshes once, however many callers wait. */
  function renew(): Promise<string | undefined> {
    refreshing ??= exclusively(refresh).finally(() => {
      refreshing = undefined
    })
    return refreshing
  }

  return {
    get user() {
      return user
    },

    /**
     * Returns an access token, or undefined if nobody is signed in.
     * @param refused the token that the server has just refused
     */
    async token(refused?: string): Promise<string | undefined> {
      if (access && access.token !== refused && Date.now() - access.since < access.life * FRESH) return access.token
      return renew()
    },

    signIn: (id: SignIn, challenge: object, signal?: AbortSignal): Promise<User> =>
      exclusively(async () => {
        const delivery = store ? 'body' : 'cookie'
        return begin((await post(id, { ...challenge, delivery }, { signal })) as Tokens)
      }),

    /** Begins the session of a sign-in that needed no second step. */
    adopt: (tokens: Tokens): Promise<User> => exclusively(() => begin(tokens)),

    /** Signs out. Rejects if the server cannot be reached; the session then continues. */
    signOut: (signal?: AbortSignal): Promise<void> =>
      exclusively(async () => {
        const refreshToken = await load()
        await post('logout', refreshToken === undefined ? {} : { refreshToken }, {
          token: access?.token,
          signal,
        }).catch((error) => {
          // nobody was signed in
          if (!(error instanceof ApiError && error.code === 'TOKEN_INVALID')) throw error
        })
        await forget()
        tell({ user: undefined })
      }),

    /** Forgets the session after an operation that has ended it on the server. */
    ended: (): Promise<void> =>
      exclusively(async () => {
        await forget()
        tell({ user: undefined })
      }),

    /** Follows a newer version of the signed-in user, which an operation has returned. */
    learn(next: User) {
      if (user && next.id === user.id && next.updatedAt >= user.updatedAt) become(next)
    },

    /** Follows another tab that has signed in or out: the cookie is a different one now. */
    follow({ user: next }: Message) {
      access = undefined
      become(next)
    },

    onChange(listener: (user: User | undefined) => void): () => void {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}
