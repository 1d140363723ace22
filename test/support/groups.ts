import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

// writes an entry for each folder of compiled tests, which runs all of its files in one process
const TESTS = '.test/test'
const GROUPS = join(TESTS, 'groups')

const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.js'))
  .sort()
const byFolder = new Map<string, string[]>()
for (const file of files) {
  const [first = '', second = '', third = ''] = dirname(file).split('/')
  const folder = join(first, second, second === 'v1' ? third : '')
  byFolder.set(folder, [...(byFolder.get(folder) ?? []), join(TESTS, file)])
}
for (const [folder, files] of byFolder) {
  const parent = byFolder.get(dirname(folder))
  if (files.length > 1 || !parent) continue
  parent.push(...files)
  byFolder.delete(folder)
}

/** Bytes of code of a group, which tell its time roughly; a file that starts processes or a browser takes three times as long. */
const costOf = (files: string[]) =>
  files.reduce((sum, file) => {
    const code = readFileSync(file, 'utf8')
    return sum + code.length * (/\/process\.js|browser\/|crash\.js/.test(file + code) ? 3 : 1)
  }, 0)

// small groups run in one process, since each process loads the sources anew
const SMALL = 20_000
const small = [...byFolder].filter(([, files]) => costOf(files) < SMALL)
for (const [folder] of small) byFolder.delete(folder)
byFolder.set(
  'others',
  small.flatMap(([, files]) => files),
)

// tap starts the entries in the order of their names: the longest first, so that no long one is the last
const groups = [...byFolder].sort(([, a], [, b]) => costOf(b) - costOf(a))
rmSync(GROUPS, { recursive: true, force: true })
mkdirSync(GROUPS)
for (const [index, [folder, files]] of groups.entries()) {
  const name = `${`${index + 1}`.padStart(2, '0')}-${folder.replaceAll('/', '-')}.mjs`
  const code = `import { runFiles } from '../support/group.js'\n\nrunFiles(${JSON.stringify(files, null, 2)})\n`
  writeFileSync(join(GROUPS, name), code)
}
