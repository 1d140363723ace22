import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { send } from './load.js'
import { type Process, REST, start as startProcess } from './process.js'
import { atMost, type Figures, type Row, under } from './row.js'
import type { Testbed } from './testbed.js'

const MIB = 2 ** 20
const UP = /istening on (http:\/\/[\d.:\w]+)/

/** Measures the milliseconds from the spawning of a process to the first 200 of its readiness. */
async function measure(file: string, env: Record<string, string>, path: string) {
  const begun = performance.now()
  const server = await startProcess(file, [], env, UP)
  // It listens once it is ready.
  await send({ url: `${server.url}${path}` })
  return { ...server, took: performance.now() - begun }
}

const alone = (name: string): Figures => ({ name, rounds: [] })

const EMPTY = 'empty Fastify, Mongoose connected'

export async function* start({ env, rounds, dataDir }: Testbed): AsyncGenerator<Row> {
  const readiness = '/health/ready'
  const small = { NODE_ENV: 'production', MONGODB_URI: env.MONGODB_URI as string }
  const measureOwn = () => measure('../server.js', env, readiness)
  const measureEmpty = () => measure('empty.js', small, '/')
  const took = { coffer: alone('Coffer'), empty: alone(EMPTY) }
  const whole = alone('Coffer')
  // The first round only brings the files into the cache.
  for (let round = 0; round <= rounds; round += 1) {
    const own = await measureOwn()
    const empty = await measureEmpty()
    await Promise.all([own.stop(), empty.stop()])
    const folder = mkdtempSync(join(dataDir, 'start-'))
    const standIns = await measure('../server.js', { DATA_DIR: folder, PORT: '0', LOCAL_PORT: '0' }, readiness)
    await standIns.stop()
    rmSync(folder, { recursive: true })
    if (round === 0) continue
    took.coffer.rounds.push(own.took)
    took.empty.rounds.push(empty.took)
    whole.rounds.push(standIns.took)
  }
  yield { work: 'start', unit: 'ms', coffer: took.coffer, against: took.empty, goal: atMost(2) }
  yield {
    work: 'start in an empty folder, with all stand-ins',
    unit: 'ms',
    coffer: whole,
    goal: under(1_500, 'ms'),
  }

  const pairs: (readonly [Process, Process])[] = []
  for (let round = 1; round <= rounds; round += 1) pairs.push([await measureOwn(), await measureEmpty()])
  await delay(REST)
  const resident = (which: 0 | 1) => pairs.map((pair) => pair[which].memory('VmRSS') / MIB)
  const coffer = { name: 'Coffer', rounds: resident(0) }
  yield { work: 'idle memory', unit: 'MiB', coffer, against: { name: EMPTY, rounds: resident(1) }, goal: atMost(1.5) }
  await Promise.all(pairs.flat().map(({ stop }) => stop()))
}
