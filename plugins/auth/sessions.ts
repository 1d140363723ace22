import cookie from '@fastify/cookie'
import type { Static } from '@sinclair/typebox'
import DataLoader from 'dataloader'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type mongoose from 'mongoose'
import type { Types } from 'mongoose'
import { bytesOf } from '../../models/bytes.js'
import type { Session } from '../../models/session.js'
import { type ShownUser, toUser, USER_FIELDS, type UserDocument } from '../../models/user.js'
import { Problem } from '../../openapi/errors.js'
import type { TokensSchema } from '../../openapi/schemas/account.js'
import { userAgentOf } from '../http/requests.js'
import { sha256 } from '../keys.js'
import type { Verified } from './challenges.js'
import { mint, newSessionId, type PresentedToken, parse } from './refresh-token.js'

declare module 'fastify' {
  interface FastifyInstance {
    sessions: Sessions
  }
}

type Tokens = Static<typeof TokensSchema>
type Delivery = 'cookie' | 'body'
type Filter = mongoose.mongo.Filter<UserDocument>
type Update = mongoose.mongo.UpdateFilter<UserDocument>

export interface Sessions {
  /**
   * Signs in by a verified login challenge: pushes a session where the account is still as the challenge remembers it.
   * @throws Problem INVALID_CODE where it has changed since
   */
  issue(request: FastifyRequest, reply: FastifyReply, verified: Verified, delivery: Delivery): Promise<Tokens>
  /**
   * Rotates a refresh token. Its predecessor yields the same successor for a grace time; an older one ends the session.
   * @throws Problem INVALID_REFRESH_TOKEN
   */
  refresh(request: FastifyRequest, reply: FastifyReply, token: string, delivery: Delivery): Promise<Tokens>
  /**
   * The refresh token of a request and how it came; undefined where there is none.
   * @throws Problem ORIGIN_NOT_ALLOWED for a cookie from a foreign page, VALIDATION_FAILED where both are given
   */
  presented(request: FastifyRequest, inBody: string | undefined): { token: string; delivery: Delivery } | undefined
  /** Ends one session; nothing happens where it's over already. */
  end(request: FastifyRequest, userId: Types.ObjectId, sessionId: string): Promise<boolean>
  /** Parses a refresh token; undefined where the MAC is not ours. */
  parse(token: string): PresentedToken | undefined
  /** Expires the cookie and asks the browser to forget what it cached. */
  clear(reply: FastifyReply): void
}

const COOKIE = '__Host-refresh'
/** Predecessors that are remembered; their grace time is over long before so many refreshes were made. */
const MAX_PREDECESSORS = 10

const MAX_KNOWN_NETWORKS = 20

/** Rotations that one command carries at most. */
const MAX_BATCH = 100

/** The sessions whose time is over. */
const isOver = (now: Date) => ({ $or: [{ idleExpiresAt: { $lte: now } }, { expiresAt: { $lte: now } }] })

/** Decorates `sessions`: refresh tokens with rotation and reuse detection (RFC 9700, 4.14.2) and the cookie that carries them. */
export default fp(
  async (app) => {
    const { User } = app.db
    // by the driver itself where every client comes by again and again: nothing there is to be cast
    const users = User.collection as unknown as mongoose.mongo.Collection<UserDocument>
    const {
      REFRESH_TOKEN_TTL,
      REFRESH_IDLE_TTL,
      REFRESH_GRACE,
      MAX_SESSIONS,
      COOKIE_SAME_SITE,
      PUBLIC_URL,
      CORS_ORIGINS,
    } = app.config
    const allowedOrigins = new Set([new URL(PUBLIC_URL).origin, ...CORS_ORIGINS])
    const cookieOptions = {
      path: '/',
      httpOnly: true,
      secure: true,
      sameSite: COOKIE_SAME_SITE,
      // where cookies of other sites are blocked, one that is kept apart for each page's site is not (CHIPS)
      partitioned: COOKIE_SAME_SITE === 'none',
    } as const
    await app.register(cookie)

    const keys = app.keys.refreshToken

    const answer = (
      reply: FastifyReply,
      user: ShownUser,
      session: Pick<Session, '_id' | 'idleExpiresAt' | 'expiresAt'>,
      token: string,
      delivery: Delivery,
    ): Tokens => {
      const end = session.idleExpiresAt < session.expiresAt ? session.idleExpiresAt : session.expiresAt
      if (delivery === 'cookie') reply.setCookie(COOKIE, token, { ...cookieOptions, expires: end })
      return {
        accessToken: app.auth.signAccessToken(user._id.toString(), session._id),
        tokenType: 'Bearer',
        expiresIn: Math.floor(app.config.ACCESS_TOKEN_TTL / 1000),
        ...(delivery === 'body' && { refreshToken: token }),
        refreshTokenExpiresAt: end.toISOString(),
        user: toUser(user),
      }
    }

    /**
     * Rotates: one command for all requests that arrived in the same turn of the event loop, each update by its own condition.
     * False where one of them found its session otherwise; which one, a read must tell.
     */
    const rotations = new DataLoader<{ filter: Filter; update: Update }, boolean>(
      async (updates) => {
        try {
          const operations = updates.map((updateOne) => ({ updateOne }))
          const { matchedCount } = await users.bulkWrite(operations, { ordered: false })
          return updates.map(() => matchedCount === updates.length)
        } catch (error) {
          const { writeErrors = [] } = error as { writeErrors?: { index: number }[] }
          if (writeErrors.length === 0) throw error
          // one that can't be written stops no other
          const failed = new Set(writeErrors.map(({ index }) => index))
          return updates.map((_update, index) => failed.has(index) && (error as Error))
        }
      },
      { cache: false, maxBatchSize: MAX_BATCH, batchScheduleFn: setImmediate },
    )

    /** A projection hides the type of what it leaves of a session. */
    const sessionOf = (user: object, sessionId: string) =>
      (user as { sessions: Session[] }).sessions.find(({ _id }) => _id === sessionId) as Session

    /** What became of a token whose rotation isn't certain: done, replaced before but still in its grace time, or stolen. */
    const judge = async (
      request: FastifyRequest,
      reply: FastifyReply,
      presented: PresentedToken,
      successor: string,
      delivery: Delivery,
    ): Promise<Tokens> => {
      const now = app.now()
      const { userId, sessionId, counter, token } = presented
      const user = await User.findOne(
        { _id: userId, status: 'active', 'sessions._id': sessionId },
        { ...USER_FIELDS, 'sessions.$': 1 },
      ).lean()
      if (!user) throw new Problem('INVALID_REFRESH_TOKEN')
      const session = sessionOf(user, sessionId)
      if (session.idleExpiresAt <= now || session.expiresAt <= now) {
        await User.updateOne({ _id: userId }, { $pull: { sessions: isOver(now) } })
        throw new Problem('INVALID_REFRESH_TOKEN')
      }
      if (session.tokenHash === sha256(successor)) return answer(reply, user, session, successor, delivery)
      const hash = sha256(token)
      const predecessor = session.predecessors.find((entry) => entry.hash === hash && entry.until > now)
      if (predecessor) {
        const earlier = app.keys.decrypt(bytesOf(predecessor.successor), `refresh-token:${hash}`).toString()
        return answer(reply, user, session, earlier, delivery)
      }
      const ended = await User.findOneAndUpdate(
        { _id: userId, sessions: { $elemMatch: { _id: sessionId, counter: { $gt: counter } } } },
        {
          $pull: { sessions: { _id: sessionId } },
          $push: {
            outbox: app.audit.entry(
              request,
              {
                action: 'session.token-reused',
                actorId: null,
                targetId: userId,
                outcome: 'failure',
                details: { sessionId },
              },
              {
                template: 'token-reused',
                to: user.email as string,
                data: app.audit.notice(request, user.name),
              },
            ),
          },
        },
        { projection: { _id: 1 } },
      ).lean()
      if (ended) app.audit.flush(userId)
      throw new Problem('INVALID_REFRESH_TOKEN')
    }

    app.decorate('sessions', {
      parse: (token) => parse(keys, token),

      async issue(request, reply, { challenge, owner }, delivery) {
        if (!owner) throw new Problem('INVALID_CODE')
        const now = app.now()
        const { _id: userId, name } = owner
        const network = app.budgets.newNetwork(request, owner)
        const sessionId = newSessionId()
        const token = mint(keys, userId, sessionId, 0)
        const session: Session = {
          _id: sessionId,
          createdAt: now,
          lastUsedAt: now,
          idleExpiresAt: new Date(now.getTime() + REFRESH_IDLE_TTL),
          expiresAt: new Date(now.getTime() + REFRESH_TOKEN_TTL),
          userAgent: userAgentOf(request) ?? '',
          ip: request.ip,
          counter: 0,
          tokenHash: sha256(token),
          predecessors: [],
        }
        // so that the oldest goes only where there are too many living ones
        await User.updateOne({ _id: userId }, { $pull: { sessions: isOver(now) } })
        const user = await User.findOneAndUpdate(
          { _id: userId, status: 'active', authVersion: challenge.authVersion as number },
          {
            $set: { lastLoginAt: now },
            $push: {
              sessions: { $each: [session], $slice: -MAX_SESSIONS },
              ...(network && { knownOrigins: { $each: [network], $slice: -MAX_KNOWN_NETWORKS } }),
              outbox: app.audit.entry(
                request,
                { action: 'login.succeeded', actorId: userId, targetId: userId, details: { sessionId } },
                {
                  template: 'login-notification',
                  to: challenge.email,
                  data: app.audit.notice(request, name),
                },
              ),
            },
          },
          { returnDocument: 'after', projection: USER_FIELDS },
        ).lean()
        if (!user) throw new Problem('INVALID_CODE')
        app.audit.flush(userId)
        return answer(reply, user, session, token, delivery)
      },

      async refresh(request, reply, token, delivery) {
        const presented = parse(keys, token)
        if (!presented) throw new Problem('INVALID_REFRESH_TOKEN')
        const now = app.now()
        const { userId, sessionId, counter } = presented
        const hash = sha256(token)
        const successor = mint(keys, userId, sessionId, counter + 1)
        const idleExpiresAt = new Date(now.getTime() + REFRESH_IDLE_TTL)
        const filter = {
          _id: userId,
          status: 'active' as const,
          sessions: {
            $elemMatch: { _id: sessionId, tokenHash: hash, idleExpiresAt: { $gt: now }, expiresAt: { $gt: now } },
          },
        }
        const update = {
          $set: {
            'sessions.$.tokenHash': sha256(successor),
            'sessions.$.counter': counter + 1,
            'sessions.$.lastUsedAt': now,
            'sessions.$.idleExpiresAt': idleExpiresAt,
            'sessions.$.ip': request.ip,
            'sessions.$.userAgent': userAgentOf(request) ?? '',
          },
          $push: {
            'sessions.$.predecessors': {
              $each: [
                {
                  hash,
                  until: new Date(now.getTime() + REFRESH_GRACE),
                  successor: app.keys.encrypt(successor, `refresh-token:${hash}`),
                },
              ],
              $slice: -MAX_PREDECESSORS,
            },
          },
        }
        // what is read meanwhile no rotation changes, but for the end by disuse
        const [isRotated, found] = await Promise.all([
          rotations.load({ filter, update }),
          app.auth.activeSession(userId, sessionId),
        ])
        if (!isRotated || !found) return judge(request, reply, presented, successor, delivery)
        return answer(reply, found.user, { ...found.session, idleExpiresAt }, successor, delivery)
      },

      async end(request, userId, sessionId) {
        const event = app.audit.entry(request, {
          action: 'session.ended',
          actorId: userId,
          targetId: userId,
          details: { sessionId },
        })
        const { modifiedCount } = await User.updateOne(
          { _id: userId, 'sessions._id': sessionId },
          { $pull: { sessions: { _id: sessionId } }, $push: { outbox: event } },
        )
        if (modifiedCount === 1) app.audit.flush(userId)
        return modifiedCount === 1
      },

      presented(request, inBody) {
        const inCookie = request.cookies[COOKIE]
        if (inCookie !== undefined && inBody !== undefined) {
          throw new Problem('VALIDATION_FAILED', {
            errors: [
              { pointer: '/refreshToken', code: 'ambiguous', message: 'must not be sent along with the cookie' },
            ],
          })
        }
        if (inBody !== undefined) return { token: inBody, delivery: 'body' }
        if (inCookie === undefined) return undefined
        const { origin, 'sec-fetch-site': site } = request.headers
        const isAllowed = origin === undefined ? site === 'same-origin' : allowedOrigins.has(origin)
        if (!isAllowed) throw new Problem('ORIGIN_NOT_ALLOWED')
        return { token: inCookie, delivery: 'cookie' }
      },

      clear(reply) {
        reply.clearCookie(COOKIE, cookieOptions)
        // "cookies" would wipe those of the whole registrable domain
        reply.header('clear-site-data', '"cache", "storage"')
      },
    })
  },
  { name: 'sessions', dependencies: ['config', 'db', 'keys', 'budgets', 'audit', 'auth'] },
)
