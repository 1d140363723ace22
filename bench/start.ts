import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { send } from './load.js'
import { start as startProcess } from './process.js'
import { atMost, type Figures, type Row, under } from './row.js'
import type { Testbed } from './testbed.js'

const MIB = 2 ** 20
/** After which a process that has answered once is idle. */
const REST = 2_000
const UP = /istening on (http:\/\/[\d.:\w]+)/

/** Milliseconds from the spawning of a process to the first 200 of its readiness. */
async function measure(file: string, env: Record<string, string>, path: string) {
  const begun = performance.now()
  const server = await startProcess(file, [], env, UP)
  // it listens when it's ready
  await send({ url: `${server.url}${path}` })
  return { ...server, took: performance.now() - begun }
}

const alone = (name: string): Figures => ({ name, rounds: [] })

export async function* start({ env, rounds, dataDir }: Testbed): AsyncGenerator<Row> {
  const readiness = '/health/ready'
  const coffer = { took: alone('Coffer'), memory: alone('Coffer') }
  const empty = { took: alone('empty Fastify, Mongoose connected'), memory: alone('empty Fastify, Mongoose connected') }
  const whole = alone('Coffer')
  // the first round only brings the files into the cache
  for (let round = 0; round <= rounds; round += 1) {
    const own = await measure('../server.js', env, readiness)
    const other = await measure('empty.js', { NODE_ENV: 'production', MONGODB_URI: env.MONGODB_URI as string }, '/')
    await delay(REST)
    const memory = [own.memory('VmRSS') / MIB, other.memory('VmRSS') / MIB] as const
    await Promise.all([own.stop(), other.stop()])
    const folder = mkdtempSync(join(dataDir, 'start-'))
    const standIns = await measure('../server.js', { DATA_DIR: folder, PORT: '0', LOCAL_PORT: '0' }, readiness)
    await standIns.stop()
    rmSync(folder, { recursive: true })
    if (round === 0) continue
    coffer.took.rounds.push(own.took)
    empty.took.rounds.push(other.took)
    coffer.memory.rounds.push(memory[0])
    empty.memory.rounds.push(memory[1])
    whole.rounds.push(standIns.took)
  }
  yield { work: 'start', unit: 'ms', coffer: coffer.took, against: empty.took, goal: atMost(2) }
  yield {
    work: 'start in an empty folder, with all stand-ins',
    unit: 'ms',
    coffer: whole,
    goal: under(1_500, 'ms'),
  }
  yield { work: 'idle memory', unit: 'MiB', coffer: coffer.memory, against: empty.memory, goal: atMost(1.5) }
}
