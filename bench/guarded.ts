import { createCipheriv, createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import underPressure from '@fastify/under-pressure'
import bcrypt from 'bcrypt'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { mongo } from 'mongoose'
import nodemailer from 'nodemailer'
import pLimit from 'p-limit'
import { CONCURRENCY } from '../plugins/auth/passwords.js'
import { fileRow } from './rows.js'

interface Options {
  db: mongo.Db
  userSchema: object
  fields: Record<string, number>
}

const { JWT_SECRET = '', SMTP_URL = '' } = process.env
const DAY = 86_400_000
const PREDECESSORS = 10

const macOf = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest()
const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url')

/** A refresh token of the guarded server. */
export function guardedToken(secret: string, userId: string, sessionId: string, counter: number): string {
  const text = `${userId}.${sessionId}.${counter}`
  return `${text}.${macOf(secret, text).toString('base64url')}`
}

/** Sends the bytes of `source` to the store. */
export type Send = (content: AsyncIterable<Buffer>) => Promise<{ public_id: string; secure_url: string }>

/**
 * Uploads a file with a reserved quota, a row that marks the upload as pending, and a checksum: Coffer's four
 * commands, by the bare driver.
 */
export const keeper = (db: mongo.Db) => {
  const users = db.collection('users')
  const assets = db.collection('bench_assets')
  return async (ownerId: mongo.ObjectId, content: AsyncIterable<Buffer>, send: Send) => {
    const _id = new mongo.ObjectId()
    await users.updateOne(
      { _id: ownerId, status: 'active' },
      { $inc: { 'bench.files': 1 }, $push: { 'bench.reservations': { _id } } as never },
    )
    const { secureUrl, checksum, ...row } = fileRow(ownerId, 0)
    await assets.insertOne({ ...row, _id, state: 'pending', publicId: `${_id}` })
    const hash = createHash('sha256')
    let bytes = 0
    async function* read() {
      for await (const chunk of content) {
        hash.update(chunk)
        bytes += chunk.length
        yield chunk
      }
    }
    const stored = await send(read())
    const known = { bytes, checksum: hash.digest('hex'), secureUrl: stored.secure_url }
    await assets.updateOne({ _id, state: 'pending' }, { $set: { ...known, state: 'ready' } })
    await users.updateOne(
      { _id: ownerId },
      { $inc: { 'bench.bytes': bytes }, $pull: { 'bench.reservations': { _id } } as never },
    )
    return stored
  }
}

/**
 * The least that Coffer's guarantees cost, by the bare driver: the plugins that every request passes, and a line of
 * log for each; a refresh that checks, replaces and remembers its token; a sign-in that stores a challenge and mails a code.
 */
export const guarded = fp(async (app: FastifyInstance, { db, userSchema, fields }: Options) => {
  await app.register(helmet)
  await app.register(cors, { origin: ['https://app.example'], credentials: true })
  await app.register(cookie)
  await app.register(underPressure, { maxEventLoopDelay: 1000 })
  app.addHook('onResponse', ({ log, method, ip, routeOptions }, { statusCode, elapsedTime }, done) => {
    log.info(
      { method, ip, route: routeOptions.url, status: statusCode, ms: Math.round(elapsedTime) },
      'request completed',
    )
    done()
  })

  const users = db.collection('users')
  const key = randomBytes(32)
  const encrypted = (text: string) => {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, iv)
    return Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()])
  }

  const text = { type: 'string' }
  const tokens = { type: 'object', properties: { accessToken: text, refreshToken: text, user: userSchema } }
  app.post('/rotate', { schema: { response: { 200: tokens } } }, async (request) => {
    const { refreshToken } = request.body as { refreshToken: string }
    const [userId, sessionId, counter, mac] = refreshToken.split('.') as [string, string, string, string]
    const expected = macOf(JWT_SECRET, `${userId}.${sessionId}.${counter}`)
    if (!timingSafeEqual(expected, Buffer.from(mac, 'base64url'))) throw new Error('no token of this server')
    const successor = guardedToken(JWT_SECRET, userId, sessionId, Number(counter) + 1)
    const now = new Date()
    const until = new Date(now.getTime() + DAY)
    const alive = { _id: sessionId, idleExpiresAt: { $gt: now }, expiresAt: { $gt: now } }
    // The first token was never stored.
    const current = counter === '0' ? {} : { 'bench.hash': hashOf(refreshToken) }
    const user = await users.findOneAndUpdate(
      {
        _id: new mongo.ObjectId(userId),
        status: 'active',
        sessions: { $elemMatch: { ...alive, ...current } },
      },
      {
        $set: {
          'sessions.$.bench.hash': hashOf(successor),
          'sessions.$.bench.counter': Number(counter) + 1,
          'sessions.$.lastUsedAt': now,
          'sessions.$.idleExpiresAt': until,
          'sessions.$.ip': request.ip,
          'sessions.$.userAgent': request.headers['user-agent'] ?? '',
        },
        $push: {
          'sessions.$.bench.predecessors': {
            $each: [{ hash: hashOf(refreshToken), until, successor: encrypted(successor) }],
            $slice: -PREDECESSORS,
          },
        } as never,
      },
      { projection: fields, returnDocument: 'after' },
    )
    if (!user) throw new Error('no such session')
    const accessToken = app.jwt.sign({ sub: userId, sid: sessionId })
    return { accessToken, refreshToken: successor, user: { ...user, id: userId } }
  })

  const challenges = db.collection('bench_challenges')
  const transport = nodemailer.createTransport({ url: SMTP_URL, pool: true })
  const limit = pLimit(CONCURRENCY)
  app.addHook('onClose', async () => transport.close())
  app.post('/sign-in', async (request, reply) => {
    const { email, password } = request.body as { email: string; password: string }
    const user = await users.findOne({ email }, { projection: { ...fields, password: 1 } })
    // The content doesn't matter: the real value depends on a pepper that only Coffer has.
    await limit(() => bcrypt.compare(password, user?.password.hash))
    const challengeId = randomBytes(32).toString('base64url')
    const code = randomInt(1_000_000).toString().padStart(6, '0')
    const expiresAt = new Date(Date.now() + DAY)
    const codeHash = macOf(JWT_SECRET, `${challengeId}.${code}`).toString('base64url')
    await challenges.insertOne({
      _id: hashOf(challengeId) as never,
      userId: user?._id,
      codeHash,
      attempts: 0,
      expiresAt,
    })
    await transport.sendMail({
      from: 'coffer@example.com',
      to: email,
      subject: 'Your code',
      text: `Your code is ${code}.`,
    })
    return reply.code(202).send({ challengeId, expiresAt })
  })
})
