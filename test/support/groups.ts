import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

// writes the entries that tap runs, each of which runs the test files of some folders in one process

const TESTS = '.test/test'
const GROUPS = join(TESTS, 'groups')
/** Each process loads the sources anew; more than run at once, so that none is the last for long. */
const PROCESSES = 12

const byFolder = new Map<string, string[]>()
for (const file of readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).sort()) {
  if (!file.endsWith('.test.js')) continue
  const [first = '', second = '', third = ''] = dirname(file).split('/')
  const folder = join(first, second, second === 'v1' ? third : '')
  byFolder.set(folder, [...(byFolder.get(folder) ?? []), join(TESTS, file)])
}

/** Bytes of code, which tell the time of test files roughly; a file that starts processes or a browser takes three times as long. */
const costOf = (files: string[]) =>
  files.reduce((sum, file) => {
    const code = readFileSync(file, 'utf8')
    return sum + code.length * (/\/process\.js|browser\/|crash\.js/.test(file + code) ? 3 : 1)
  }, 0)

const byCost = (a: { cost: number }, b: { cost: number }) => b.cost - a.cost

const groups = Array.from({ length: PROCESSES }, () => ({ files: [] as string[], cost: 0 }))
const folders = [...byFolder.values()].map((files) => ({ files, cost: costOf(files) }))
for (const { files, cost } of folders.sort(byCost)) {
  const least = groups.sort(byCost).at(-1) as (typeof groups)[0]
  least.files.push(...files)
  least.cost += cost
}

rmSync(GROUPS, { recursive: true, force: true })
mkdirSync(GROUPS)
// tap starts the entries in the order of their names: the longest first
for (const [index, { files }] of groups.sort(byCost).entries()) {
  const code = `import { runFiles } from '../support/group.js'\n\nrunFiles(${JSON.stringify(files, null, 2)})\n`
  writeFileSync(join(GROUPS, `${`${index + 1}`.padStart(2, '0')}.mjs`), code)
}
