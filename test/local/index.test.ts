import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { MongoClient } from 'mongodb'
import nodemailer from 'nodemailer'
import t, { type Test } from 'tap'
import { type LocalOptions, startLocalServices } from '../../local/index.js'
import { startThread } from '../../local/thread.js'
import { until } from '../support/until.js'

/** Returns a folder whose path is short enough for a socket. */
function folder(t: Test) {
  const path = mkdtempSync(join(tmpdir(), 'coffer-local-'))
  t.teardown(() => rmSync(path, { recursive: true }))
  return join(path, 'data')
}

async function start(t: Test, options: Partial<LocalOptions> = {}) {
  const services = await startLocalServices({
    services: ['mailbox', 'cloudinary'],
    dataDir: options.dataDir ?? folder(t),
    host: 'localhost',
    port: 0,
    threads: false,
    ...options,
  })
  t.teardown(services.close)
  return services
}

/** Runs code as a thread. */
function startCode(code: string, onFailure?: (error: Error) => void) {
  const url = new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'\n${code}`)}`,
  )
  return startThread(url, {}, onFailure)
}

t.test('everything that is asked for starts, in threads of its own, and ends', async (t) => {
  const local = await start(t, { services: ['database', 'mailbox', 'cloudinary'], threads: true })
  const client = await MongoClient.connect(`${local.MONGODB_URI}`)
  t.match(await client.db().command({ ping: 1 }), { ok: 1 })
  await client.close()
  await nodemailer.createTransport(local.SMTP_URL).sendMail({ from: 'a@b.c', to: 'a@b.c', text: '1' })
  t.match(await (await fetch(`${local.urls.mailbox}/messages`)).json(), { items: [{ text: '1' }] })
  t.match(local.CLOUDINARY_URL, `?upload_prefix=${encodeURIComponent(`${local.urls.cloudinary}`)}`)
  t.match(local.urls.cloudinary, /^http:\/\/localhost:\d+\/cloudinary$/)
  await local.close()
  await t.rejects(fetch(`${local.urls.mailbox}`))
})

t.test('only what is asked for starts', async (t) => {
  t.same(Object.keys(await start(t, { services: [] })).sort(), ['close', 'urls'])
  const mailbox = await start(t, { services: ['mailbox'] })
  t.same([mailbox.CLOUDINARY_URL, mailbox.MONGODB_URI, mailbox.urls.cloudinary], [undefined, undefined, undefined])
  t.equal((await fetch(new URL('/cloudinary/v1_1/local/ping', mailbox.urls.mailbox))).status, 404)
  const store = await start(t, { services: ['cloudinary'] })
  t.same([store.SMTP_URL, store.urls.mailbox], [undefined, undefined])
  t.equal((await fetch(new URL('/mailbox', store.urls.cloudinary))).status, 404)
})

t.test('a port in use is told in one sentence, and nothing is left running', async (t) => {
  const other = net.createServer().listen(0, '127.0.0.1')
  t.teardown(() => other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  for (const threads of [false, true]) {
    await t.rejects(
      start(t, { services: threads ? ['mailbox'] : ['database', 'mailbox'], port, host: '127.0.0.1', threads }),
      {
        message: `Port ${port} is in use: set LOCAL_PORT to a free one.`,
      },
    )
  }
})

t.test('a folder that can not be written to is told in one sentence', async (t) => {
  const dataDir = folder(t)
  writeFileSync(dataDir, '')
  await t.rejects(start(t, { dataDir }), {
    message: `The local services can't write to ${dataDir} (EEXIST).`,
  })
  await t.rejects(start(t, { host: 'nowhere.invalid' }), { code: /ENOTFOUND|EAI_AGAIN/ })
})

t.test('a page of another site that poses as this machine is turned away', async (t) => {
  const { urls } = await start(t, { services: ['mailbox'] })
  const ask = async (url: string, host: string) => {
    const request = http.get(url, { headers: { host }, agent: false })
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    response.resume()
    return response.statusCode
  }
  const url = `${urls.mailbox}`
  for (const host of ['localhost', 'localhost:3001', '127.0.0.1:1', '[::1]:1']) t.equal(await ask(url, host), 200, host)
  for (const host of ['evil.example', 'localhost.evil.example:80', '192.168.0.1'])
    t.equal(await ask(url, host), 421, host)

  // On a network, a server can't know its own names.
  const open = await start(t, { services: ['mailbox'], host: '0.0.0.0' })
  t.equal(await ask(`${open.urls.mailbox}`, 'coffer.internal'), 200)
})

t.test('closing lets answers at work finish, and waits for nothing else', async (t) => {
  const { urls, close, SMTP_URL } = await start(t, { faults: true })
  const idle = nodemailer.createTransport({ url: SMTP_URL, pool: true } as object)
  await idle.sendMail({ from: 'a@b.c', to: 'a@b.c', text: '1' })
  await fetch(`${urls.cloudinary}/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ operation: 'delivery', fault: 'delay', ms: 300 }),
  })
  const delayed = fetch(`${urls.cloudinary}/local/image/upload/none.jpg`)
  await until(async () => JSON.stringify(await (await fetch(`${urls.cloudinary}/requests`)).json()).includes('delay'))
  const before = performance.now()
  await close()
  t.ok(performance.now() - before < 1500)
  t.equal((await delayed).status, 404)
  idle.close()
})

t.test('a client that never ends its request does not hold up the end', async (t) => {
  const { urls, close } = await start(t)
  const socket = net.connect(Number(new URL(`${urls.mailbox}`).port), 'localhost')
  socket.on('error', () => {})
  socket.write('POST /cloudinary/v1_1/local/image/upload HTTP/1.1\r\nHost: localhost\r\n')
  await once(socket, 'connect')
  await setTimeout(50)
  const ended = once(socket, 'close')
  await close()
  await ended
})

t.test('a thread that ends by itself is told of once, whether it crashed or stopped', async (t) => {
  for (const [code, message] of [
    ["parentPort.postMessage({}); setTimeout(() => { throw new Error('broken') }, 50)", 'broken'],
    ['parentPort.postMessage({}); setTimeout(() => process.exit(7), 50)', /ended unexpectedly, with code 7/],
  ] as const) {
    const failures: Error[] = []
    const { close } = await new Promise<Awaited<ReturnType<typeof startCode>>>((resolve, reject) => {
      const thread = startCode(code, (error) => {
        failures.push(error)
        thread.then(resolve)
      })
      thread.catch(reject)
    })
    await close()
    t.match(failures, [{ message }])
    t.equal(failures.length, 1)
  }
})

t.test('a thread that does not start says why', async (t) => {
  await t.rejects(startCode("throw new Error('broken at once')"), { message: 'broken at once' })
  await t.rejects(startCode("parentPort.postMessage({ error: 'no room' })"), { message: 'no room' })
  await t.rejects(startCode(''), { message: 'A thread of the local services ended before it had started' })
})

t.test('a thread that does not end when it is told to is ended', async (t) => {
  const { close } = await startCode('parentPort.on("message", () => {}); parentPort.postMessage({})')
  await close()
  t.pass('it has ended')
})

t.test('without anybody to tell, a failed thread fails the process', async (t) => {
  const child = fork(new URL('./crash.js', import.meta.url), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  const [code] = await once(child, 'exit')
  t.equal(code, 1)
  t.match(errors, 'A thread of the local services ended unexpectedly')
})
