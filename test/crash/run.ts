import { parseArgs } from 'node:util'
import { crash } from './crash.js'

/** `npm run crash -- [--kills 200] [--seed N]`: prints a summary and every difference; exit code 1 if there is one. */
const { values } = parseArgs({ options: { kills: { type: 'string', default: '200' }, seed: { type: 'string' } } })
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
const say = (line: string) => process.stdout.write(`${line}\n`)
say(`seed ${seed}`)
const result = await crash(Number(values.kills), seed, say)
for (const [name, value] of Object.entries(result)) {
  say(`${name}: ${Array.isArray(value) ? value.length : JSON.stringify(value)}`)
}
for (const difference of result.differences) say(`  ${difference}`)
process.exitCode = result.differences.length > 0 ? 1 : 0
