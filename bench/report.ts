import { median } from './load.js'
import { type Figures, isMet, type Row, ratioOf } from './row.js'

const MIB = 2 ** 20

export const HEAD = '| work | Coffer | against | | ratio | goal | | memory, MiB |\n|---|---|---|---|---|---|---|---|'

/** Three digits that count. */
const short = (value: number) =>
  value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 })

function cell({ rounds, p50, p99 }: Figures, unit: Row['unit']): string {
  const spread = rounds.length > 1 ? ` (${short(Math.min(...rounds))} to ${short(Math.max(...rounds))})` : ''
  const latencies = p50 === undefined ? '' : `; ${short(p50)} / ${short(p99 as number)} ms`
  return `**${short(median(rounds))}** ${unit}${spread}${latencies}`
}

const memory = (figures: Figures | undefined) => (figures?.memory ? short(figures.memory / MIB) : '–')

/** A row of the table in Markdown. */
export function line(row: Row): string {
  const { work, unit, coffer, against, goal } = row
  const met = isMet(row)
  const cells = [
    work,
    cell(coffer, unit),
    against?.name ?? '',
    against ? cell(against, unit) : '',
    against ? `**${ratioOf(row).toFixed(2)}**` : '',
    goal?.text ?? '',
    met === undefined ? '' : met ? 'met' : 'not met',
    coffer.memory || against?.memory ? `${memory(coffer)} / ${memory(against)}` : '',
  ]
  return `| ${cells.join(' | ')} |`
}
