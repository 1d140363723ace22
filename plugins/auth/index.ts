import { createHash, createPublicKey, type KeyObject, randomUUID } from 'node:crypto'
import jwt, { type JWT } from '@fastify/jwt'
import DataLoader from 'dataloader'
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { Types } from 'mongoose'
import type { Session } from '../../models/session.js'
import { type Permission, type ShownUser, USER_FIELDS, type UserDocument } from '../../models/user.js'
import { Problem } from '../../openapi/errors.js'

declare module 'fastify' {
  interface FastifyInstance {
    auth: Auth
  }
  interface FastifyRequest {
    /** Who calls, on routes whose security names `bearer`. */
    caller: Caller
  }
}

/** The user as of this call and the session that the access token belongs to. */
export interface Caller {
  userId: string
  sessionId: string
  user: ShownUser
}

/** A session that lives and its active user, as of one read. */
export interface ActiveSession {
  user: ShownUser
  session: Pick<Session, '_id' | 'idleExpiresAt' | 'expiresAt'>
}

export interface Auth {
  /** Signs an access token: a JWT of type `at+jwt` (RFC 9068). */
  signAccessToken(userId: string, sessionId: string): string
  /**
   * The caller of a request with a bearer token, by a read of the database that begins after the request has come.
   * @throws Problem TOKEN_INVALID
   */
  authenticate(request: FastifyRequest): Promise<Caller>
  /** A living session and its active user, by a read that begins after the call; undefined where either is no more. */
  activeSession(userId: Types.ObjectId, sessionId: string): Promise<ActiveSession | undefined>
  /** Whether a user has a permission, by role or by name. */
  isPermitted(user: Pick<UserDocument, 'role' | 'permissions'>, permission: Permission): boolean
  /** An `onRoute` hook: makes a route's `security` its guard, and refuses a route without one. */
  guard(route: RouteOptions): void
  /** The public keys (RFC 7517) of the accepted key pairs; empty for HS256. */
  jwks: PublicKey[]
}

/** A JSON Web Key (RFC 7517; RFC 7518, 6.2; RFC 8037, 2). */
export interface PublicKey {
  kty: string
  crv: string
  x: string
  y?: string
  kid: string
  alg: string
  use: string
}

const CLAIMS = ['iss', 'aud', 'sub', 'sid', 'jti', 'iat', 'exp']
const TYPE = 'at+jwt'
/** Tokens whose signature has been checked, by their hash: it's checked once, the times and the session always. */
const CACHED_TOKENS = 1_000

/** Callers that one read is asked for at most. */
const MAX_BATCH = 100

interface Claims {
  sub: string
  sid: string
  exp: number
}

interface SigningKey {
  kid: string
  algorithm: 'HS256' | 'EdDSA' | 'ES256'
  secret: string | { private: string; public: string }
  jwk?: PublicKey
}

const kidOf = (bytes: string | Buffer) =>
  createHash('sha256').update('kid').update(bytes).digest('base64url').slice(0, 16)

function fromSecret(secret: string): SigningKey {
  return { kid: kidOf(secret), algorithm: 'HS256', secret }
}

function fromKeyPair(privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey)
  const kid = kidOf(publicKey.export({ type: 'spki', format: 'der' }))
  const algorithm = privateKey.asymmetricKeyType === 'ed25519' ? 'EdDSA' : 'ES256'
  return {
    kid,
    algorithm,
    secret: {
      private: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      public: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    },
    jwk: {
      ...(publicKey.export({ format: 'jwk' }) as Omit<PublicKey, 'kid' | 'alg' | 'use'>),
      kid,
      alg: algorithm,
      use: 'sig',
    },
  }
}

/** Decorates `auth`: access tokens and the one guard of all routes. */
export default fp(
  async (app) => {
    const { JWT_SECRET, JWT_PRIVATE_KEY, JWT_ISSUER, JWT_AUDIENCE, ACCESS_TOKEN_TTL } = app.config
    const keys = JWT_PRIVATE_KEY.length > 0 ? JWT_PRIVATE_KEY.map(fromKeyPair) : JWT_SECRET.map(fromSecret)

    // a namespace a key: each has its own pinned algorithm, and a token's kid only picks among them
    for (const { kid, algorithm, secret } of keys) {
      await app.register(jwt, {
        namespace: kid,
        secret,
        sign: {
          algorithm,
          kid,
          iss: JWT_ISSUER,
          aud: JWT_AUDIENCE,
          expiresIn: ACCESS_TOKEN_TTL / 1000,
          header: { alg: algorithm, typ: TYPE },
        },
        verify: {
          algorithms: [algorithm],
          allowedIss: JWT_ISSUER,
          allowedAud: JWT_AUDIENCE,
          checkTyp: TYPE,
          requiredClaims: CLAIMS,
          cache: CACHED_TOKENS,
        },
      })
    }
    const byKid = new Map(keys.map(({ kid }) => [kid, (app.jwt as unknown as Record<string, JWT>)[kid] as JWT]))
    const [current] = byKid.values() as Iterable<JWT> as [JWT]

    /** @throws Error of any kind where the token isn't accepted */
    const verify = (token: string) => {
      const { kid } = JSON.parse(Buffer.from(token.split('.', 1)[0] as string, 'base64url').toString())
      const verifier = byKid.get(kid)
      if (!verifier) throw new Error('The token names no accepted key.')
      const claims = verifier.verify<Claims>(token)
      if (claims.exp * 1000 <= app.now().getTime()) throw new Error('The token has expired.')
      return { userId: new Types.ObjectId(claims.sub), sessionId: String(claims.sid) }
    }

    // by the driver itself: nothing here is to be cast, and every request comes by
    const users = app.db.User.collection
    /** The users whose sessions live: one read for all requests that arrived in the same turn of the event loop, and nothing kept. */
    const callers = new DataLoader<ReturnType<typeof verify>, ActiveSession | undefined>(
      async (tokens) => {
        const found = await users
          .find<ShownUser & { sessions: ActiveSession['session'][] }>(
            { _id: { $in: tokens.map(({ userId }) => userId) }, status: 'active' },
            {
              projection: {
                ...USER_FIELDS,
                'sessions._id': 1,
                'sessions.idleExpiresAt': 1,
                'sessions.expiresAt': 1,
              },
            },
          )
          .toArray()
        const now = app.now()
        const byId = new Map(found.map((user) => [user._id.toString(), user]))
        return tokens.map(({ userId, sessionId }) => {
          const user = byId.get(userId.toString())
          const session = user?.sessions.find(({ _id }) => _id === sessionId)
          return user && session && session.idleExpiresAt > now && session.expiresAt > now
            ? { user, session }
            : undefined
        })
      },
      { cache: false, maxBatchSize: MAX_BATCH, batchScheduleFn: setImmediate },
    )

    const authenticate = async (request: FastifyRequest): Promise<Caller> => {
      const token = /^Bearer ([\w.-]+)$/i.exec(request.headers.authorization ?? '')?.[1]
      if (token === undefined) throw new Problem('TOKEN_INVALID')
      let claims: ReturnType<typeof verify>
      try {
        claims = verify(token)
      } catch (cause) {
        throw new Problem('TOKEN_INVALID', { cause })
      }
      const found = await callers.load(claims)
      if (!found) throw new Problem('TOKEN_INVALID')
      const { user } = found
      return { userId: user._id.toString(), sessionId: claims.sessionId, user }
    }

    const isPermitted: Auth['isPermitted'] = ({ role, permissions }, permission) =>
      role === 'admin' || permissions.includes(permission)

    const guard = (route: RouteOptions) => {
      const alternatives = route.schema?.security
      if (!alternatives) throw new Error(`${route.method} ${route.url} declares no security`)
      // where another credential or none is an alternative, the handler decides
      if (alternatives.length !== 1 || alternatives[0]?.bearer === undefined) return
      const permissions = alternatives[0].bearer as Permission[]
      const hook = async (request: FastifyRequest, _reply: FastifyReply) => {
        request.caller = await authenticate(request)
        const { user } = request.caller
        const permission = permissions.find((permission) => !isPermitted(user, permission))
        if (permission === undefined) return
        const details = { permission }
        await app.audit.record(request, { action: 'access.denied', targetId: user._id, outcome: 'failure', details })
        throw new Problem('FORBIDDEN')
      }
      route.onRequest = [...[route.onRequest ?? []].flat(), hook]
    }

    app.decorateRequest('caller', null as unknown as Caller)
    app.decorate('auth', {
      authenticate,
      activeSession: (userId, sessionId) => callers.load({ userId, sessionId }),
      isPermitted,
      guard,
      jwks: keys.flatMap(({ jwk }) => (jwk ? [jwk] : [])),
      signAccessToken: (sub, sid) =>
        current.sign({ sub, sid, jti: randomUUID(), iat: Math.floor(app.now().getTime() / 1000) }),
    })
  },
  { name: 'auth', dependencies: ['config', 'db', 'audit'] },
)
