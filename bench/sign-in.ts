import type { Request } from 'autocannon'
import bcrypt from 'bcrypt'
import { signedIn } from './account.js'
import { databaseOn, dropDatabase } from './database.js'
import { load, median, probe, type Sample, signInsInTurn } from './load.js'
import { start } from './process.js'
import { ahead, atLeast, atMost, type Figures, inTurn, type Row, type Side, under } from './row.js'
import { CLIENTS, PEERS_COST, startBare, startCoffer, type Testbed, withApp } from './testbed.js'

const PASSWORD = 'a river runs through it'
const USERS = 64
/** The default of BCRYPT_ROUNDS. */
const COST = 12
/** Milliseconds between two probes of the same kind. */
const PROBE_INTERVAL = 20

/** Builds password steps of sign-ins, each of the next user; all users share one hash of the given cost. */
async function signIns(env: Record<string, string>, cost: number) {
  const emails = await withApp({ ...env, BCRYPT_ROUNDS: String(cost) }, async (app) => {
    const hash = await app.passwords.hash(PASSWORD)
    const accounts = await Promise.all(Array.from({ length: USERS }, () => signedIn(app, hash)))
    return accounts.map(({ email }) => email)
  })
  return {
    own: signInsInTurn('/v1/auth/login', emails, PASSWORD),
    guarded: signInsInTurn('/sign-in', emails, PASSWORD),
  }
}

const LIMIT = 'bcrypt, a challenge stored and its code mailed, by the bare driver'

const only = (figures: Figures[]) => figures as [Figures, ...Figures[]]

/** A round counts requests: the unanswered rest of a timed round would delay the next. */
export async function* signIn(testbed: Testbed): AsyncGenerator<Row> {
  const { coffer, guarded, env, rounds } = testbed
  const requests = await signIns(env, COST)
  const alone = await start('bcrypt.js', [], { HASH: await bcrypt.hash(PASSWORD, COST), PASSWORD }, /on (http\S+)/)
  const name = `bcrypt alone, cost ${COST}`
  const sides: Side[] = [
    { ...coffer, name: 'Coffer', load: { url: coffer.url, requests: requests.own } },
    { ...alone, name, load: { url: alone.url } },
    { ...guarded, name: LIMIT, load: { url: guarded.url, requests: requests.guarded } },
  ]
  const amount = CLIENTS * 1.25
  const [own, ...others] = only(await inTurn(sides, rounds, { connections: CLIENTS, amount }))
  await alone.stop()
  for (const against of others) {
    const goal = against.name === name ? { goal: atLeast(0.95) } : {}
    yield { work: `sign-in, cost ${COST}`, unit: 'requests/s', coffer: own, against, ...goal }
  }
  yield* meanwhile(testbed, requests.own)
}

/** Compares the latencies of other requests with and without running sign-ins. */
async function* meanwhile({ coffer, accounts, rounds }: Testbed, requests: Request[]): AsyncGenerator<Row> {
  const signing = { url: coffer.url, requests, connections: CLIENTS, amount: CLIENTS }
  const seen = { quiet: { live: [], profile: [] }, busy: { live: [], profile: [] } } as Record<
    'quiet' | 'busy',
    Record<'live' | 'profile', Omit<Sample, 'rate'>[]>
  >
  for (let round = 1; round <= rounds; round += 1) {
    for (const kind of ['quiet', 'busy'] as const) {
      const live = probe({ url: `${coffer.url}/health/live` }, PROBE_INTERVAL)
      const profile = probe({ url: `${coffer.url}/v1/users/me`, headers: accounts[0].bearer }, PROBE_INTERVAL)
      await (kind === 'busy' ? load(signing) : new Promise((resolve) => setTimeout(resolve, 1_500)))
      const samples = { live: await live.stop(), profile: await profile.stop() }
      seen[kind].live.push(samples.live)
      seen[kind].profile.push(samples.profile)
    }
  }
  const figures = (kind: 'quiet' | 'busy', of: 'live' | 'profile', share: 'p50' | 'p99', name: string): Figures => {
    const samples = seen[kind][of]
    return {
      name,
      rounds: samples.map((sample) => sample[share]),
      p50: median(samples.map(({ p50 }) => p50)),
      p99: median(samples.map(({ p99 }) => p99)),
    }
  }
  yield {
    work: '`/health/live` during sign-ins, p99',
    unit: 'ms',
    coffer: figures('busy', 'live', 'p99', 'Coffer'),
    against: figures('quiet', 'live', 'p99', 'the same without sign-ins'),
    goal: under(50, 'ms'),
  }
  yield {
    work: 'profile read during sign-ins, p50',
    unit: 'ms',
    coffer: figures('busy', 'profile', 'p50', 'Coffer'),
    against: figures('quiet', 'profile', 'p50', 'the same without sign-ins'),
    goal: atMost(2),
  }
}

/** Compares sign-ins at the one cost that every peer supports. */
export async function* signInPeers({ env, peers, rounds, server }: Testbed): AsyncGenerator<Row> {
  if (peers.length === 0) return
  // a database of its own, since every comparison costs as much as the costliest hash of the database
  const uri = databaseOn(server, `cost-${PEERS_COST}`)
  const here = { ...env, MONGODB_URI: uri, BCRYPT_ROUNDS: String(PEERS_COST) }
  const requests = await signIns(here, PEERS_COST)
  const coffer = await startCoffer(here)
  const guarded = await startBare({ ...here, GUARDED: '1' })
  const sides: Side[] = [
    { ...coffer, name: 'Coffer', load: { url: coffer.url, requests: requests.own } },
    ...peers.flatMap((peer) => (peer.signIn ? [{ ...peer, load: peer.signIn }] : [])),
    ...peers.flatMap((peer) =>
      peer.signInWithCode ? [{ ...peer, name: `${peer.name}, with a mailed code`, load: peer.signInWithCode }] : [],
    ),
    { ...guarded, name: LIMIT, load: { url: guarded.url, requests: requests.guarded } },
  ]
  const [own, ...others] = only(await inTurn(sides, rounds, { connections: CLIENTS, amount: CLIENTS * 2 }))
  await Promise.all([coffer.stop(), guarded.stop()])
  await dropDatabase(uri)
  for (const against of others) {
    const goal = against.name === LIMIT ? {} : { goal: ahead }
    yield { work: `sign-in, cost ${PEERS_COST}`, unit: 'requests/s', coffer: own, against, ...goal }
  }
}
