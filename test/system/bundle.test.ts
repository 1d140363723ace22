import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { newFolder, run } from '../support/process.js'

t.setTimeout(300_000)

const COMPILED = join(import.meta.dirname, '..', '..')
const BUNDLE = 'server-bundle.js'

t.test('the server is the same as one file', async (t) => {
  t.teardown(() =>
    Promise.all(['', '.map', '.LEGAL.txt'].map((suffix) => rm(join(COMPILED, BUNDLE + suffix), { force: true }))),
  )
  t.equal(await run(t, 'bundle.js', {}, [BUNDLE]).exitCode(), 0)
  const text = await readFile(join(COMPILED, BUNDLE), 'utf8')
  t.notMatch(text, /\P{ASCII}/u, 'a character takes one byte')
  t.match(text, /__name=\(\w+,\w+\)=>\w+\.name===\w+\?/, 'a function that has its name is not given it')
  const DATA_DIR = newFolder(t)
  const server = run(t, BUNDLE, { DATA_DIR, PORT: '0', LOCAL_PORT: '0', BCRYPT_ROUNDS: '4', NODE_V8_COVERAGE: '' })
  const [, api = ''] = await server.printed(/API +(http:\S+)/)
  const [, mailbox = ''] = await server.printed(/Mailbox +(http:\S+)/)

  await t.test('has every route and schema', async (t) => {
    const contract = await (await fetch(`${api}/openapi.json`)).json()
    t.strictSame(contract, JSON.parse(await readFile(join(COMPILED, '..', 'openapi', 'openapi.json'), 'utf8')))
  })

  await t.test('has the page to try them on, and its files', async (t) => {
    const page = await (await fetch(`${api}/docs/`)).text()
    const files = [...page.matchAll(/(?:src|href)="\.?(\/[^"]+)"/g)].map(([, path]) => path as string)
    t.ok(files.length > 3, page)
    for (const file of files) t.equal((await fetch(new URL(`${api}/docs${file}`))).status, 200, file)
  })

  await t.test('does all that the tour asks for', async (t) => {
    const [PORT, LOCAL_PORT] = [new URL(api).port, new URL(mailbox).port]
    const tour = run(t, 'commands/tour.js', { DATA_DIR, PORT, LOCAL_PORT })
    t.equal(await tour.exitCode(), 0, tour.output.stderr)
  })

  server.kill('SIGTERM')
  t.equal(await server.exitCode(), 0)
  t.equal(server.output.stderr, '')
})
