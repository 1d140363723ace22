import { median } from './load.js'
import { REST } from './process.js'
import { reasonOf } from './reasons.js'
import { type Figures, isMet, type Row, ratioOf } from './row.js'
import type { Growth } from './testbed.js'
import { CLIENTS } from './testbed.js'

const MIB = 2 ** 20

const table = (rows: string[][]) => rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const rule = (length: number) => Array.from({ length }, () => '---')

const TITLES = ['work', 'Coffer', 'against', '', 'ratio', 'goal', '', 'memory, MiB']
export const HEAD = table([TITLES, rule(TITLES.length)])

/** Formats three significant digits. */
const short = (value: number) =>
  value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 })

function cell({ rounds, p50, p99 }: Figures, unit: Row['unit']): string {
  const spread = rounds.length > 1 ? ` (${short(Math.min(...rounds))} to ${short(Math.max(...rounds))})` : ''
  const latencies = p50 === undefined ? '' : `; ${short(p50)} / ${short(p99 as number)} ms`
  return `**${short(median(rounds))}** ${unit}${spread}${latencies}`
}

const memory = (figures: Figures | undefined) => (figures?.memory ? short(figures.memory / MIB) : '–')

/** Formats a row of the table in Markdown. */
export function line(row: Row): string {
  const { work, unit, coffer, against, goal } = row
  const met = isMet(row)
  return table([
    [
      work,
      cell(coffer, unit),
      against?.name ?? '',
      against ? cell(against, unit) : '',
      against ? `**${ratioOf(row).toFixed(2)}**` : '',
      goal?.text ?? '',
      met === undefined ? '' : met ? 'met' : 'not met',
      coffer.memory || against?.memory ? `${memory(coffer)} / ${memory(against)}` : '',
    ],
  ])
}

function sentence(row: Row): string {
  const { work, coffer, against, goal, unit } = row
  const beside = against && !goal?.isAbsolute ? ` beside ${against.name}: ${ratioOf(row).toFixed(2)}` : undefined
  return `- ${work}${beside ?? `: ${short(median(coffer.rounds))} ${unit}`}, the goal is ${goal?.text}. ${reasonOf(row)}`.trimEnd()
}

function growthTable({ sizes, pages }: Growth): string {
  const head = ['page of 20', ...sizes.map((size) => `${size.toLocaleString('en')} rows`)]
  const rows = pages.map(({ name, medians }) => [
    name,
    ...medians.map((ms) => `${short(ms)} ms (${((medians[0] as number) / ms).toFixed(2)})`),
  ])
  return table([head, rule(head.length), ...rows])
}

export interface Report {
  rows: Row[]
  growth: Growth | undefined
  /** Path of the plot, relative to the report. */
  plotFile: string
  machine: [string, string][]
  commands: string[]
  notes: string[]
  rounds: number
  seconds: number
  minutes: number
}

/** Renders the whole of bench/results.md. */
export function report({ rows, growth, plotFile, machine, commands, notes, rounds, seconds, minutes }: Report): string {
  const withGoal = rows.filter(({ goal }) => goal)
  const missed = withGoal.filter((row) => !isMet(row))
  const parts = [
    '# What Coffer costs, measured side by side',
    `Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}, in ${minutes.toFixed(1)} minutes. Compare ratios within one run; figures of two machines or two runs can't be compared.`,
    table([['', ''], rule(2), ...machine]),
    `\`\`\`sh\n${commands.join('\n')}\n\`\`\``,
    `## Table\n\nEach cell has the median of ${rounds} rounds, with their range in brackets, and the medians of their p50 and p99 latencies. The ratio is the median of the rounds' own ratios, Coffer's figure over the other's: more requests a second are better, and fewer milliseconds and MiB. Memory is the resident memory of Coffer and of the other after the last round.`,
    `${HEAD}\n${rows.map(line).join('\n')}`,
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
    `## Goals\n\n${withGoal.length - missed.length} of ${withGoal.length} are met.${missed.length > 0 ? ' Not met:' : ''}`,
    ...(missed.length > 0 ? [missed.map(sentence).join('\n')] : []),
    ...(growth
      ? [
          `## Growth\n\nMedian latencies of pages, requested one after the other, in databases of this many rows, half of which belong to the caller; in brackets the ratio of the smallest database's latency to it.`,
          growthTable(growth),
          `![Latency of a page by the number of rows](${plotFile})`,
        ]
      : []),
    `## How it's measured

Coffer runs in production mode with its default limits of memory and time, and with its log; only the limits of rates, failures and quotas are off, since one machine plays all users. Coffer, the server that it is compared with, the database, and the stand-ins for Cloudinary and SMTP have a process each; the load comes from another process, by autocannon over ${CLIENTS} connections, if the row names no other number. All sides of a row are loaded in turn, round by round, after a round each that only warms up. A round lasts ${seconds} s; rounds of sign-ins and uploads count requests instead, so that none is left for the next round.

- Rows with a goal: \`bench/bare.ts\` does the same work by Fastify and the bare driver on the same database, with no check except the token's, \`bench/bcrypt.ts\` only compares passwords, as many at once as Coffer does, and \`bench/empty.ts\` is an empty server.
- The row below, without a goal, is the limit that Coffer's guarantees leave: \`bench/guarded.ts\` adds the least that each costs, by the bare driver. For every request these are the plugins and a line of log; for a read, the check of the session; for a refresh, a token that is checked, replaced and remembered, and an access token; for a sign-in, a stored challenge and a mail; for an upload, a checksum, a row and a quota.
- Reads, refreshes and uploads belong to many users in turn, so that no two at the same time are equal. One read of the database checks the sessions of all requests that arrive in the same turn of the event loop, so a profile can cost less than one read.
- Sign-ins: \`/health/live\` and the profile are requested every 20 ms during the load, without waiting for the last answer.
- Uploads: all sides send to the same store, which keeps the files in memory where the system has room for them (\`/dev/shm\`), and so does a peer's own disk: a disk that they fill would delay the database on it. The memory of uploads is the highest resident size while they run, minus the size at rest; a peak is the highest size itself.
- Start: from the spawning of the process to the first 200 of \`/health/ready\`. Idle is a process ${REST / 1000} s later.
- Peers: \`bench/peers/\` says how each is served. Their bcrypt has cost 10, so Coffer's has cost 10 in those rows too. "With a mailed code" is better-auth's second factor by mail, two requests that count as one sign-in; Coffer needs one. "Same store" is Parse Server with an adapter that sends its files to the store of the others instead of its own disk.`,
  ]
  return `${parts.join('\n\n')}\n`
}
