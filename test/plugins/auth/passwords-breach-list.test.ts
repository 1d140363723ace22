import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import passwords from '../../../plugins/auth/passwords.js'
import { newDatabase } from '../../support/app.js'
import { buildCore } from '../../support/core.js'

const owner = { email: 'ada@example.com', name: 'Ada' }
const BREACHED = 'a river runs through it'
const digest = createHash('sha1').update(BREACHED).digest('hex').toUpperCase()

/** The plugin, asking a range server that answers by `answer`. */
async function build(t: Test, answer: RequestListener, env: Record<string, string> = {}) {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  const { app, lines } = await buildCore(t, {
    uri: await newDatabase(),
    env: { BCRYPT_ROUNDS: '4', PASSWORD_BREACH_CHECK: 'on', ...env },
    prepare: (app) => void app.register(passwords, { breachList: `http://127.0.0.1:${port}/range/` }),
  })
  const warnings = () => lines.filter(({ level }) => level === 40).map((line) => JSON.stringify(line))
  return { requireStrong: (password: string) => app.passwords.requireStrong(password, owner), warnings }
}

t.test('a listed password is refused, and no more of it than five digits leave the server', async (t) => {
  const asked: string[] = []
  const { requireStrong } = await build(t, (request, response) => {
    asked.push(`${request.url} ${request.headers['add-padding']}`)
    response.end([`${'0'.repeat(35)}:3`, `${digest.slice(5)}:42`, `${'F'.repeat(35)}:0`].join('\r\n'))
  })
  await t.rejects(requireStrong(BREACHED), { code: 'PASSWORD_TOO_WEAK', message: /breaches/ })
  t.same(asked, [`/range/${digest.slice(0, 5)} true`])
  await requireStrong('another river runs through it')
})

t.test('what the list holds as padding is not listed', async (t) => {
  const { requireStrong } = await build(t, (_request, response) => response.end(`${digest.slice(5)}:0\r\n`))
  await t.resolves(requireStrong(BREACHED))
})

t.test('a list that does not answer as it should refuses nobody, and that is logged', async (t) => {
  const broken: RequestListener[] = [
    (_request, response) => response.writeHead(503).end(),
    (_request, response) => response.writeHead(302, { location: '/elsewhere' }).end(),
    (request) => request.socket.destroy(),
    () => {},
  ]
  for (const answer of broken) {
    const { requireStrong, warnings } = await build(t, answer)
    await t.resolves(requireStrong(BREACHED))
    t.match(warnings(), [/breach list/])
    t.notMatch(warnings().join(), digest.slice(5))
  }
})

t.test('nobody is asked unless that is configured', async (t) => {
  let asked = 0
  const { requireStrong } = await build(t, () => asked++, { PASSWORD_BREACH_CHECK: 'off' })
  await requireStrong(BREACHED)
  t.equal(asked, 0)
})
