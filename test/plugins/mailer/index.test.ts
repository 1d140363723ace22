import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import type { SMTPServerAuthentication, SMTPServerSession } from 'smtp-server'
import t, { type Test } from 'tap'
import { toJobState, toMail } from '../../../models/job.js'
import type { Mail } from '../../../plugins/mailer/index.js'
import { createMailTransport, toJobError } from '../../../plugins/mailer/transport.js'
import { newDatabase } from '../../support/app.js'
import { makeCertificate } from '../../support/certificate.js'
import { buildCore, startSmtp } from '../../support/core.js'

const ADDRESS = 'ada@example.com'
const MINUTE = 60_000

const code = (to: string | null = ADDRESS) =>
  ({
    template: 'login-code',
    to,
    locale: 'en',
    data: { name: 'Ada Lovelace', code: '012345', minutes: 5 },
  }) satisfies Mail

const smtpError = (responseCode: number, message = 'refused') => Object.assign(new Error(message), { responseCode })

/** Starts an app that sends to the test's own server. */
async function start(t: Test, SMTP_URL: string, env: Record<string, string> = {}) {
  const built = await buildCore(t, { uri: await newDatabase(), env: { SMTP_URL, ...env } })
  return {
    ...built,
    /** Queues a mail, attempts it once and returns it as administrators see it. */
    async attempt(id: string, mail: Mail = code()) {
      await built.app.mailer.send({ ...mail, id })
      await built.app.jobs.drain()
      return find(built.app, id)
    },
  }
}

async function find(app: Awaited<ReturnType<typeof buildCore>>['app'], id: string) {
  const job = await app.db.Job.findById(id).lean()
  return job && toMail(job)
}

/** Starts a bare TCP server, for behaviour that no SMTP server has. */
async function listen(t: Test, server: Server = createServer()) {
  const sockets = new Set<import('node:net').Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

t.test('a mail arrives as text and HTML, with the headers that automatic mail has', async (t) => {
  const smtp = await startSmtp(t)
  const { app, clock, attempt } = await start(t, smtp.url, { MAIL_FROM: 'The Vault <vault@vault.example>' })
  t.match(await attempt('a'), { id: 'a', template: 'login-code', state: 'sent', attempts: 1, nextAttemptAt: null })
  const [received] = smtp.received
  t.same(received?.envelope, { from: 'vault@vault.example', to: [ADDRESS] })
  const mail = received?.mail
  t.match(mail, {
    subject: 'Your sign-in code',
    from: { text: '"The Vault" <vault@vault.example>' },
    to: { text: ADDRESS },
    date: clock.now(),
  })
  t.ok(mail?.text?.split('\n').includes('012345'))
  t.match(mail?.html, '012345')
  t.match(mail?.html, 'The Vault')
  t.equal(mail?.headers.get('auto-submitted'), 'auto-generated')
  t.match(mail?.messageId, /^<[0-9a-f]{32}@vault\.example>$/)
  t.equal(app.mailer.fault, null)
})

t.test('send resolves before anything is sent, and a mail is stored sealed until it is', async (t) => {
  const server = createServer()
  const connected = once(server, 'connection')
  const port = await listen(t, server)
  const { app } = await buildCore(t, {
    uri: await newDatabase(),
    env: { SMTP_URL: `smtp://127.0.0.1:${port}` },
    stopMs: 0,
  })
  await app.mailer.send({ ...code(), id: 'a' })
  t.match(await find(app, 'a'), { state: 'waiting' })
  await connected
  const dump = JSON.stringify(await app.db.Job.find().lean())
  for (const secret of [ADDRESS, 'Lovelace', '012345']) {
    t.notOk(dump.includes(secret))
    t.notOk(dump.includes(Buffer.from(secret).toString('base64').replace(/=*$/, '').slice(0, -1)))
  }
})

t.test('a mail to nobody is stored like any other and sent to nobody', async (t) => {
  const smtp = await startSmtp(t)
  const uri = await newDatabase()
  const { app } = await buildCore(t, { uri, env: { SMTP_URL: smtp.url } })
  await app.jobs.stop()
  await app.mailer.send({ ...code(), id: 'somebody' })
  await app.mailer.send({ ...code(null), id: 'nobody' })
  await app.mailer.send({ ...code(`${'x'.repeat(60)}@${'y'.repeat(200)}.example`), id: 'long' })
  const [one, two, three] = await Promise.all(
    ['somebody', 'nobody', 'long'].map((id) => app.db.Job.findById(id).lean()),
  )
  t.same({ ...one, _id: '', content: '' }, { ...two, _id: '', content: '' })
  const length = (job: typeof one) => (job?.content as unknown as { buffer: Uint8Array } | undefined)?.buffer.length
  t.equal(length(one), length(two))
  t.equal(length(one), length(three))
  await app.db.Job.deleteOne({ _id: 'long' })
  const other = await buildCore(t, { uri, env: { SMTP_URL: smtp.url } })
  await other.app.jobs.drain()
  t.same(
    smtp.received.map(({ envelope }) => envelope.to),
    [[ADDRESS]],
  )
  t.match(await find(app, 'nobody'), { state: 'sent', lastError: null })
})

t.test('a content that was moved to another job is not sent', async (t) => {
  const smtp = await startSmtp(t)
  const { app } = await start(t, smtp.url)
  await app.mailer.queue('b', app.mailer.seal('a', code()))
  await app.jobs.drain()
  t.equal(smtp.received.length, 0)
  t.match(await find(app, 'b'), { state: 'waiting', attempts: 1 })
})

t.test('a mail whose code has expired is never sent', async (t) => {
  const smtp = await startSmtp(t, {
    onRcptTo: (_address, _session, callback) => callback(smtpError(450)),
  })
  const { app, clock } = await start(t, smtp.url)
  const expiresAt = new Date(clock.now().getTime() + 5 * MINUTE)
  await app.mailer.send({ ...code(), id: 'a', expiresAt })
  for (let attempts = 0; attempts < 30; attempts++) {
    await app.jobs.drain()
    clock.advance(15_000)
  }
  const mail = await find(app, 'a')
  t.match(mail, { state: 'expired', lastError: 'EENVELOPE 450', nextAttemptAt: null })
  t.ok((mail?.attempts ?? 0) > 3)
  t.equal((await app.db.Job.findById('a').lean())?.content, null)
})

t.test('a name, an address or an operator cannot add a header or a recipient', async (t) => {
  const smtp = await startSmtp(t)
  const { app, attempt } = await start(t, smtp.url, {
    MAIL_FROM: '"Vault\r\nBcc: eve@example.com" <vault@vault.example>',
  })
  await attempt('name', {
    template: 'login-notification',
    locale: 'en',
    to: ADDRESS,
    data: {
      name: 'Ada\r\nBcc: eve@example.com\r\n\r\n<img src=x>{{7*7}}',
      at: app.now(),
      ip: '192.0.2.7\r\nBcc: eve@example.com',
      userAgent: '<img src=x>\r\nBcc: eve@example.com',
    },
  })
  t.equal(smtp.received.length, 1)
  t.same(smtp.received[0]?.envelope.to, [ADDRESS])
  t.equal(smtp.received[0]?.mail.bcc, undefined)
  t.notMatch(smtp.received[0]?.raw.split('\r\n\r\n', 1)[0], /^Bcc:/m)
  t.notMatch(smtp.received[0]?.mail.html, '<img')
  for (const to of [
    'a@example.com\r\nBcc: eve@example.com',
    'a@example.com, eve@example.com',
    'a@example.com> RCPT TO:<eve@example.com',
    '"eve@example.com a"@example.com',
    'a@b@example.com',
    'nobody',
    '',
  ]) {
    const mail = await attempt(`to ${to}`, code(to))
    t.match(mail, { state: 'failed', attempts: 1, lastError: 'The address is not valid for mail.' }, JSON.stringify(to))
  }
  t.equal(smtp.received.length, 1)
})

t.test('an address outside ASCII is written to as it is', async (t) => {
  const smtp = await startSmtp(t)
  const { attempt } = await start(t, smtp.url)
  await attempt('a', code('адa@exämple.example'))
  t.equal(smtp.received.length, 1)
})

t.test('a permanent refusal fails at once, and its text is not kept', async (t) => {
  const smtp = await startSmtp(t, {
    onRcptTo: ({ address }, _session, callback) => callback(smtpError(550, `5.1.1 <${address}>: no such user`)),
  })
  const { app, attempt, lines } = await start(t, smtp.url)
  t.match(await attempt('a'), { state: 'failed', attempts: 1, lastError: 'EENVELOPE 550 5.1.1' })
  t.equal(app.mailer.fault, null, 'the server answered')
  t.notMatch(JSON.stringify(lines), ADDRESS)
})

t.test('a temporary refusal is tried again until it is sent', async (t) => {
  let refusals = 3
  const smtp = await startSmtp(t, {
    onMailFrom: (_address, _session, callback) => callback(refusals-- > 0 ? smtpError(451, '4.3.0 later') : null),
  })
  const { app, clock, attempt } = await start(t, smtp.url)
  t.match(await attempt('a'), { state: 'waiting', attempts: 1, lastError: 'EENVELOPE 451 4.3.0' })
  for (let n = 0; n < 3; n++) {
    clock.advance(MINUTE)
    await app.jobs.drain()
  }
  t.match(await find(app, 'a'), { state: 'sent', attempts: 4, lastError: null })
  t.equal(smtp.received.length, 1)
})

t.test('a message that the server refuses after reading it is refused for good', async (t) => {
  const smtp = await startSmtp(t, {
    onData(stream, _session, callback) {
      stream.resume()
      stream.on('end', () => callback(smtpError(554, '5.7.1 spam')))
    },
  })
  const { attempt } = await start(t, smtp.url)
  t.match(await attempt('a'), { state: 'failed', lastError: 'EMESSAGE 554 5.7.1' })
})

t.test('a sign-in that the server refuses is tried again, since the operator can put it right', async (t) => {
  const smtp = await startSmtp(t, {
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: (_auth, _session, callback) => callback(smtpError(535, '5.7.8 wrong')),
  })
  const { app, attempt, lines } = await start(t, `smtp://user:wrong@127.0.0.1:${smtp.port}`)
  t.match(await attempt('a'), { state: 'waiting', lastError: 'EAUTH 535 5.7.8' })
  t.equal(app.mailer.fault, 'EAUTH 535 5.7.8')
  await attempt('b')
  t.match(
    lines.filter(({ level }) => Number(level) >= 50),
    [{ reason: 'EAUTH 535 5.7.8', msg: 'Mail can not be sent: check SMTP_URL' }],
    'somebody is woken, once',
  )
})

t.test('a server that is not there is tried again, and readiness can tell', async (t) => {
  const server = createServer()
  const port = await listen(t, server)
  server.close()
  const { app, attempt } = await start(t, `smtp://127.0.0.1:${port}`)
  t.equal(app.mailer.fault, null, 'nothing is known before the first attempt')
  t.match(await attempt('a'), { state: 'waiting', lastError: 'ESOCKET ECONNREFUSED' })
  t.equal(app.mailer.fault, 'ESOCKET ECONNREFUSED')
})

t.test('a server that says nothing costs at most so many connections, and closing does not wait for it', async (t) => {
  let connections = 0
  let all = () => {}
  const five = new Promise<void>((resolve) => {
    all = resolve
  })
  const server = createServer(() => {
    if (++connections === 5) all()
  })
  const port = await listen(t, server)
  const { app } = await buildCore(t, {
    uri: await newDatabase(),
    env: { SMTP_URL: `smtp://127.0.0.1:${port}` },
    stopMs: 0,
  })
  for (let n = 0; n < 20; n++) await app.mailer.send(code())
  await five
  await app.close()
  t.equal(connections, 5)
})

t.test('a server that trickles its answers is left at the end of the code', async (t) => {
  const left: Promise<unknown>[] = []
  const server = createServer((socket) => {
    left.push(once(socket, 'close'))
    socket.write('220 welcome\r\n')
    socket.once('data', () => {
      const timer = setInterval(() => socket.write('250-more\r\n'), 5)
      socket.on('close', () => clearInterval(timer))
    })
  })
  const port = await listen(t, server)
  const { app, clock } = await start(t, `smtp://127.0.0.1:${port}`)
  await app.mailer.send({ ...code(), id: 'a', expiresAt: new Date(clock.now().getTime() + 200) })
  await app.jobs.drain()
  t.match(await find(app, 'a'), { state: 'waiting', lastError: /^(EABORT|The attempt took too long.)$/ })
  t.equal(left.length, 1)
  await Promise.all(left)
  clock.advance(200)
  await app.jobs.drain()
  t.match(await find(app, 'a'), { state: 'expired' })
})

t.test('two processes send each mail once', async (t) => {
  const smtp = await startSmtp(t)
  const uri = await newDatabase()
  const env = { SMTP_URL: smtp.url }
  const [one, two] = await Promise.all([buildCore(t, { uri, env }), buildCore(t, { uri, env })])
  const addresses = Array.from({ length: 40 }, (_, n) => `user-${n}@example.com`)
  await Promise.all(addresses.map((to, n) => (n % 2 ? one : two).app.mailer.send(code(to))))
  await Promise.all([one.app.jobs.drain(), two.app.jobs.drain()])
  t.same(smtp.received.flatMap(({ envelope }) => envelope.to).sort(), addresses.sort())
})

t.test('a crash between sending and noting it sends the mail again, under the same Message-ID', async (t) => {
  const smtp = await startSmtp(t)
  const { app, clock, attempt } = await start(t, smtp.url)
  await app.mailer.send({ ...code(), id: 'a' })
  const sealed = await app.db.Job.findById('a').lean()
  await app.jobs.drain()
  // as if the process had died before it stored the end of the job
  const dueAt = new Date(clock.now().getTime() + MINUTE)
  await app.db.Job.updateOne({ _id: 'a' }, { $set: { ...sealed, dueAt, lease: 'gone', attempts: 1 } })
  await app.jobs.drain()
  t.equal(smtp.received.length, 1)
  clock.advance(MINUTE)
  await app.jobs.drain()
  t.match(await find(app, 'a'), { state: 'sent', attempts: 2 })
  t.equal(smtp.received.length, 2)
  t.equal(smtp.received[0]?.mail.messageId, smtp.received[1]?.mail.messageId)
  await attempt('b')
  t.not(smtp.received[2]?.mail.messageId, smtp.received[0]?.mail.messageId)
})

t.test('a failure of which nothing is known is no permanent one', (t) => {
  t.match(toJobError(new Error('Connection pool was closed')), { message: 'ERROR', permanent: false })
  t.end()
})

t.test('the states that administrators filter by are those that they see', (t) => {
  t.equal(toJobState('sent'), 'done')
  t.equal(toJobState('failed'), 'failed')
  t.end()
})

t.test('a sender without a name is called Coffer', async (t) => {
  const smtp = await startSmtp(t)
  const { attempt } = await start(t, smtp.url, { MAIL_FROM: 'no-reply@vault.example' })
  await attempt('a')
  t.equal(smtp.received[0]?.mail.from?.text, '"Coffer" <no-reply@vault.example>')
})

t.test('Gmail is signed in to with an access token that the refresh token yields', async (t) => {
  const asked: URLSearchParams[] = []
  const tokens = createHttpServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      asked.push(new URLSearchParams(body))
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ access_token: 'access', token_type: 'Bearer', expires_in: 3599 }))
    })
  })
  const port = await listen(t, tokens)
  const signIns: SMTPServerAuthentication[] = []
  const { key, cert } = makeCertificate()
  const smtp = await startSmtp(t, {
    secure: true,
    key,
    cert,
    authMethods: ['XOAUTH2'],
    authOptional: false,
    onAuth(auth: SMTPServerAuthentication, _session: SMTPServerSession, callback) {
      signIns.push(auth)
      if (auth.accessToken === 'access') callback(null, { user: auth.username ?? '' })
      else callback(null, { data: { status: '401', schemes: 'bearer' } })
    },
  })
  const { app } = await buildCore(t, {
    uri: await newDatabase(),
    env: {
      GMAIL_USER: 'vault@gmail.example',
      GMAIL_CLIENT_ID: 'client',
      GMAIL_CLIENT_SECRET: 'secret',
      GMAIL_REFRESH_TOKEN: 'refresh',
    },
    gmail: { host: '127.0.0.1', port: smtp.port, accessUrl: `http://127.0.0.1:${port}/token`, tls: { ca: cert } },
  })
  await app.mailer.send({ ...code(), id: 'a' })
  await app.jobs.drain()
  t.match(await find(app, 'a'), { state: 'sent' })
  t.match(Object.fromEntries(asked[0] ?? []), {
    grant_type: 'refresh_token',
    client_id: 'client',
    client_secret: 'secret',
    refresh_token: 'refresh',
  })
  t.match(signIns, [{ method: 'XOAUTH2', username: 'vault@gmail.example', accessToken: 'access' }])
  t.equal(smtp.received[0]?.mail.from?.text, '"Coffer" <vault@gmail.example>')
})

t.test('what Google refuses is kept as its code, and told with the variable to check', async (t) => {
  let answer: { status: number; body: object } | undefined
  const tokens = createHttpServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(answer?.status as number, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer?.body))
    })
  })
  const port = await listen(t, tokens)
  const { key, cert } = makeCertificate()
  const smtp = await startSmtp(t, {
    secure: true,
    key,
    cert,
    authMethods: ['XOAUTH2'],
    authOptional: false,
    onAuth: (_auth, _session, callback) => callback(smtpError(535, '5.7.8 Username and Password not accepted')),
  })
  const error = (error: string, error_description = 'Token of ada@example.com') => ({
    status: 400,
    body: { error, error_description },
  })
  const cases: [typeof answer, string, string][] = [
    [error('invalid_grant'), 'EAUTH invalid_grant', 'GMAIL_REFRESH_TOKEN'],
    [error('invalid_client'), 'EAUTH invalid_client', 'GMAIL_CLIENT_ID and GMAIL_CLIENT_SECRET'],
    [error('unauthorized_client'), 'EAUTH unauthorized_client', 'GMAIL_CLIENT_ID and GMAIL_CLIENT_SECRET'],
    [error('Who@example.com'), 'EAUTH', 'GMAIL_USER and the connection to Google'],
    [{ status: 200, body: { access_token: 'a', expires_in: 3599 } }, 'EAUTH 535 5.7.8', 'GMAIL_USER'],
  ]
  for (const [given, reason, variable] of cases) {
    answer = given
    const { app, lines } = await buildCore(t, {
      uri: await newDatabase(),
      env: {
        GMAIL_USER: 'vault@gmail.example',
        GMAIL_CLIENT_ID: 'client',
        GMAIL_CLIENT_SECRET: 'secret',
        GMAIL_REFRESH_TOKEN: 'refresh',
      },
      gmail: { host: '127.0.0.1', port: smtp.port, accessUrl: `http://127.0.0.1:${port}/token`, tls: { ca: cert } },
    })
    await app.mailer.send({ ...code(), id: 'a' })
    await app.jobs.drain()
    t.match(await find(app, 'a'), { state: 'waiting', lastError: reason })
    await app.mailer.verify()
    t.equal(app.mailer.fault, reason)
    const told = lines.filter(({ level }) => Number(level) >= 50)
    t.equal(told.length, 1)
    t.match(told, [{ reason, msg: new RegExp(`^Mail can not be sent: check ${variable}.*, see docs/gmail.md$`) }])
    t.notMatch(JSON.stringify(lines), /example\.com/)
  }
})

t.test('the mail service is checked once when the server listens, without a mail', async (t) => {
  const server = createServer()
  const port = await listen(t, server)
  server.close()
  const down = await start(t, `smtp://127.0.0.1:${port}`)
  await down.app.listen({ port: 0, host: '127.0.0.1' })
  while (down.app.mailer.fault === null) await setImmediate()
  t.match(down.logged('Mail can not be sent: check SMTP_URL'), [{ level: 40, reason: 'ESOCKET ECONNREFUSED' }])

  const connected: unknown[] = []
  const smtp = await startSmtp(t, {
    onConnect(session, callback) {
      connected.push(session)
      callback()
    },
  })
  const up = await start(t, smtp.url)
  await up.app.mailer.verify()
  t.equal(up.app.mailer.fault, null)
  t.equal(connected.length, 1)
  t.equal(smtp.received.length, 0)
})

t.test('mail that can be sent again is told once', async (t) => {
  let accepts = false
  const smtp = await startSmtp(t, {
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username }, _session, callback) =>
      accepts ? callback(null, { user: username }) : callback(smtpError(535, '5.7.8 wrong')),
  })
  const { app, attempt, logged } = await start(t, `smtp://user:wrong@127.0.0.1:${smtp.port}`)
  await attempt('a')
  accepts = true
  await attempt('b')
  await attempt('c')
  t.equal(app.mailer.fault, null)
  t.equal(logged('Mail can be sent again').length, 1)
})

t.test('the server is greeted with a full name', async (t) => {
  const names: string[] = []
  const smtp = await startSmtp(t, {
    onMailFrom(_address, session, callback) {
      names.push(session.hostNameAppearsAs as string)
      callback()
    },
  })
  const cases: [Record<string, string>, string][] = [
    [{ PUBLIC_URL: 'https://api.example.com/coffer' }, 'api.example.com'],
    [{ MAIL_FROM: 'Vault <vault@vault.example>' }, 'vault.example'],
    [{ PUBLIC_URL: 'http://192.0.2.1', MAIL_FROM: 'vault@exämple.example' }, 'xn--exmple-cua.example'],
    [{ MAIL_FROM: 'vault@1.2.3.4.5' }, 'localhost'],
    [{ SMTP_URL: `${smtp.url}?name=relay.example` }, 'relay.example'],
  ]
  for (const [env, name] of cases) {
    const { attempt } = await start(t, smtp.url, env)
    await attempt('a')
    t.equal(names.at(-1), name)
  }
})

t.test('a certificate that nobody vouches for is refused', async (t) => {
  const { key, cert } = makeCertificate()
  const smtp = await startSmtp(t, { secure: true, key, cert })
  const { attempt } = await start(t, `smtps://127.0.0.1:${smtp.port}`)
  t.match(await attempt('a'), { state: 'waiting', lastError: 'ESOCKET DEPTH_ZERO_SELF_SIGNED_CERT' })
  const startTls = await startSmtp(t, { key, cert, disabledCommands: [] })
  const other = await start(t, startTls.url)
  t.match(await other.attempt('a'), { state: 'waiting', lastError: /^(ESOCKET|ETLS)/ })
  t.equal(smtp.received.length + startTls.received.length, 0)
})

t.test('outside this machine TLS is required unless the URL says otherwise', async (t) => {
  const { config } = (await start(t, 'smtp://127.0.0.1:9')).app
  const requireTLS = async (SMTP_URL: string) => {
    const transport = await createMailTransport({ ...config, SMTP_URL })
    transport.close()
    return transport.options.requireTLS
  }
  for (const host of ['localhost', '127.0.0.1', '127.8.8.8', '[::1]'])
    t.notOk(await requireTLS(`smtp://${host}:25`), host)
  for (const host of ['mail.example', '192.0.2.7', '[2001:db8::1]']) t.ok(await requireTLS(`smtp://${host}:25`), host)
  t.notOk(await requireTLS('smtp://mail.example?requireTLS=false'))
  t.notOk(await requireTLS('smtp://mail.example?ignoreTLS=true'))
  t.ok(await requireTLS('smtp://mail.example?ignoreTLS=false'))
})

t.test('where STARTTLS has been stripped nothing is sent', async (t) => {
  const smtp = await startSmtp(t)
  const { attempt } = await start(t, `smtp://127.0.0.1:${smtp.port}?requireTLS=true`)
  t.match(await attempt('a'), { state: 'waiting', lastError: /^E/ })
  t.equal(smtp.received.length, 0)
})

t.test('no answer of a server is waited for longer than ten seconds', async (t) => {
  const { config } = (await start(t, 'smtp://127.0.0.1:9')).app
  const transport = await createMailTransport(config)
  transport.close()
  const { connectionTimeout, greetingTimeout, socketTimeout, dnsTimeout } = transport.options
  for (const timeout of [connectionTimeout, greetingTimeout, socketTimeout, dnsTimeout]) t.equal(timeout, 10_000)
})

t.test('unsent mail about a deleted account is withdrawn, to whatever address, except the farewell', async (t) => {
  const smtp = await startSmtp(t)
  const { app, clock, attempt } = await start(t, smtp.url)
  await attempt('sent')
  await app.jobs.stop()
  const { mailer } = app
  const userId = '66f2a1b7c3d4e5f60718293a'
  const farewell = {
    template: 'account-deleted',
    to: ADDRESS,
    locale: 'en',
    data: { name: 'Ada', at: clock.now() },
  } as const
  await mailer.send({ ...code(), id: 'waiting' })
  await mailer.send({ ...code(), id: 'failed' })
  await app.db.Job.updateOne({ _id: 'failed' }, { $set: { state: 'failed' } })
  await mailer.send({ ...code('grace@example.com'), id: 'to somebody else' })
  await mailer.send({ ...code(null), id: 'to nobody' })
  await mailer.send({ ...code(), id: 'unreadable' })
  await app.db.Job.updateOne({ _id: 'unreadable' }, { $set: { content: Buffer.alloc(100) } })
  clock.advance(1)
  const deletedAt = clock.now()
  await mailer.send({ ...code(), id: 'later' })
  await mailer.send({ ...code('earlier@example.com'), id: 'to an earlier address', userId })
  await mailer.send({ ...code(), id: 'moved late', userId })
  await mailer.send({ ...code('grace@example.com'), id: 'of somebody else', userId: 'other' })
  await mailer.send({ ...farewell, id: 'farewell', userId })
  await mailer.withdraw({ userId, email: ADDRESS, deletedAt })
  const left = await app.db.Job.distinct('_id', { kind: 'mail' })
  t.same(left.sort(), ['farewell', 'later', 'of somebody else', 'sent', 'to nobody', 'to somebody else', 'unreadable'])
})
