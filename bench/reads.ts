import { createHmac } from 'node:crypto'
import type { Request } from 'autocannon'
import type { Account } from './account.js'
import { ahead, atLeast, type Goal, inTurn, type Row, type Side } from './row.js'
import { CLIENTS, type Testbed } from './testbed.js'

/** A JWT (RFC 7519) of HS256, as the bare server verifies it. */
function tokenOf(claimed: object, secret: string): string {
  const [header, claims] = [{ alg: 'HS256', typ: 'JWT' }, claimed].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  const mac = createHmac('sha256', secret).update(`${header}.${claims}`).digest('base64url')
  return `${header}.${claims}.${mac}`
}

export const BARE = 'bare Fastify, bare driver'
const GUARDED = 'the same, with the plugins, the log and the check of the session'

type Owner = Pick<Account, 'userId'> & Partial<Account>

/** What the bare server takes for a user's. */
export const bareBearer = (env: Record<string, string>, { userId, sessionId }: Owner) => ({
  authorization: `Bearer ${tokenOf({ sub: userId.toString(), sid: sessionId }, env.JWT_SECRET as string)}`,
})

/** Coffer beside each of the others, by the same rounds. */
async function* rows(testbed: Testbed, work: string, sides: Side[], goals: (Goal | undefined)[]): AsyncGenerator<Row> {
  const { rounds, seconds } = testbed
  const [coffer, ...others] = await inTurn(sides, rounds, { connections: CLIENTS, duration: seconds })
  for (const [index, against] of others.entries()) {
    yield {
      work,
      unit: 'requests/s',
      coffer: coffer as Row['coffer'],
      against,
      goal: index < goals.length ? goals[index] : goals.at(-1),
    }
  }
}

export async function* profile(testbed: Testbed): AsyncGenerator<Row> {
  const { accounts, coffer, bare, guarded, peers, env } = testbed
  const headers = bareBearer(env, accounts[0])
  const sides = [
    { ...coffer, name: 'Coffer', load: { url: `${coffer.url}/v1/users/me`, headers: accounts[0].bearer } },
    { ...bare, name: BARE, load: { url: `${bare.url}/profile`, headers } },
    { ...guarded, name: GUARDED, load: { url: `${guarded.url}/profile`, headers } },
    ...peers.map((peer) => ({ ...peer, load: peer.profile })),
  ]
  yield* rows(testbed, 'profile read', sides, [atLeast(0.8), undefined, atLeast(2)])
}

export async function* list(testbed: Testbed): AsyncGenerator<Row> {
  const { accounts, coffer, bare, guarded, peers, env } = testbed
  const headers = bareBearer(env, accounts[0])
  const sides = [
    { ...coffer, name: 'Coffer', load: { url: `${coffer.url}/v1/assets`, headers: accounts[0].bearer } },
    { ...bare, name: BARE, load: { url: `${bare.url}/list`, headers } },
    { ...guarded, name: GUARDED, load: { url: `${guarded.url}/list`, headers } },
    ...peers.flatMap((peer) => (peer.list ? { ...peer, load: peer.list } : [])),
  ]
  yield* rows(testbed, 'list of 20 files', sides, [atLeast(0.8), undefined, ahead])
}

interface Turn {
  userId: string
  refreshToken: string
  hash: number
}

/** Each request takes a session that no other uses at present, and gives it back with its newest token. */
function turns(
  path: string,
  accounts: Account[],
  body: (turn: Turn) => object,
  after: (turn: Turn, text: string) => void,
): Request[] {
  const idle = accounts.map(({ userId, refreshToken }) => ({ userId: userId.toString(), refreshToken, hash: 0 }))
  return [
    {
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      setupRequest(request, context) {
        const turn = idle.shift()
        // connections that break keep theirs; what has no body is refused, and told
        if (!turn) return request
        Object.assign(context, { turn })
        return { ...request, body: JSON.stringify(body(turn)) }
      },
      onResponse(_status, text, context) {
        const { turn } = context as { turn?: Turn }
        if (!turn) return
        after(turn, text)
        idle.push(turn)
      },
    },
  ]
}

export async function* refresh(testbed: Testbed): AsyncGenerator<Row> {
  const { accounts, coffer, bare, database } = testbed
  await database.collection('users').updateMany({}, { $set: { bench: { hash: 0, counter: 0 } } })
  const rotated = turns(
    '/v1/auth/refresh-token',
    accounts,
    ({ refreshToken }) => ({ refreshToken }),
    (turn, text) => {
      turn.refreshToken = JSON.parse(text).refreshToken
    },
  )
  const counted = turns(
    '/refresh',
    accounts,
    ({ userId, hash }) => ({ userId, hash, next: hash + 1 }),
    (turn) => {
      turn.hash += 1
    },
  )
  const sides = [
    { ...coffer, name: 'Coffer', load: { url: coffer.url, requests: rotated } },
    { ...bare, name: BARE, load: { url: bare.url, requests: counted } },
  ]
  yield* rows(testbed, 'token refresh', sides, [atLeast(0.75)])
}
