import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Options } from 'autocannon'
import sharp from 'sharp'
import { send, type Target } from './load.js'
import { forgetPeak } from './process.js'
import { bareBearer } from './reads.js'
import { ahead, atLeast, atMost, type Figures, type Goal, inTurn, type Row, type Side, under } from './row.js'
import { startBare, startCoffer, type Testbed } from './testbed.js'

const MIB = 2 ** 20
/** An image of noise, stored nearly as large as its pixels: just under 10 MiB. */
const SIDE = 1860
const PARALLEL = 4
const AMOUNT = 16
/** At once, for the memory that they take. */
const MANY = 100
/** Parse Server holds each several times. */
const MANY_OF_PEERS = 20
const BARE = 'bare Fastify, busboy, same store'

/** A form with one file. Source: RFC 7578. */
async function form() {
  const noise = Buffer.alloc(SIDE * SIDE * 3)
  for (let at = 0, state = 1; at < noise.length; at += 1) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    noise[at] = state >> 16
  }
  const image = await sharp(noise, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer()
  const head =
    '--bench\r\ncontent-disposition: form-data; name="file"; filename="noise.png"\r\ncontent-type: image/png\r\n\r\n'
  return {
    type: { 'content-type': 'multipart/form-data; boundary=bench' },
    body: Buffer.concat([Buffer.from(head), image, Buffer.from('\r\n--bench--\r\n')]),
  }
}

/** A server whose memory is measured. */
interface Uploader extends Side {
  pid: number
  memory(field: 'VmRSS' | 'VmHWM'): number
}

/** Removes the bytes that the stores keep, which nobody reads; else they would fill the disk. */
function emptier(dataDir: string) {
  const folders = ['cloudinary', 'files'].map((name) => join(dataDir, name))
  return () => {
    for (const folder of folders.filter(existsSync)) {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        const path = join(folder, name)
        const { size } = statSync(path)
        if (size > MIB) rmSync(path)
      }
    }
  }
}

/** How far a server's memory rises while it takes so many uploads at once, in MiB: its peak, and that above what it had idle. */
async function peak({ load, pid, memory, after }: Uploader, idle: number, uploads: number) {
  forgetPeak(pid)
  await Promise.all(Array.from({ length: uploads }, () => send(load as Target)))
  after?.()
  const highest = memory('VmHWM')
  return { highest: highest / MIB, risen: (highest - idle) / MIB }
}

/** The peaks of each server in turn; the first round finds them fresh. */
async function peaks(
  uploaders: Uploader[],
  uploads: number,
  rounds: number,
  is: 'highest' | 'risen',
): Promise<Figures[]> {
  const idle: number[] = []
  for (const { load, memory } of uploaders) {
    await send(load as Target)
    await delay(1_000)
    idle.push(memory('VmRSS'))
  }
  const figures = uploaders.map(({ name }): Figures => ({ name, rounds: [] }))
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, uploader] of uploaders.entries()) {
      figures[index]?.rounds.push((await peak(uploader, idle[index] as number, uploads))[is])
    }
  }
  return uploaders.map(({ memory }, index) => ({ ...(figures[index] as Figures), memory: memory('VmRSS') }))
}

export async function* uploads(testbed: Testbed): AsyncGenerator<Row> {
  const { accounts, env, dataDir, rounds } = testbed
  const after = emptier(dataDir)
  const { type, body } = await form()
  const upload = (url: string, headers: object): Options => ({
    url,
    method: 'POST',
    headers: { ...type, ...headers },
    body,
  })
  // fresh ones, whose memory has not grown yet
  const [coffer, bare] = await Promise.all([startCoffer(env), startBare(env)])
  const own: Uploader = {
    ...coffer,
    name: 'Coffer',
    load: upload(`${coffer.url}/v1/assets`, accounts[0].bearer),
    after,
  }
  const limit: Uploader = { ...bare, name: BARE, load: upload(`${bare.url}/upload`, bareBearer(testbed)), after }
  const others: Uploader[] = testbed.peers.flatMap((peer) =>
    peer.upload ? { ...peer, pid: peer.pids()[0] as number, load: peer.upload, after } : [],
  )

  /** Coffer, beside each of the others. */
  function* rows(work: string, unit: Row['unit'], figures: Figures[], goals: Goal[]): Generator<Row> {
    const [first, ...rest] = figures
    if (rest.length === 0) yield { work, unit, coffer: first as Figures, goal: goals[0] }
    for (const [index, against] of rest.entries())
      yield { work, unit, coffer: first as Figures, against, goal: goals[index] ?? goals.at(-1) }
  }

  yield* rows(`memory that ${MANY} uploads of 10 MiB at once take`, 'MiB', await peaks([own], MANY, rounds, 'risen'), [
    under(150, 'MiB'),
  ])
  if (others.length > 0) {
    const figures = await peaks([own, ...others], MANY_OF_PEERS, rounds, 'highest')
    yield* rows(`peak memory of ${MANY_OF_PEERS} uploads at once`, 'MiB', figures, [atMost(0.2)])
  }
  const figures = await inTurn([own, limit, ...others], rounds, { connections: PARALLEL, amount: AMOUNT })
  yield* rows(`upload of 10 MiB, ${PARALLEL} at once`, 'requests/s', figures, [atLeast(0.85), ahead])
  await Promise.all([coffer.stop(), bare.stop()])
}
