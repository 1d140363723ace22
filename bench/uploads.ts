import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Options } from 'autocannon'
import { asEach, send, type Target } from './load.js'
import { picture } from './picture.js'
import { forgetPeak, REST } from './process.js'
import { bareBearer } from './reads.js'
import { ahead, atLeast, atMost, type Figures, inTurn, type Row, type Side, under } from './row.js'
import { startBare, startCoffer, type Testbed } from './testbed.js'

const MIB = 2 ** 20
/** Simultaneous uploads for the rate. */
const SOME = 20
/** Simultaneous uploads for the memory; too many for a peer that keeps several copies of each. */
const MANY = 100
const BARE = 'bare Fastify, busboy, same store'
/** A young generation of 1 MiB: memory of finished uploads is freed sooner, and the other code collects more often. */
const THRIFTY = '--max-semi-space-size=1'
const GUARDED = 'the same, with the plugins, the log, a checksum, and the row and the quota of the file'

/** Builds a form with one file. Source: RFC 7578. */
async function form() {
  const head =
    '--bench\r\ncontent-disposition: form-data; name="file"; filename="noise.png"\r\ncontent-type: image/png\r\n\r\n'
  return {
    type: { 'content-type': 'multipart/form-data; boundary=bench' },
    body: Buffer.concat([Buffer.from(head), await picture(), Buffer.from('\r\n--bench--\r\n')]),
  }
}

/** A server whose memory is measured. */
interface Uploader extends Side {
  pid: number
  memory(field: 'VmRSS' | 'VmHWM'): number
}

/** Removes the stored bytes, which would otherwise fill the disk. */
const emptier = (folder: string) => () => {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name)
    const { size } = statSync(path)
    if (size > MIB) rmSync(path)
  }
}

/** Measures how far the memory of a fresh server rises above its rest during simultaneous uploads, in MiB. */
async function risen({ load, pid, memory, after }: Uploader, uploads: number, rounds: number): Promise<Figures> {
  await send(load as Target)
  await delay(1_000)
  const idle = memory('VmRSS')
  const peaks: number[] = []
  for (let round = 1; round <= rounds; round += 1) {
    forgetPeak(pid)
    await Promise.all(Array.from({ length: uploads }, () => send(load as Target)))
    peaks.push((memory('VmHWM') - idle) / MIB)
    after?.()
  }
  return { name: 'Coffer', rounds: peaks, memory: memory('VmRSS') }
}

/** Records the peaks of a server, in MiB, one a round. */
function watched(uploader: Uploader) {
  const { pid, memory, after } = uploader
  const peaks: number[] = []
  return {
    ...uploader,
    peaks,
    before: () => forgetPeak(pid),
    after() {
      peaks.push(memory('VmHWM') / MIB)
      after?.()
    },
  }
}

export async function* uploads(testbed: Testbed): AsyncGenerator<Row> {
  const { accounts, guarded, env, filesDir, rounds } = testbed
  const after = emptier(filesDir)
  const { type, body } = await form()
  const uploadsTo = (url: string, path: string, bearers: Record<string, string>[]): Options => {
    const users = bearers.map((bearer) => ({ headers: { ...type, ...bearer } }))
    return { url, requests: asEach({ method: 'POST', path, body }, users) }
  }
  // Fresh servers at rest, whose memory has not grown yet.
  const [coffer, thrifty, bare, fresh] = await Promise.all([
    startCoffer(env),
    startCoffer({ ...env, NODE_OPTIONS: THRIFTY }),
    startBare(env),
    startCoffer(env),
  ])
  await delay(REST)
  const owners = accounts.map(({ bearer }) => bearer)
  const [own, small] = [coffer, thrifty].map(
    (server): Uploader => ({ ...server, name: 'Coffer', load: uploadsTo(server.url, '/v1/assets', owners), after }),
  ) as [Uploader, Uploader]
  const bearers = accounts.map((account) => bareBearer(env, account))
  const limits: Uploader[] = [
    { ...bare, name: BARE, load: uploadsTo(bare.url, '/upload', bearers), after },
    { ...guarded, name: GUARDED, load: uploadsTo(guarded.url, '/upload', bearers), after },
  ]
  const others: Uploader[] = testbed.peers.flatMap((peer) =>
    peer.upload ? { ...peer, pid: peer.pids()[0] as number, load: peer.upload, after } : [],
  )

  const sides = [own, small, ...limits, ...others].map(watched)
  const [rate, smallRate, ...rates] = (await inTurn(sides, rounds, { connections: SOME, amount: SOME * 2 })) as [
    Figures,
    Figures,
    ...Figures[],
  ]
  const work = `upload of 10 MiB, ${SOME} at once`
  for (const against of rates) {
    const goal = against.name === BARE ? atLeast(0.85) : ahead
    yield { work, unit: 'requests/s', coffer: rate, against, ...(against.name !== GUARDED && { goal }) }
  }
  yield { work: `${work}, with ${THRIFTY}`, unit: 'requests/s', coffer: smallRate, against: rate }
  // Without the peak of the warm-up.
  const [peak, smallPeak, ...peaks] = sides.map(({ name, peaks }) => ({ name, rounds: peaks.slice(1) })) as [
    Figures,
    Figures,
    ...Figures[],
  ]
  const memory = `peak memory of ${SOME} uploads at once`
  for (const against of peaks) {
    const goal = against.name === BARE || against.name === GUARDED ? {} : { goal: atMost(0.2) }
    yield { work: memory, unit: 'MiB', coffer: peak, against, ...goal }
  }
  const against = peaks.at(-1)
  yield { work: `${memory}, with ${THRIFTY}`, unit: 'MiB', coffer: smallPeak, against }
  await Promise.all([coffer, thrifty, bare].map((server) => server.stop()))
  const one = {
    url: `${fresh.url}/v1/assets`,
    method: 'POST' as const,
    headers: { ...type, ...accounts[0].bearer },
    body,
  }
  const taken = await risen({ ...fresh, name: 'Coffer', load: one, after }, MANY, rounds)
  yield {
    work: `memory that ${MANY} uploads of 10 MiB at once take`,
    unit: 'MiB',
    coffer: taken,
    goal: under(150, 'MiB'),
  }
  await fresh.stop()
}
