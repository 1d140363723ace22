import { Type } from '@sinclair/typebox'
import fastify, { type FastifyInstance, type FastifyPluginAsync } from 'fastify'
import t, { type Test } from 'tap'
import { registerPlugins } from '../app.js'
import { limitsOf } from '../plugins/http/limits.js'
import { build } from './support/app.js'

t.setTimeout(300_000)

interface Registration {
  plugin: FastifyPluginAsync
  options: object
  name: string
  dependencies: string[]
}

/** The plugins of an app in their order, as it registers them. */
async function registrations(t: Test): Promise<Registration[]> {
  const { config } = await build(t)
  const found: Registration[] = []
  const recorder = {
    async register(plugin: FastifyPluginAsync, options = {}) {
      const { name, dependencies = [] } = Reflect.get(plugin, Symbol.for('plugin-meta')) ?? {}
      found.push({ plugin, options, name, dependencies })
    },
  }
  await registerPlugins(recorder as unknown as FastifyInstance, config, { limits: limitsOf(config) })
  return found
}

/** Starts an app with these plugins in this order, and closes it. */
async function start(plugins: Registration[]): Promise<void> {
  const app = fastify()
  try {
    for (const { plugin, options } of plugins) await app.register(plugin, options)
    await app.ready()
  } finally {
    await app.close()
  }
}

t.test('a plugin that is registered too late stops the start', async (t) => {
  const plugins = await registrations(t)
  const late = plugins.flatMap((plugin) => {
    const dependent = plugins.find(({ dependencies }) => dependencies.includes(plugin.name))
    return dependent ? [{ plugin, dependent }] : []
  })
  t.strictSame(
    plugins.filter((plugin) => !late.some((entry) => entry.plugin === plugin)).map(({ name }) => name),
    ['routes'],
    'something depends on every plugin',
  )
  for (const { plugin, dependent } of late) {
    const order = plugins.filter((other) => other !== plugin)
    order.splice(order.indexOf(dependent) + 1, 0, plugin)
    await t.rejects(
      start(order),
      { message: `The dependency '${plugin.name}' of plugin '${dependent.name}' is not registered` },
      plugin.name,
    )
  }
})

t.test('a plugin starts with no other plugins than its dependencies and theirs', async (t) => {
  const plugins = await registrations(t)
  const needed = new Map<string, string[]>()
  for (const { name, dependencies } of plugins) {
    const names = [...dependencies.flatMap((dependency) => needed.get(dependency) ?? []), name]
    needed.set(name, names)
    await t.resolves(start(plugins.filter((plugin) => names.includes(plugin.name))), name)
  }
})

t.test('a schema with an unknown type or reference stops the start', async (t) => {
  const plugins = await registrations(t)
  const compilers = plugins.findIndex(({ name }) => name === 'compilers')
  const broken = { type: Type.Unsafe({ type: 'strin' }), reference: Type.Unsafe({ $ref: 'Nothing#' }) }
  for (const [name, schema] of Object.entries(broken)) {
    const object = Type.Object({ name: schema })
    for (const part of [{ body: object }, { querystring: object }, { response: { 200: object } }]) {
      const route: FastifyPluginAsync = async (app) => {
        app.post('/broken', { schema: { security: [], hide: true, ...part } }, () => ({}))
      }
      await t.rejects(
        start([...plugins.slice(0, compilers + 1), { plugin: route, options: {}, name: 'broken', dependencies: [] }]),
        { code: /^FST_ERR_SCH_(VALIDATION|SERIALIZATION)_BUILD$/ },
        `${Object.keys(part)}, ${name}`,
      )
    }
  }
})
