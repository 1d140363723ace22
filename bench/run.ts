/**
 * `npm run bench`: measures Coffer beside the physical limit and beside its peers, in turn, on one database in a
 * process of its own. It prints a table, and writes it to bench/results.md with the plot bench/growth.svg. With
 * BENCH_MONGODB_URI it uses another server and writes results-server.md and growth-server.svg.
 * Options for development: --seconds, --rounds, --rows, --no-peers, and --only with names of works, which writes
 * nothing.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { growth } from './growth.js'
import { machine } from './machine.js'
import { plot } from './plot.js'
import { apiKeys, list, profile, refresh } from './reads.js'
import { HEAD, line, report } from './report.js'
import type { Row } from './row.js'
import { signIn, signInPeers } from './sign-in.js'
import { start } from './start.js'
import { openTestbed, type Testbed } from './testbed.js'
import { uploads } from './uploads.js'
import { webhooks } from './webhooks.js'

const WORKS: Record<string, (testbed: Testbed) => AsyncGenerator<Row>> = {
  profile,
  'api-keys': apiKeys,
  webhooks,
  list,
  refresh,
  'sign-in': signIn,
  'sign-in-peers': signInPeers,
  uploads,
  start,
  growth,
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '5' },
    rows: { type: 'string', default: '100000' },
    only: { type: 'string' },
    'no-peers': { type: 'boolean', default: false },
  },
})
const wanted = values.only?.split(',') ?? Object.keys(WORKS)
const unknown = wanted.filter((name) => !WORKS[name])
if (unknown.length > 0) throw new Error(`${unknown} is none of ${Object.keys(WORKS)}`)

const say = (text: string) => process.stdout.write(`${text}\n`)
const begun = performance.now()
const testbed = await openTestbed({
  seconds: Number(values.seconds),
  rounds: Number(values.rounds),
  rows: Number(values.rows),
  withPeers: !values['no-peers'],
})
let told = 0
const tell = () => {
  for (; told < testbed.notes.length; told += 1) say(testbed.notes[told] as string)
}
tell()
const rows: Row[] = []
say(HEAD)
for (const name of wanted) {
  try {
    for await (const row of (WORKS[name] as (typeof WORKS)[string])(testbed)) {
      rows.push(row)
      say(line(row))
    }
  } catch (error) {
    testbed.notes.push(`${name} was not measured to its end: ${(error as Error).message}`)
  }
  tell()
}
const { notes, growth: grown, rounds, seconds } = testbed
const minutes = (performance.now() - begun) / 60_000
say(`It took ${minutes.toFixed(1)} minutes.`)
if (values.only === undefined) {
  // The figures of another server stand beside those of the local database, which everybody can repeat.
  const on = testbed.isLocal ? '' : '-server'
  const args = process.argv.slice(2)
  const commands = [
    'npm ci',
    ...(testbed.peers.length > 0 ? ['npm ci --prefix bench/peers'] : []),
    `${testbed.isLocal ? '' : 'BENCH_MONGODB_URI=mongodb://… '}npm run bench${args.length > 0 ? ` -- ${args.join(' ')}` : ''}`,
  ]
  const text = report({
    rows,
    growth: grown,
    plotFile: `growth${on}.svg`,
    machine: await machine(testbed),
    commands,
    notes,
    rounds,
    seconds,
    minutes,
  })
  writeFileSync(`bench/results${on}.md`, text)
  if (grown) writeFileSync(`bench/growth${on}.svg`, plot(grown))
}
await testbed.close()
// Failed work may have left servers, which end with this process.
process.exit()
