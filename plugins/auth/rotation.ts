import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { bytesOf } from '../../models/bytes.js'
import { type IssuedSession, isOver, type Session } from '../../models/session.js'
import { type ShownUser, USER_FIELDS } from '../../models/user.js'
import { Problem } from '../../openapi/errors.js'
import { collectionOf } from '../db/collection.js'
import { userAgentOf } from '../http/requests.js'
import { sha256 } from '../keys.js'
import { mint, type PresentedToken } from './refresh-token.js'

/** The session of a refresh, its user, and the refresh token that is current now. */
interface Rotated {
  user: ShownUser
  session: IssuedSession
  token: string
}

/** Predecessors that a session remembers; the grace time of the oldest is over long before a client makes that many refreshes. */
const MAX_PREDECESSORS = 10

/** Time for which a refresh with a lost answer can be repeated. */
const REPEATABLE_MS = 3_600_000
/** Repetitions in a row that are taken for lost answers. */
const MAX_REPETITIONS = 2

/** Projection of the sessions that tokens are issued for. */
const ISSUED_FIELDS = {
  'sessions._id': 1,
  'sessions.createdAt': 1,
  'sessions.idleExpiresAt': 1,
  'sessions.expiresAt': 1,
  'sessions.amr': 1,
  'sessions.authTime': 1,
} as const

/** The projection of a rotation hides the type of a session. */
const sessionOf = (user: object, sessionId: string) =>
  (user as { sessions: Session[] }).sessions.find(({ _id }) => _id === sessionId) as Session

/**
 * Creates the rotation of refresh tokens with reuse detection (RFC 9700, 4.14.2). The tokens of a session are told apart thus:
 * - current: is replaced by a successor;
 * - replaced, within its grace time: yields the same successor again, for tabs that refresh at once and answers that were lost;
 * - replaced later than that, but the last one before the current, which was never presented: its answer was lost, as to a laptop
 *   that went to sleep. It yields its successor for an hour, to the network and program that the session last came from, and is
 *   audited each time;
 * - any other: has been stolen, or its successor has; the session ends.
 *
 * What a thief can do with the last case:
 * - The thief has the predecessor, the owner the current token: the thief must share the owner's network and program. The first
 *   that presents the current token leaves the other with a token whose successor was presented: the session ends.
 * - The thief has the current token and presents it: the owner's token, its predecessor, then ends the session.
 * - The thief repeats the predecessor only: the third repetition in a row ends the session.
 */
export function createRotation(app: FastifyInstance) {
  const { User } = app.db
  const users = collectionOf(User)
  const { REFRESH_GRACE, REFRESH_IDLE_TTL } = app.config
  const contextOf = (tokenHash: string) => `refresh-token:${tokenHash}`

  /** Counts and audits the repetition of a refresh whose answer was lost; false if it is none, or one too many. */
  async function repeats(request: FastifyRequest, { userId, sessionId, counter }: PresentedToken, session: Session) {
    const { ip, userAgent, lastUsedAt } = session
    const isRecent = lastUsedAt.getTime() > app.now().getTime() - REPEATABLE_MS
    const isSameClient = normalizeIP(ip) === normalizeIP(request.ip) && userAgent === userAgentOf(request)
    if (session.counter !== counter + 1 || !isRecent || !isSameClient) return false
    const event = app.audit.entry(request, {
      action: 'session.refresh-repeated',
      actorId: userId,
      targetId: userId,
      details: { sessionId },
    })
    const { modifiedCount } = await User.updateOne(
      {
        _id: userId,
        sessions: { $elemMatch: { _id: sessionId, counter: counter + 1, repetitions: { $lt: MAX_REPETITIONS } } },
      },
      { $inc: { 'sessions.$.repetitions': 1 }, $push: { outbox: event } },
    )
    return modifiedCount === 1
  }

  /** Ends the session of a token that is used again after it was replaced; audits it and tells the owner. */
  async function endReused(
    request: FastifyRequest,
    { userId, sessionId, counter }: PresentedToken,
    { email, name, locale }: Pick<ShownUser, 'email' | 'name' | 'locale'>,
  ): Promise<void> {
    const event = app.audit.entry(
      request,
      { action: 'session.token-reused', actorId: null, targetId: userId, outcome: 'failure', details: { sessionId } },
      { template: 'token-reused', to: email as string, locale, data: app.audit.notice(request, name) },
    )
    await User.updateOne(
      { _id: userId, sessions: { $elemMatch: { _id: sessionId, counter: { $gt: counter } } } },
      { $pull: { sessions: { _id: sessionId } }, $push: { outbox: event } },
    )
  }

  /** Decides about a token that is not the current one of a session. */
  async function judge(request: FastifyRequest, presented: PresentedToken): Promise<Rotated> {
    const now = app.now()
    const { userId, sessionId, token } = presented
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
    const hash = sha256(token)
    const predecessor = session.predecessors.find((entry) => entry.hash === hash)
    if (predecessor && (predecessor.until > now || (await repeats(request, presented, session)))) {
      const successor = app.keys.decrypt(bytesOf(predecessor.successor), contextOf(hash)).toString()
      return { user, session, token: successor }
    }
    await endReused(request, presented, user)
    throw new Problem('INVALID_REFRESH_TOKEN')
  }

  /**
   * Replaces the refresh token of a session, in one conditional update.
   * @throws Problem INVALID_REFRESH_TOKEN
   */
  async function rotate(request: FastifyRequest, presented: PresentedToken): Promise<Rotated> {
    const now = app.now()
    const { userId, sessionId, counter, token } = presented
    const hash = sha256(token)
    const successor = mint(app.keys.refreshToken, userId, sessionId, counter + 1)
    const idleExpiresAt = new Date(now.getTime() + REFRESH_IDLE_TTL)
    const user = await users.findOneAndUpdate(
      {
        _id: userId,
        status: 'active',
        sessions: {
          $elemMatch: { _id: sessionId, tokenHash: hash, idleExpiresAt: { $gt: now }, expiresAt: { $gt: now } },
        },
      },
      {
        $set: {
          'sessions.$.tokenHash': sha256(successor),
          'sessions.$.counter': counter + 1,
          'sessions.$.lastUsedAt': now,
          'sessions.$.idleExpiresAt': idleExpiresAt,
          'sessions.$.ip': request.ip,
          'sessions.$.userAgent': userAgentOf(request),
          'sessions.$.repetitions': 0,
        },
        $push: {
          'sessions.$.predecessors': {
            $each: [
              {
                hash,
                until: new Date(now.getTime() + REFRESH_GRACE),
                successor: app.keys.encrypt(successor, contextOf(hash)),
              },
            ],
            $slice: -MAX_PREDECESSORS,
          },
        },
      },
      { returnDocument: 'after', projection: { ...USER_FIELDS, ...ISSUED_FIELDS } },
    )
    if (!user) return judge(request, presented)
    return { user, session: sessionOf(user, sessionId), token: successor }
  }

  /**
   * Ends the session of a token that was replaced longer ago than its grace time; false for any other token. It is for a sign-out, which
   * needs no successor, so that a lost answer doesn't matter.
   */
  async function endIfReused(request: FastifyRequest, presented: PresentedToken): Promise<boolean> {
    const { userId, sessionId, counter, token } = presented
    const user = await User.findOne(
      { _id: userId, sessions: { $elemMatch: { _id: sessionId, counter: { $gt: counter } } } },
      { ...USER_FIELDS, 'sessions.$': 1 },
    ).lean()
    if (!user) return false
    const hash = sha256(token)
    const { predecessors } = sessionOf(user, sessionId)
    if (predecessors.some((entry) => entry.hash === hash && entry.until > app.now())) return false
    await endReused(request, presented, user)
    return true
  }

  return { rotate, endIfReused }
}
