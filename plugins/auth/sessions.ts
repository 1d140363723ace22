import type { Static } from '@sinclair/typebox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Types } from 'mongoose'
import { type IssuedSession, isOver, type Session } from '../../models/session.js'
import type { TrustedDevice } from '../../models/trusted-device.js'
import { type ShownUser, toUser, USER_FIELDS } from '../../models/user.js'
import { Problem } from '../../openapi/errors.js'
import type { TokensSchema } from '../../openapi/schemas/account.js'
import { userAgentOf } from '../http/requests.js'
import { sha256 } from '../keys.js'
import type { Verified } from './challenges.js'
import { mint, newSessionId, type PresentedToken, parse } from './refresh-token.js'
import { createRotation } from './rotation.js'
import { createSessionCookie, type Delivery } from './session-cookie.js'

declare module 'fastify' {
  interface FastifyInstance {
    sessions: ReturnType<typeof createSessions>
  }
}

type Tokens = Static<typeof TokensSchema>

/** A sign-in whose every step was taken. */
interface SignIn extends Pick<Verified, 'owner' | 'amr'> {
  /** The address that was signed in with, and the account's `authVersion` at the first step. */
  challenge: Pick<Verified['challenge'], 'email' | 'authVersion'>
}

interface DeviceOptions {
  /** The owner trusts the device from now on. */
  trust?: boolean
  /** The trusted device that took the place of the second step. */
  trusted?: string
}

/** Returns a session of an account that begins now, not stored yet, and its first refresh token. */
export function newSession(
  app: FastifyInstance,
  userId: Types.ObjectId,
  client: Pick<Session, 'userAgent' | 'ip'>,
  amr: Session['amr'],
) {
  const now = app.now()
  const _id = newSessionId()
  const token = mint(app.keys.refreshToken, userId, _id, 0)
  const session: Session = {
    _id,
    createdAt: now,
    lastUsedAt: now,
    idleExpiresAt: new Date(now.getTime() + app.config.REFRESH_IDLE_TTL),
    expiresAt: new Date(now.getTime() + app.config.REFRESH_TOKEN_TTL),
    ...client,
    counter: 0,
    tokenHash: sha256(token),
    predecessors: [],
    repetitions: 0,
    amr,
    authTime: now,
  }
  return { session, token }
}

/** Creates what begins, continues and ends a session. */
export function createSessions(app: FastifyInstance) {
  const { User } = app.db
  const { ACCESS_TOKEN_TTL, MAX_SESSIONS, TRUSTED_DEVICE_TTL } = app.config
  const keys = app.keys.refreshToken
  const cookie = createSessionCookie(app)
  const { rotate, endIfReused } = createRotation(app)

  function answer(
    reply: FastifyReply,
    user: ShownUser,
    session: IssuedSession,
    token: string,
    delivery: Delivery,
  ): Tokens {
    const { idleExpiresAt, expiresAt } = session
    const end = idleExpiresAt < expiresAt ? idleExpiresAt : expiresAt
    if (delivery === 'cookie') cookie.set(reply, token, end)
    return {
      accessToken: app.auth.signAccessToken(user._id.toString(), session),
      tokenType: 'Bearer',
      expiresIn: Math.floor(ACCESS_TOKEN_TTL / 1000),
      ...(delivery === 'body' && { refreshToken: token }),
      refreshTokenExpiresAt: end.toISOString(),
      user: toUser(user),
    }
  }

  /** Ends one session; returns false if it had ended before. */
  async function end(request: FastifyRequest, userId: Types.ObjectId, sessionId: string): Promise<boolean> {
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
    return modifiedCount === 1
  }

  function trustedDevice(request: FastifyRequest, deviceId: string): TrustedDevice {
    const now = app.now()
    return {
      _id: newSessionId(),
      deviceHash: sha256(deviceId),
      createdAt: now,
      expiresAt: new Date(now.getTime() + TRUSTED_DEVICE_TTL),
      userAgent: userAgentOf(request),
      ip: request.ip,
    }
  }

  return {
    presented: cookie.presented,
    clear: cookie.clear,

    /** Reads a refresh token; undefined if its MAC is not ours. */
    parse: (token: string): PresentedToken | undefined => parse(keys, token),

    /**
     * Signs in by a verified login challenge or a trusted device: adds a session if the account is still as the challenge remembers it.
     * @throws Problem INVALID_CODE if the account has changed since
     */
    async issue(
      request: FastifyRequest,
      reply: FastifyReply,
      { challenge, owner, amr }: SignIn,
      delivery: Delivery,
      { trust = false, trusted }: DeviceOptions = {},
    ): Promise<Tokens> {
      if (!owner) throw new Problem('INVALID_CODE')
      const { _id: userId, name, locale } = owner
      const client = { userAgent: userAgentOf(request), ip: request.ip }
      const { session, token } = newSession(app, userId, client, amr)
      const { _id: sessionId, createdAt: now } = session
      const device = app.devices.create(challenge.email)
      const isNew = trust && TRUSTED_DEVICE_TTL > 0
      const details = {
        sessionId,
        amr,
        ...(isNew && { trustsDevice: true }),
        ...(trusted && { trustedDeviceId: trusted }),
      }
      // expired sessions go first, so that only living ones count towards MAX_SESSIONS
      await User.updateOne({ _id: userId }, { $pull: { sessions: isOver(now) } })
      const user = await User.findOneAndUpdate(
        {
          _id: userId,
          status: 'active',
          authVersion: challenge.authVersion as number,
          ...(trusted !== undefined && { 'trustedDevices._id': trusted }),
        },
        {
          $set: { lastLoginAt: now },
          $push: {
            sessions: { $each: [session], $slice: -MAX_SESSIONS },
            ...(isNew && { trustedDevices: { $each: [trustedDevice(request, device.id)], $slice: -MAX_SESSIONS } }),
            outbox: app.audit.entry(
              request,
              { action: 'login.succeeded', actorId: userId, targetId: userId, details },
              { template: 'login-notification', to: challenge.email, locale, data: app.audit.notice(request, name) },
            ),
          },
        },
        { returnDocument: 'after', projection: USER_FIELDS },
      ).lean()
      if (!user) throw new Problem('INVALID_CODE')
      return {
        ...answer(reply, user, session, token, delivery),
        // a trusted device keeps its proof
        ...(trusted === undefined && app.devices.issue(reply, device, delivery)),
      }
    },

    /**
     * Refreshes the tokens of a session; see {@link createRotation}.
     * @throws Problem INVALID_REFRESH_TOKEN
     */
    async refresh(request: FastifyRequest, reply: FastifyReply, token: string, delivery: Delivery): Promise<Tokens> {
      const presented = parse(keys, token)
      if (!presented) throw new Problem('INVALID_REFRESH_TOKEN')
      const rotated = await rotate(request, presented)
      return answer(reply, rotated.user, rotated.session, rotated.token, delivery)
    },

    /** Ends the session of a refresh token; a token that was replaced before is treated as on a refresh. */
    async signOut(request: FastifyRequest, presented: PresentedToken): Promise<void> {
      if (!(await endIfReused(request, presented))) await end(request, presented.userId, presented.sessionId)
    },

    end,

    /** Ends the trust in a device; returns false if there is none. */
    async distrust(request: FastifyRequest, userId: Types.ObjectId, deviceId: string): Promise<boolean> {
      const event = app.audit.entry(request, { action: 'device.distrusted', targetId: userId, details: { deviceId } })
      const { modifiedCount } = await User.updateOne(
        { _id: userId, 'trustedDevices._id': deviceId },
        { $pull: { trustedDevices: { _id: deviceId } }, $push: { outbox: event } },
      )
      return modifiedCount === 1
    },
  }
}

/** Decorates `sessions`. */
export default fp(
  async (app) => {
    app.decorate('sessions', createSessions(app))
  },
  { name: 'sessions', dependencies: ['audit', 'auth', 'clock', 'config', 'db', 'devices', 'keys'] },
)
