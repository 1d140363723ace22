import { loadSettings, type Settings } from '../plugins/config/index.js'
import type { Outcome } from './checks.js'
import { explain } from './explain.js'

/** `npm run check`: looks at the configuration, every service and the keys, and prints one line for each. Exit code 1 on a failure. */
const settings = configured()
if (settings) {
  // loaded here, so that a wrong configuration is told at once
  const { fastify } = await import('fastify')
  const { runChecks } = await import('./checks.js')
  const app = fastify()
  try {
    await runChecks(app, settings, tell)
  } finally {
    await app.close()
  }
}

function tell({ name, state, text }: Outcome) {
  process.stdout.write(`${state.padEnd(7)} ${name.padEnd(13)}  ${text}\n`)
  if (state === 'failed') process.exitCode = 1
}

function configured(): Settings | undefined {
  const name = 'configuration'
  try {
    const settings = loadSettings()
    const { warnings } = settings
    tell({ name, state: 'ok', text: ['every value is accepted', ...warnings].join('; ') })
    return settings
  } catch (error) {
    tell({ name, state: 'failed', text: explain(error as Error) })
    tell({ name: 'services', state: 'skipped', text: 'the configuration must be right first' })
    return undefined
  }
}
