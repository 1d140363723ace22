import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { newFolder } from '../support/process.js'

interface Lock {
  packages: Record<string, { version: string }>
}

const script = resolve('.ci/floors.mjs')
const lock = () => JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock
const check = (cwd: string) => promisify(execFile)(process.execPath, [script], { cwd })
const floors = [...readFileSync(script, 'utf8').matchAll(/^ {2}'?([@\w/-]+)'?: '([\d.]+)',$/gm)].map(
  ([, name, version]) => [name, version] as [string, string],
)

t.test('what is installed has no flaw that a later version fixes', async (t) => {
  await check('.')
  t.ok(floors.length > 10)
})

t.test('an older version is refused, wherever it is installed', async (t) => {
  for (const parent of ['', 'node_modules/other/']) {
    const { packages } = lock()
    const folder = newFolder(t)
    const expected = floors.map(([name, version]) => {
      const path = `${parent}node_modules/${name}`
      const older = `${version.replace(/\d+(?=\.\d+$)/, '0').replace(/\d+$/, '0')}-0`
      packages[path] = { version: older }
      return `${path} is ${older}, below ${version}\n`
    })
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }))
    const refusal = check(folder)
    for (const stderr of expected) await t.rejects(refusal, { code: 1, stderr })
  }
})

t.test('SECURITY.md names the same versions', (t) => {
  const security = readFileSync('SECURITY.md', 'utf8')
  for (const [name, version] of floors) t.match(security, `\`${name}\` ${version}`)
  t.end()
})
