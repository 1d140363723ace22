import { type Load, load, median, type Sample } from './load.js'

/** The figure of each round, and the medians of other values seen in the rounds. */
export interface Figures {
  name: string
  rounds: number[]
  /** Milliseconds. */
  p50?: number
  p99?: number
  /** Resident memory in bytes after the last round. */
  memory?: number
}

/** One comparison: a line of the table. */
export interface Row {
  work: string
  unit: 'requests/s' | 'ms' | 'MiB'
  coffer: Figures
  against?: Figures
  goal?: Goal
}

export interface Goal {
  text: string
  /** True if the goal concerns Coffer's figure alone. */
  isAbsolute?: true
  isMet(coffer: number, ratio: number): boolean
}

/** Returns the median of the ratios of the rounds. Other work of the machine affects both sides of a round. */
export const ratioOf = ({ coffer, against }: Row): number =>
  against ? median(coffer.rounds.map((figure, round) => figure / (against.rounds[round] as number))) : Number.NaN

export const isMet = (row: Row): boolean | undefined => row.goal?.isMet(median(row.coffer.rounds), ratioOf(row))

export const atLeast = (least: number): Goal => ({
  text: `at least ${least.toFixed(2)}`,
  isMet: (_, ratio) => ratio >= least,
})

export const atMost = (most: number): Goal => ({
  text: `at most ${most.toFixed(2)}`,
  isMet: (_, ratio) => ratio <= most,
})

export const ahead: Goal = { text: 'above 1.00', isMet: (_, ratio) => ratio > 1 }

export const under = (bound: number, unit: Row['unit']): Goal => ({
  text: `under ${bound.toLocaleString('en')} ${unit}`,
  isAbsolute: true,
  isMet: (coffer) => coffer < bound,
})

/** A server that does the work, and the load that it gets. */
export interface Side {
  name: string
  load: Load
  memory?(field: 'VmRSS'): number
  /** Run before and after a round, outside of its time. */
  before?(): void
  after?(): void
}

/**
 * Three seconds, in which V8 compiles most hot code; a load that counts requests warms up with as many as in any
 * round.
 */
const warmUp = ({ amount }: Load) => (amount ? {} : { duration: 3 })

/**
 * Loads each side in turn, round by round, after one round each that only warms up.
 * @returns their requests a second, in the order of the sides
 */
export async function inTurn(sides: Side[], rounds: number, shared: Partial<Load>): Promise<Figures[]> {
  const samples = sides.map((): Sample[] => [])
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, side] of sides.entries()) {
      side.before?.()
      const options = { ...shared, ...side.load }
      const sample = await load({ ...options, ...(round === 0 && warmUp(options)) })
      side.after?.()
      if (round > 0) samples[index]?.push(sample)
    }
  }
  return sides.map(({ name, memory }, index) => {
    const of = samples[index] as Sample[]
    return {
      name,
      rounds: of.map(({ rate }) => rate),
      p50: median(of.map(({ p50 }) => p50)),
      p99: median(of.map(({ p99 }) => p99)),
      ...(memory && { memory: memory('VmRSS') }),
    }
  })
}
