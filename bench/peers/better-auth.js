/**
 * better-auth as its documentation serves it from Node, with e-mail and password, and a code mailed by SMTP_URL on
 * request. DATABASE is sqlite (a file in DATA_DIR) or mongodb (MONGODB_URI). bench/peers/index.ts starts it; it prints
 * its address.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import bcrypt from 'bcrypt'
import { toNodeHandler } from 'better-auth/node'
import { twoFactor } from 'better-auth/plugins'
import nodemailer from 'nodemailer'

const { DATABASE, DATA_DIR = '.', MONGODB_URI = '', BETTER_AUTH_SECRET, BCRYPT_COST, SMTP_URL } = process.env
const cost = Number(BCRYPT_COST)
const transport = nodemailer.createTransport({ url: SMTP_URL, pool: true })

/** Runs the migrations first, as the documentation says. Source: better-auth.com/docs/adapters/sqlite */
async function sqlite() {
  const { default: Database } = await import('better-sqlite3')
  const { betterAuth } = await import('better-auth')
  const { getMigrations } = await import('better-auth/db/migration')
  const database = new Database(join(DATA_DIR, 'better-auth.sqlite'))
  // recommended by better-sqlite3, docs/performance.md
  database.pragma('journal_mode = WAL')
  return {
    betterAuth,
    database,
    migrate: async (options) => (await getMigrations(options)).runMigrations(),
  }
}

/**
 * The adapter creates its indexes, among them those of the users' addresses and the sessions' tokens. Without `client`
 * it uses no transactions, which a single server doesn't have. Source: better-auth.com/docs/adapters/mongo
 */
async function mongodb() {
  const { MongoClient } = await import('mongodb')
  const { betterAuth } = await import('better-auth/minimal')
  const { mongodbAdapter } = await import('better-auth/adapters/mongodb')
  const client = await new MongoClient(MONGODB_URI).connect()
  return { betterAuth, database: mongodbAdapter(client.db()), migrate() {} }
}

const { betterAuth, database, migrate } = await (DATABASE === 'mongodb' ? mongodb() : sqlite())

const server = createServer()
await once(server.listen(0, '127.0.0.1'), 'listening')
const url = `http://127.0.0.1:${server.address().port}`

// Every other option has its default. The cache of sessions in a cookie is off, so each read asks the database, as in
// Coffer.
const options = {
  baseURL: url,
  secret: BETTER_AUTH_SECRET,
  database,
  emailAndPassword: {
    enabled: true,
    password: {
      hash: (password) => bcrypt.hash(password, cost),
      verify: ({ hash, password }) => bcrypt.compare(password, hash),
    },
  },
  plugins: [
    twoFactor({
      // no person reads a first code here
      skipVerificationOnEnable: true,
      otpOptions: {
        sendOTP: ({ user, otp }) =>
          transport.sendMail({
            from: 'coffer@example.com',
            to: user.email,
            subject: 'Your code',
            text: `Your code is ${otp}.`,
          }),
      },
    }),
  ],
  // the whole load comes from one address
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
}
await migrate(options)
server.on('request', toNodeHandler(betterAuth(options)))
process.stdout.write(`listening on ${url}\n`)
