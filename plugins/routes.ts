import { readdir } from 'node:fs/promises'
import { join, parse } from 'node:path'
import type { FastifyPluginAsync, HTTPMethods } from 'fastify'
import { Problem } from '../openapi/errors.js'

const METHODS: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']

const compare = (one: string, other: string) => Number(one > other) - Number(one < other)

/**
 * Every file of a folder and its folders, as one plugin each under the path of its folder, of which `_name` is the parameter `:name`. A
 * file without a default export only serves its neighbours. The order is the contract's: a folder's own files before its folders.
 */
async function load(folder: string) {
  const files = (await readdir(folder, { recursive: true })).filter((file) => /\.[jt]s$/.test(file)).map(parse)
  files.sort((one, other) => compare(one.dir, other.dir) || compare(one.base, other.base))
  return Promise.all(
    files.map(async ({ dir, name }) => {
      // the template is what lets the bundle contain them
      const { default: plugin }: { default?: FastifyPluginAsync } = await import(`../routes/${join(dir, name)}.js`)
      return { plugin, prefix: `/${dir.replaceAll(/(?<=^|\/)_/g, ':')}` }
    }),
  )
}

/**
 * Loads the route folders in a scope of their own: every route behind the guard that its `security` declares, every other method
 * of a known path answered 405 with Allow (RFC 9110, 15.5.6), so that a literal path never falls through to a parameter.
 */
const routes: FastifyPluginAsync<{ folder: string }> = async (app, { folder }) => {
  const methodsOf = new Map<string, Set<HTTPMethods>>()
  app.addHook('onRoute', app.auth.guard)
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsOf.get(url) ?? new Set()
    for (const name of [method].flat() as HTTPMethods[]) methods.add(name)
    methodsOf.set(url, methods)
  })
  for (const { plugin, prefix } of await load(folder)) if (plugin) app.register(plugin, { prefix })
  await app.after()

  for (const [url, methods] of [...methodsOf]) {
    const allow = [...methods].sort().join(', ')
    app.route({
      url,
      method: METHODS.filter((name) => !methods.has(name)),
      schema: { hide: true, security: [] },
      handler: (_request, reply) => {
        reply.header('allow', allow)
        throw new Problem('METHOD_NOT_ALLOWED')
      },
    })
  }
}

export default routes
