import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { type BuildOptions, build, PASSWORD, post, serve } from '../../support/app.js'

/** An app that the test itself closes: its database goes with another. */
const toClose = async (t: Test, options: BuildOptions = {}) => build(t, { ...options, shareDatabaseOf: await build(t) })

t.test('while it stops, a connection that is still open gets a 503, readiness too, and is closed', async (t) => {
  const test = await toClose(t)
  const { app } = test
  const { port } = new URL(await serve(app))
  const open = async () => {
    const socket = connect(Number(port), '127.0.0.1')
    // begun, so that it isn't idle
    socket.write('POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n')
    await once(socket, 'connect')
    return socket
  }
  const asking = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n`
  const begin = async (path: string) => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(asking(path))
    await once(socket, 'connect')
    return socket
  }
  const held = await open()
  const sockets = await Promise.all(['/v1/users/me', '/health/ready', '/health/live'].map(begin))
  // the last of these bytes have arrived when this is answered
  t.equal((await fetch(`http://127.0.0.1:${port}/health/ready`)).status, 200)
  const closed = app.close()
  while (!app.isStopping()) await new Promise(setImmediate)

  const answers = await Promise.all(
    sockets.map((socket) => {
      socket.write('\r\n')
      return text(socket)
    }),
  )
  t.match(answers[0], /^HTTP\/1.1 503 .*"code":"OVERLOADED"/s)
  t.match(answers[0], /\r\nretry-after: 1\r\n/)
  t.match(answers[1], /^HTTP\/1.1 503 .*"status":"unavailable".*"database":"ok"/s)
  t.match(answers[2], /^HTTP\/1.1 200 /)
  for (const answer of answers) t.match(answer, /\r\nconnection: close\r\n/i)
  held.destroy()
  await closed
  await t.rejects(once(connect(Number(port), '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' })
})

t.test('what is not answered in time is cut off, and waited for until it has ended', async (t) => {
  const test = await toClose(t, { limits: { drainTime: 50 } })
  const { app, logs } = test
  const { port } = new URL(await serve(app))
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(
    'POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  )
  await once(app.server, 'request')
  const received = text(socket).catch(() => '')
  await app.close()
  t.equal(await received, '')
  t.equal(logs.filter((line) => line.includes('"outcome":"aborted"')).length, 1)
})

t.test('an app that serves nobody closes at once', async (t) => {
  const test = await toClose(t)
  await post(test.app, '/v1/auth/login', { email: 'a@b.example', password: PASSWORD })
  await test.app.close()
  t.ok(test.app.isStopping())
})
