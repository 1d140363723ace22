import { createHash, createPublicKey, type KeyObject, randomUUID } from 'node:crypto'
import jwt, { type JWT } from '@fastify/jwt'
import type { FastifyInstance } from 'fastify'
import { Types } from 'mongoose'
import { type Authentication, authenticationClaims } from '../../models/session.js'

/** A JSON Web Key (RFC 7517; RFC 7518, 6.2; RFC 8037, 2). */
interface PublicKey {
  kty: string
  crv: string
  x: string
  y?: string
  kid: string
  alg: string
  use: string
}

interface SigningKey {
  kid: string
  algorithm: 'HS256' | 'EdDSA' | 'ES256'
  secret: string | { private: string; public: string }
  jwk?: PublicKey
}

interface Claims {
  sub: string
  sid: string
  exp: number
}

const CLAIMS = ['iss', 'aud', 'sub', 'sid', 'jti', 'iat', 'exp']
const TYPE = 'at+jwt'
/** Verified signatures that are remembered by the hash of their token; expiry and session are checked at every request. */
const CACHED_TOKENS = 1_000

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

/** Creates the signer and the verifier of access tokens: JWTs of type `at+jwt` (RFC 9068). */
export async function createAccessTokens(app: FastifyInstance) {
  const { JWT_SECRET, JWT_PRIVATE_KEY, JWT_ISSUER, JWT_AUDIENCE, ACCESS_TOKEN_TTL } = app.config
  const keys = JWT_PRIVATE_KEY.length > 0 ? JWT_PRIVATE_KEY.map(fromKeyPair) : JWT_SECRET.map(fromSecret)

  // each key has its namespace, and so its own pinned algorithm; the kid of a token only selects a key
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

  return {
    /** The public keys (RFC 7517) of the accepted key pairs; empty for HS256. */
    jwks: keys.flatMap(({ jwk }) => (jwk ? [jwk] : [])),

    /** Signs an access token of a session. */
    sign: (userId: string, session: Authentication & { _id: string }): string =>
      current.sign({
        sub: userId,
        sid: session._id,
        jti: randomUUID(),
        iat: Math.floor(app.now().getTime() / 1000),
        ...authenticationClaims(session),
      }),

    /**
     * Reads an access token; its session may have ended.
     * @throws Error of any kind for a token that isn't accepted
     */
    verify(token: string): { userId: Types.ObjectId; sessionId: string } {
      const { kid } = JSON.parse(Buffer.from(token.split('.', 1)[0] as string, 'base64url').toString())
      const verifier = byKid.get(kid)
      if (!verifier) throw new Error('The token names no accepted key.')
      const claims = verifier.verify<Claims>(token)
      if (claims.exp * 1000 <= app.now().getTime()) throw new Error('The token has expired.')
      return { userId: new Types.ObjectId(claims.sub), sessionId: String(claims.sid) }
    },
  }
}
