import type { Client, Input, Output, User } from '../index.js'
import { createState, onePer } from './state.js'

export interface SessionState {
  /** `loading` until the server has answered who is signed in, which it does after the first render in a browser. */
  status: 'loading' | 'signed-in' | 'signed-out'
  /** The signed-in user. */
  user: User | undefined
  /** The sign-in in progress, which waits for its code. */
  challenge: Output<'login'> | undefined
  /** Why it is unknown who is signed in; most often a `NetworkError`. The status is then `loading`, and `restore` asks again. */
  error: unknown
}

export interface SessionActions {
  /** Checks the password and sets `challenge`; on a trusted device it signs in at once. Rejects with the errors of the client. */
  login(input: Input<'login'>): Promise<void>
  /** Completes the sign-in in progress with its code. */
  verifyLogin(input: Omit<Input<'verifyLogin'>, 'challengeId' | 'delivery'>): Promise<User>
  /** Has a new code sent for the sign-in in progress. */
  resendCode(): Promise<void>
  /** Gives up the sign-in in progress. */
  cancelLogin(): void
  /** Signs out, in every tab. Rejects if the server cannot be reached; the session then continues. */
  logout(): Promise<void>
  /** Asks the server who is signed in, for example after an error. Does not reject: the outcome is in the state. */
  restore(): Promise<void>
}

/** The state before the server has answered, on a server and during hydration too. */
export const UNKNOWN: SessionState = { status: 'loading', user: undefined, challenge: undefined, error: undefined }

const of = (user: User | undefined): Partial<SessionState> =>
  user
    ? { status: 'signed-in', user, challenge: undefined, error: undefined }
    : { status: 'signed-out', user, error: undefined }

/** Returns the session of a client, which all components share. It asks the server when the first one subscribes. */
export const sessionOf = onePer((client: Client) => {
  const state = createState<SessionState>({ ...UNKNOWN, ...(client.user && of(client.user)) })
  let asking: Promise<void> | undefined
  /** Rises with each sign-in that is begun or given up, so that the answer to an earlier one is ignored. */
  let current = 0

  client.onChange((user) => state.set(of(user)))

  function inProgress(): Output<'login'> {
    const { challenge } = state.getSnapshot()
    if (!challenge) throw new Error('There is no sign-in in progress: call login first.')
    return challenge
  }

  async function follow(challenge: ReturnType<Client['login']>) {
    current += 1
    const own = current
    const answer = await challenge
    if (answer.user) state.set(of(client.user))
    else if (own === current) state.set({ challenge: answer })
  }

  const actions: SessionActions = {
    login: (input) => follow(client.login(input)),
    async verifyLogin(input) {
      const user = await client.verifyLogin({ ...input, challengeId: inProgress().challengeId })
      // the listener is not called if the same user signs in again
      state.set(of(client.user))
      return user
    },
    async resendCode() {
      const challenge = inProgress()
      const answer = client.resendCode({ challengeId: challenge.challengeId })
      await follow(answer.then((renewed) => ({ ...challenge, ...renewed })))
    },
    cancelLogin() {
      current += 1
      state.set({ challenge: undefined })
    },
    logout: () => client.logout(),
    restore() {
      asking ??= client
        .restore()
        .finally(() => {
          asking = undefined
        })
        .then(
          () => state.set(of(client.user)),
          (error) => state.set({ error }),
        )
      return asking
    },
  }

  return {
    actions,
    getSnapshot: state.getSnapshot,
    subscribe(listener: () => void): () => void {
      const stop = state.subscribe(listener)
      if (state.getSnapshot().status === 'loading') void actions.restore()
      return stop
    },
  }
})
