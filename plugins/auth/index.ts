import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { ApiKeyDocument, Scope } from '../../models/api-key.js'
import type { Permission, ShownUser, UserDocument } from '../../models/user.js'
import { Problem, type ProblemCode } from '../../openapi/errors.js'
import { createAccessTokens } from './access-tokens.js'
import { bearerToken } from './api-keys.js'

declare module 'fastify' {
  interface FastifyInstance {
    auth: Awaited<ReturnType<typeof createAuth>>
  }
  interface FastifyRequest {
    /** The caller, on routes whose security names `bearer`. */
    caller: Caller
  }
  interface FastifySchema {
    /** The scope that an API key needs for this operation. Without one, the operation refuses every API key. */
    scope?: Scope
    /** Open to a session that lacks the second factor that `MFA_REQUIRED` asks for, so that its person can add or use one. */
    withoutFactor?: boolean
  }
}

/** The user of a session or of an API key, as of this request. */
export interface Caller {
  userId: string
  user: ShownUser
  /** Empty for an API key, which only operations with a scope accept. */
  sessionId: string
  /** Null for a session. */
  apiKey: ApiKeyDocument | null
  /** True if `MFA_REQUIRED` asks for a second factor that the session was not begun with or, for an API key, that its owner does not have. */
  lacksFactor: boolean
}

/** Refuses an authenticated caller, and audits the refusal. @throws Problem FORBIDDEN, or the given code */
export async function deny(
  request: FastifyRequest,
  details: Record<string, unknown> = {},
  code: ProblemCode = 'FORBIDDEN',
): Promise<never> {
  const { user } = request.caller
  await request.server.audit.record(request, {
    action: 'access.denied',
    targetId: user._id,
    outcome: 'failure',
    details,
  })
  throw new Problem(code)
}

const HOUR = 3_600_000

/** Creates the guard of all routes, and the access tokens that it accepts. */
export async function createAuth(app: FastifyInstance) {
  const tokens = await createAccessTokens(app)

  /**
   * Returns the owner of the API key of a request.
   * @throws Problem API_KEY_INVALID
   */
  async function authenticateKey(request: FastifyRequest): Promise<Caller> {
    const presented = await app.apiKeys.find(request)
    if (!presented) throw new Problem('API_KEY_INVALID')
    const { key, isAllowed, owner } = presented
    if (!isAllowed) {
      const hour = Math.floor(app.now().getTime() / HOUR)
      await app.audit.record(request, {
        // one event an hour for each address, however often a thief tries
        id: `api-key-refused:${key._id}:${app.keys.pseudonym(request.ip)}:${hour}`,
        action: 'key.refused',
        targetId: key.ownerId,
        outcome: 'failure',
        details: { apiKeyId: key._id.toString() },
      })
      throw new Problem('API_KEY_INVALID')
    }
    if (!owner) throw new Problem('API_KEY_INVALID')
    await app.apiKeys.noteUse(key)
    return { ...owner, userId: owner.user._id.toString(), sessionId: '', apiKey: key }
  }

  /**
   * Returns the caller of a request with a bearer token, by reads of the database that begin after the request has arrived.
   * @throws Problem TOKEN_INVALID, API_KEY_INVALID
   */
  async function authenticate(request: FastifyRequest): Promise<Caller> {
    if (app.apiKeys.isPresented(request)) return authenticateKey(request)
    const token = bearerToken(request)
    if (token === undefined) throw new Problem('TOKEN_INVALID')
    let session: ReturnType<typeof tokens.verify>
    try {
      session = tokens.verify(token)
    } catch (cause) {
      throw new Problem('TOKEN_INVALID', { cause })
    }
    const found = await app.callers.load(session)
    if (!found) throw new Problem('TOKEN_INVALID')
    return { ...found, userId: found.user._id.toString(), sessionId: session.sessionId, apiKey: null }
  }

  /** Returns whether a user has a permission, by role or by name. */
  function isPermitted({ role, permissions }: Pick<UserDocument, 'role' | 'permissions'>, permission: Permission) {
    return role === 'admin' || permissions.includes(permission)
  }

  /** Turns the `security` of a route into its guard (an `onRoute` hook), and refuses a route that declares none. */
  function guard(route: RouteOptions): void {
    const alternatives = route.schema?.security
    if (!alternatives) throw new Error(`${route.method} ${route.url} declares no security`)
    // if a route accepts another credential or none, its handler decides
    if (alternatives.length !== 1 || alternatives[0]?.bearer === undefined) return
    const permissions = alternatives[0].bearer as Permission[]
    const { scope, withoutFactor = false } = route.schema as FastifySchema
    const hook = async (request: FastifyRequest, _reply: FastifyReply) => {
      request.caller = await authenticate(request)
      const { apiKey, user, lacksFactor } = request.caller
      if (apiKey && scope === undefined) await deny(request, {}, 'SESSION_REQUIRED')
      if (apiKey && !apiKey.scopes.some((granted) => granted === scope)) await deny(request, { scope }, 'SCOPE_MISSING')
      if (lacksFactor && !withoutFactor) await deny(request, {}, 'FACTOR_REQUIRED')
      const permission = permissions.find((permission) => !isPermitted(user, permission))
      if (permission !== undefined) await deny(request, { permission })
    }
    route.onRequest = [...[route.onRequest ?? []].flat(), hook]
  }

  return { authenticate, isPermitted, guard, jwks: tokens.jwks, signAccessToken: tokens.sign }
}

/** Decorates `auth`. */
export default fp(
  async (app) => {
    app.decorateRequest('caller', null as unknown as Caller)
    app.decorate('auth', await createAuth(app))
  },
  { name: 'auth', dependencies: ['api-keys', 'audit', 'callers', 'clock', 'config', 'db', 'keys'] },
)
