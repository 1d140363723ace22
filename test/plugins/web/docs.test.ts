import t from 'tap'
import { build } from '../../support/app.js'

t.test('the documentation names the prefix of a proxy', async (t) => {
  const { app } = await build(t, { env: { PUBLIC_URL: 'https://example.org/coffer/' } })
  t.strictSame((await app.inject('/docs/json')).json().servers, [{ url: '/coffer' }])
})

t.test('the documentation and the pages are there in production too, unless they are switched off', async (t) => {
  const { config } = await build(t)
  const secrets = ['JWT_SECRET', 'CODE_KEY', 'DATA_KEY', 'PASSWORD_PEPPER'].map((name) => [
    name,
    `${name} abcdefghijklmnopqrstuvwxyz`,
  ])
  const { app: production } = await build(t, {
    env: {
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://coffer.example.com',
      MAIL_FROM: 'coffer@example.com',
      BCRYPT_ROUNDS: '10',
      MONGODB_URI: `${config.MONGODB_URI.replace(/\/coffer_\w+/, '/coffer_production')}&tls=false`,
      ...Object.fromEntries(secrets),
    },
  })
  for (const url of ['/', '/docs']) t.equal((await production.inject(url)).statusCode, 200)
  const { app: plain } = await build(t, { env: { DOCS: 'off' } })
  t.equal((await plain.inject('/docs')).statusCode, 404)
  t.equal((await plain.inject('/')).statusCode, 200)
})

t.test('the page is that of Coffer, and leads to the mailbox if there is one', async (t) => {
  const { app } = await build(t, { mailbox: 'http://localhost:3001/mailbox' })
  for (const url of ['/docs', '/docs/']) {
    const { body, headers } = await app.inject(url)
    t.match(body, '<title>Coffer API</title>')
    t.match(body, '<meta name="viewport" content="width=device-width, initial-scale=1">')
    t.match(body, '<a href="http://localhost:3001/mailbox">Mailbox</a>')
    t.match(headers['content-security-policy'], "script-src 'self';")
  }
  const { app: other } = await build(t)
  t.notMatch((await other.inject('/docs')).body, 'Mailbox')
})
