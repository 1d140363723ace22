import { join } from 'node:path'
import autoload, { type AutoloadPluginOptions } from '@fastify/autoload'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify'
import fp from 'fastify-plugin'
import { Problem } from '../openapi/errors.js'

/** The plugins that the routes call, and those whose hooks every request passes. */
const DEPENDENCIES = [
  'clock config keys metrics db jobs mailer audit',
  'client-address requests request-metrics limits rate-limit error-handler security-headers overload strict-requests',
  'etag metadata openapi docs web compilers',
  'storage assets',
  'api-keys passwords budgets devices factors passkeys challenges auth sessions step-up enrolment account-deletion invitations',
  'webhooks',
  'shutdown',
].flatMap((names) => names.split(' '))

const METHODS: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY']

/** Without this name of a plugin, Fastify looks for one among all modules that are loaded. */
const DISPLAY_NAME = Symbol.for('fastify.display-name')

/**
 * Loads the route folders in their own scope: the folder is the URL, of which `_name` is the parameter `:name`. Every route is behind the guard
 * that its `security` declares. Any other method of a known path gets 405 with Allow (RFC 9110, 15.5.6), so that a literal path never falls
 * through to a parameter.
 */
export default fp(
  async (app) => {
    const methodsOf = new Map<string, Set<HTTPMethods>>()
    app.addHook('onRoute', app.auth.guard)
    app.addHook('onRoute', ({ url, method }) => {
      const methods = methodsOf.get(url) ?? new Set()
      for (const name of [method].flat() as HTTPMethods[]) methods.add(name)
      methodsOf.set(url, methods)
    })
    const register = (route: object, options: { prefix?: string }) =>
      app.register(Object.assign(route, { [DISPLAY_NAME]: options.prefix ?? '/' }) as FastifyPluginAsync, options)
    const load = autoload as unknown as (app: object, options: AutoloadPluginOptions) => Promise<void>
    await load({ log: app.log, register }, { dir: join(import.meta.dirname, '..', 'routes'), routeParams: true })
    await app.after()

    for (const [url, methods] of [...methodsOf]) {
      const allow = [...methods].sort().join(', ')
      const refuse = async (_request: FastifyRequest, reply: FastifyReply) => {
        reply.header('allow', allow)
        throw new Problem('METHOD_NOT_ALLOWED')
      }
      const method = METHODS.filter((name) => !methods.has(name))
      // before the body, whose type and size don't matter here
      app.route({ url, method, schema: { hide: true, security: [] }, onRequest: refuse, handler: refuse })
    }
  },
  { name: 'routes', encapsulate: true, dependencies: DEPENDENCIES },
)
