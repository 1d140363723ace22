import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { Permission, ShownUser, UserDocument } from '../../models/user.js'
import { Problem } from '../../openapi/errors.js'
import { createAccessTokens } from './access-tokens.js'
import { createCallers } from './callers.js'

declare module 'fastify' {
  interface FastifyInstance {
    auth: Awaited<ReturnType<typeof createAuth>>
  }
  interface FastifyRequest {
    /** The caller, on routes whose security names `bearer`. */
    caller: Caller
  }
}

/** The session of an access token, and its user as of this request. */
export interface Caller {
  userId: string
  sessionId: string
  user: ShownUser
}

/** Refuses a signed-in caller, and audits the refusal. @throws Problem FORBIDDEN */
export async function deny(request: FastifyRequest, details: Record<string, unknown> = {}): Promise<never> {
  const { user } = request.caller
  await request.server.audit.record(request, {
    action: 'access.denied',
    targetId: user._id,
    outcome: 'failure',
    details,
  })
  throw new Problem('FORBIDDEN')
}

/** Creates the guard of all routes, and the access tokens that it accepts. */
export async function createAuth(app: FastifyInstance) {
  const tokens = await createAccessTokens(app)
  const callers = createCallers(app)

  /**
   * Returns the caller of a request with a bearer token, by a read of the database that begins after the request has arrived.
   * @throws Problem TOKEN_INVALID
   */
  async function authenticate(request: FastifyRequest): Promise<Caller> {
    const token = /^Bearer ([\w.-]+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined) throw new Problem('TOKEN_INVALID')
    let session: ReturnType<typeof tokens.verify>
    try {
      session = tokens.verify(token)
    } catch (cause) {
      throw new Problem('TOKEN_INVALID', { cause })
    }
    const user = await callers.load(session)
    if (!user) throw new Problem('TOKEN_INVALID')
    return { userId: user._id.toString(), sessionId: session.sessionId, user }
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
    const hook = async (request: FastifyRequest, _reply: FastifyReply) => {
      request.caller = await authenticate(request)
      const { user } = request.caller
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
  { name: 'auth', dependencies: ['audit', 'clock', 'config', 'db'] },
)
