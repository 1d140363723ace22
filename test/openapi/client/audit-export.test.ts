import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import t from 'tap'
import { createClient } from '../../../openapi/client/index.js'
import { PASSWORD } from '../../support/app.js'
import { until } from '../../support/until.js'
import { listen, signIn, start, watch } from './helper.js'

const EXPORT = 'GET /v1/admin/audit-events/export'
const NDJSON = { 'content-type': 'application/x-ndjson' }
const line = (id: number) => `${JSON.stringify({ id: `${id}`, action: 'login.succeeded', details: { name: 'Zoë' } })}\n`

const idsOf = async (events: AsyncIterable<{ id: string }>) => {
  const ids: string[] = []
  for await (const { id } of events) ids.push(id)
  return ids
}

t.test('yields every event, oldest first, with a session or an API key', async (t) => {
  const test = await start(t)
  const person = test.connect()
  const { user } = await signIn(test, person)
  await test.app.db.User.updateOne({ _id: user.id }, { $set: { role: 'admin' } })
  const { secret } = await person.createApiKey({ name: 'Audit', scopes: ['audit:read'], currentPassword: PASSWORD })
  test.clock.advance(60_000)
  const program = test.connect({ apiKey: secret })
  const found = await idsOf(program.adminExportAuditEvents())
  const listed = await idsOf(person.adminListAuditEvents({ limit: 2 }))
  t.ok(found.length > 3)
  t.strictSame(found, listed.reverse().slice(0, found.length))
  for await (const { action, actorId } of program.adminExportAuditEvents({ action: 'key.created' })) {
    t.strictSame([action, actorId], ['key.created', user.id])
  }
  t.strictSame(await idsOf(program.adminExportAuditEvents({ to: '2020-01-01T00:00:00Z' })), [])
  await t.rejects(idsOf(program.adminExportAuditEvents({ from: 'yesterday' })), { code: 'VALIDATION_FAILED' })

  test.clock.advance(16 * 60_000)
  t.ok((await idsOf(person.adminExportAuditEvents())).length > found.length, 'an expired token is refreshed first')
})

t.test(
  'asks only when the events are read, once for each iteration, and repeats what was never answered',
  async (t) => {
    let isDown = true
    const { fetch, sent } = watch(async (send) => {
      if (isDown) {
        isDown = false
        throw new TypeError('down')
      }
      return send()
    })
    const baseUrl = await listen(t, (_request, response) => response.writeHead(200, NDJSON).end(line(1) + line(2)))
    const client = createClient({ baseUrl, apiKey: 'cof_x', fetch, retry: { delay: 1 } })
    const events = client.adminExportAuditEvents()
    t.strictSame(sent, [])
    t.strictSame(await idsOf(events), ['1', '2'])
    t.strictSame(sent, [EXPORT, EXPORT])
    t.strictSame(await idsOf(events), ['1', '2'])
    t.equal(sent.length, 3)
  },
)

t.test('an event that comes in pieces is put together, and one that is not the last is yielded at once', async (t) => {
  let response: ServerResponse | undefined
  const baseUrl = await listen(t, (_request, given) => {
    response = given.writeHead(200, NDJSON)
    response.write(line(1))
  })
  const client = createClient({ baseUrl, apiKey: 'cof_x', timeout: 1_000 })
  const events = client.adminExportAuditEvents()[Symbol.asyncIterator]()
  t.match(await events.next(), { value: { id: '1', details: { name: 'Zoë' } } })
  const bytes = Buffer.from(line(2))
  const middle = bytes.indexOf('ë') + 1
  const next = events.next()
  response?.write(bytes.subarray(0, middle))
  response?.end(bytes.subarray(middle))
  t.match(await next, { value: { id: '2', details: { name: 'Zoë' } } })
  t.match(await events.next(), { done: true })
})

t.test('an export that breaks off rejects, between two events and within one', async (t) => {
  for (const [name, end] of Object.entries({
    'between two events': (response: ServerResponse) => response.destroy(),
    'within an event': (response: ServerResponse) => response.end('{"id":'),
  })) {
    const baseUrl = await listen(t, (_request, response) => {
      response.writeHead(200, NDJSON)
      response.write(line(1), () => end(response))
    })
    const client = createClient({ baseUrl, apiKey: 'cof_x', retry: { limit: 0 } })
    const ids: string[] = []
    const read = async () => {
      for await (const { id } of client.adminExportAuditEvents()) ids.push(id)
    }
    await t.rejects(read(), { name: 'NetworkError', code: 'NETWORK_ERROR' }, name)
  }
})

t.test('the server is read no faster than the events are, and stops when the caller does', async (t) => {
  let sent = 0
  let response: ServerResponse | undefined
  const block = line(1).repeat(1_000)
  function* blocks() {
    for (; sent < 2 ** 30; sent += block.length) yield block
  }
  const baseUrl = await listen(t, (_request, given) => {
    response = given.writeHead(200, NDJSON)
    pipeline(blocks, given).catch(() => {})
  })
  const client = createClient({ baseUrl, apiKey: 'cof_x' })
  for await (const { id } of client.adminExportAuditEvents()) {
    t.equal(id, '1')
    await until(() => response?.writableNeedDrain)
    break
  }
  await until(() => response?.closed)
  t.ok(sent < 2 ** 26, `${sent} bytes`)

  const controller = new AbortController()
  const read = async () => {
    for await (const _ of client.adminExportAuditEvents({}, { signal: controller.signal })) controller.abort()
  }
  await t.rejects(read(), { name: 'AbortError' })
  await until(() => response?.closed)
})
