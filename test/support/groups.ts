import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
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

// tap starts the entries in the order of their names: those with the most code first, so that no long one is the last
const sizeOf = (files: string[]) => files.reduce((sum, file) => sum + statSync(file).size, 0)
const groups = [...byFolder].sort(([, a], [, b]) => sizeOf(b) - sizeOf(a))
rmSync(GROUPS, { recursive: true, force: true })
mkdirSync(GROUPS)
for (const [index, [folder, files]] of groups.entries()) {
  const name = `${`${index + 1}`.padStart(2, '0')}-${folder.replaceAll('/', '-')}.mjs`
  const code = `import { runFiles } from '../support/group.js'\n\nrunFiles(${JSON.stringify(files, null, 2)})\n`
  writeFileSync(join(GROUPS, name), code)
}
