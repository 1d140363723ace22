import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// writes the queue of all test files, the longest first, and the entries that tap runs

const TESTS = '.test/test'
const QUEUE = join(TESTS, 'queue')
const WORKERS = join(TESTS, 'workers')
/** As many workers as tap runs at once: each loads the sources anew, and works until the queue is empty. */
const { jobs: COUNT } = JSON.parse(readFileSync('package.json', 'utf8')).tap as { jobs: number }

/** Bytes of code, which tell the time of a test file roughly; one that starts processes or a browser takes three times as long. */
function costOf(file: string): number {
  const code = readFileSync(file, 'utf8')
  return code.length * (/\/process\.js|browser\/|crash\.js/.test(file + code) ? 3 : 1)
}

const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.test.js'))
const queue = files.map((path) => ({ file: join(TESTS, path), cost: costOf(join(TESTS, path)) }))
for (const folder of [QUEUE, WORKERS]) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
}
for (const [index, { file }] of queue.sort((a, b) => b.cost - a.cost).entries())
  writeFileSync(join(QUEUE, `${index}`.padStart(4, '0')), file)
const entry = `import { work } from '../support/worker.js'\n\nawait work('${QUEUE}')\n`
for (let number = 1; number <= COUNT; number++) writeFileSync(join(WORKERS, `${number}.mjs`), entry)
