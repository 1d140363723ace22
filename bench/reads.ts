import { createHmac } from 'node:crypto'
import type { Request } from 'autocannon'
import { Types } from 'mongoose'
import { type ApiKeyDocument, stampPath } from '../models/api-key.js'
import { newSecret, prefixOf } from '../plugins/auth/api-key-secret.js'
import { sha256 } from '../plugins/keys.js'
import type { Account } from './account.js'
import { guardedToken } from './guarded.js'
import { asEach } from './load.js'
import { ahead, atLeast, type Figures, type Goal, inTurn, type Row, type Side } from './row.js'
import { CLIENTS, FEW_CLIENTS, type Testbed } from './testbed.js'

/** Signs a JWT (RFC 7519) with HS256, as the bare server verifies it. */
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

/** Returns the headers with which the bare server accepts a user. */
export const bareBearer = (env: Record<string, string>, { userId, sessionId }: Owner) => ({
  authorization: `Bearer ${tokenOf({ sub: userId.toString(), sid: sessionId }, env.JWT_SECRET as string)}`,
})

/** Compares Coffer with each of the others in the same rounds. */
async function* rows(
  testbed: Testbed,
  work: string,
  sides: Side[],
  goals: (Goal | undefined)[],
  connections = CLIENTS,
): AsyncGenerator<Row> {
  const { rounds, seconds } = testbed
  const [coffer, ...others] = await inTurn(sides, rounds, { connections, duration: seconds })
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

/** Returns a read by Coffer, and the same by the bare server, unguarded and guarded. */
function readers({ coffer, bare, guarded, env }: Testbed, path: string, barePath: string, users: Account[]): Side[] {
  const own = asEach(
    { method: 'GET', path },
    users.map(({ bearer: headers }) => ({ headers })),
  )
  const theirs = () =>
    asEach(
      { method: 'GET', path: barePath },
      users.map((user) => ({ headers: bareBearer(env, user) })),
    )
  return [
    { ...coffer, name: 'Coffer', load: { url: coffer.url, requests: own } },
    { ...bare, name: BARE, load: { url: bare.url, requests: theirs() } },
    { ...guarded, name: GUARDED, load: { url: guarded.url, requests: theirs() } },
  ]
}

export async function* profile(testbed: Testbed): AsyncGenerator<Row> {
  const sides = readers(testbed, '/v1/users/me', '/profile', testbed.accounts)
  const peers = testbed.peers.flatMap((peer) => (peer.profile ? { ...peer, load: peer.profile } : []))
  yield* rows(testbed, 'profile read', [...sides, ...peers], [atLeast(0.8), undefined, atLeast(2)])
}

/** Compares reads by API keys with the same reads by sessions, on one server. */
export async function* apiKeys(testbed: Testbed): AsyncGenerator<Row> {
  const { accounts, coffer, database, rounds, seconds } = testbed
  const secrets = accounts.map(() => newSecret())
  const rows: ApiKeyDocument[] = secrets.map((secret, index) => ({
    _id: new Types.ObjectId(),
    ownerId: (accounts[index] as Account).userId,
    name: 'Benchmark',
    prefix: prefixOf(secret),
    secrets: [{ hash: sha256(secret), until: null }],
    scopes: ['me:read'],
    allowedNetworks: [],
    createdAt: new Date(),
    expiresAt: null,
    stamp: new Types.ObjectId(),
    lastUsedAt: null,
  }))
  await database.collection<ApiKeyDocument>('apikeys').insertMany(rows)
  await database.collection('users').bulkWrite(
    rows.map(({ _id, ownerId, stamp }) => ({
      updateOne: { filter: { _id: ownerId }, update: { $set: { [stampPath(_id)]: stamp } } },
    })),
  )
  const reads = (path: string, credentials: { authorization: string }[]) =>
    asEach(
      { method: 'GET', path },
      credentials.map((headers) => ({ headers })),
    )
  const keys = secrets.map((secret) => ({ authorization: `Bearer ${secret}` }))
  const sessions = accounts.map(({ bearer }) => bearer)
  const sides = [
    { ...coffer, name: 'Coffer', load: { url: coffer.url, requests: reads('/v1/users/me', keys) } },
    { ...coffer, name: 'Coffer, by sessions', load: { url: coffer.url, requests: reads('/v1/users/me', sessions) } },
  ]
  const measured = await inTurn(sides, rounds, { connections: CLIENTS, duration: seconds })
  const [own, ownSessions] = measured as [Figures, Figures]
  yield { work: 'profile read by API keys', unit: 'requests/s', coffer: own, against: ownSessions, goal: atLeast(0.9) }
}

export async function* list(testbed: Testbed): AsyncGenerator<Row> {
  const sides = readers(testbed, '/v1/assets', '/list', testbed.listers)
  const peers = testbed.peers.flatMap((peer) => (peer.list ? { ...peer, load: peer.list } : []))
  yield* rows(testbed, 'list of 20 files', [...sides, ...peers], [atLeast(0.85), undefined, ahead])
  yield* rows(testbed, `list of 20 files, ${FEW_CLIENTS} clients`, sides, [atLeast(0.85), undefined], FEW_CLIENTS)
}

interface Turn {
  userId: string
  sessionId: string
  refreshToken: string
  hash: number
}

/** Takes an idle session for each request, and returns it with its newest token. */
function turns(
  path: string,
  sessions: Turn[],
  body: (turn: Turn) => object,
  after: (turn: Turn, text: string) => void,
): Request[] {
  const idle = [...sessions]
  return [
    {
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      setupRequest(request, context) {
        const turn = idle.shift()
        // A broken connection keeps its session; a request without a body is refused and reported.
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
  const { accounts, coffer, bare, guarded, database, env } = testbed
  await database.collection('users').updateMany({}, { $set: { bench: { hash: 0, counter: 0 } } })
  const sessions = () =>
    accounts.map(({ userId, sessionId, refreshToken }) => ({
      userId: userId.toString(),
      sessionId,
      refreshToken,
      hash: 0,
    }))
  const rotated = (path: string, first: Turn[]) =>
    turns(
      path,
      first,
      ({ refreshToken }) => ({ refreshToken }),
      (turn, text) => {
        turn.refreshToken = JSON.parse(text).refreshToken
      },
    )
  const counted = turns(
    '/refresh',
    sessions(),
    ({ userId, hash }) => ({ userId, hash, next: hash + 1 }),
    (turn) => {
      turn.hash += 1
    },
  )
  const theirs = sessions().map((turn) => ({
    ...turn,
    refreshToken: guardedToken(env.JWT_SECRET as string, turn.userId, turn.sessionId, 0),
  }))
  const sides = [
    { ...coffer, name: 'Coffer', load: { url: coffer.url, requests: rotated('/v1/auth/refresh-token', sessions()) } },
    { ...bare, name: BARE, load: { url: bare.url, requests: counted } },
    {
      ...guarded,
      name: 'the same, with the plugins, the log, tokens that are checked, replaced and remembered, and an access token',
      load: { url: guarded.url, requests: rotated('/rotate', theirs) },
    },
  ]
  yield* rows(testbed, 'token refresh', sides, [atLeast(0.75), undefined])
  yield* rows(testbed, `token refresh, ${FEW_CLIENTS} clients`, sides, [atLeast(0.75), undefined], FEW_CLIENTS)
}
