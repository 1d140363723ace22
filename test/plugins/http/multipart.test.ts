import { once } from 'node:events'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import t from 'tap'
import { form, nothingIsKept, pixel, start } from '../../routes/v1/assets/client.js'

const refused = form([{ ...pixel(), content: Buffer.from('<html>'.padEnd(5000)) }])

async function begin(base: string, bearer: object) {
  const headers = { ...bearer, ...refused.headers }
  const request = httpRequest(`${base}/v1/assets`, { method: 'POST', headers })
  request.on('error', () => {})
  request.write(refused.body.subarray(0, -100))
  const answer = once(request, 'response').then(async ([response]: IncomingMessage[]) => {
    let text = ''
    for await (const chunk of response as IncomingMessage) text += chunk
    return { status: response?.statusCode, connection: response?.headers.connection, code: JSON.parse(text).code }
  })
  return { request, answer }
}

/** Sends until it's stopped, no faster than the server reads. */
async function flood(request: ClientRequest, bytes: number) {
  const chunk = Buffer.alloc(2 ** 16)
  const closed = new Promise((resolve) => request.once('close', resolve))
  for (let sent = 0; sent < bytes && !request.destroyed; sent += chunk.length) {
    if (request.write(chunk)) continue
    await Promise.race([new Promise((resolve) => request.once('drain', resolve)), closed])
  }
}

t.test('a refused request is read to its end, so that the answer is read and the connection goes on', async (t) => {
  const { app, base, user } = await start(t)
  const { request, answer } = await begin(base, user.bearer)
  await flood(request, 5 * 2 ** 20)
  request.end()
  t.match(await answer, { status: 415, connection: 'keep-alive', code: 'UNSUPPORTED_MEDIA_TYPE' })
  await nothingIsKept(t, app, user.id)
})

t.test('but not without end: neither where it’s endless, nor where nothing more comes', async (t) => {
  const { base, user } = await start(t)
  const { request, answer } = await begin(base, user.bearer)
  await Promise.race([flood(request, 200 * 2 ** 20), answer])
  t.match(await answer, { status: 415, connection: 'close' })
  request.destroy()

  const { request: stalled, answer: late } = await begin(base, user.bearer)
  t.match(await late, { status: 415, connection: 'close' })
  stalled.destroy()
})

t.test('a client that goes away while the rest is read ends that', async (t) => {
  const { base, user, logs } = await start(t)
  const { request, answer } = await begin(base, user.bearer)
  answer.catch(() => {})
  await flood(request, 2 ** 20)
  request.destroy()
  while (!logs.some((line) => line.includes('UNSUPPORTED_MEDIA_TYPE')))
    await new Promise((resolve) => setImmediate(resolve))
  t.pass('the request ended')
})
