import { parseArgs } from 'node:util'
import type { IndexState } from '../plugins/db/indexes.js'
import { explain } from './explain.js'

const USAGE = 'npm run migrate -- [--dry-run]'

/**
 * `npm run migrate -- [--dry-run]`: creates the indexes that the models declare and the database lacks, with or without running
 * servers. It changes and drops nothing else. The exit code is 1 if an index differs from its declaration.
 */
try {
  const dryRun = isDryRun()
  // loaded here, so that wrong arguments are told at once
  const { loadDatabaseSettings } = await import('../plugins/config/index.js')
  const { connect } = await import('../plugins/db/index.js')
  const { inspectIndexes, makeIndexes } = await import('../plugins/db/indexes.js')
  const { locate } = await import('./locate.js')
  const { fastify } = await import('fastify')
  const settings = loadDatabaseSettings()
  const app = fastify()
  try {
    const { MONGODB_URI = await locate(settings, app) } = settings
    const { connection } = connect(MONGODB_URI)
    app.addHook('onClose', () => connection.close())
    await connection.asPromise()
    tell(await (dryRun ? inspectIndexes : makeIndexes)(connection), dryRun)
  } finally {
    await app.close()
  }
} catch (error) {
  process.stderr.write(`${explain(error as Error)}\n`)
  process.exitCode = 1
}

function tell(states: IndexState[], dryRun: boolean) {
  const sentences = {
    made: () => 'made',
    missing: () => 'would be made',
    present: () => 'is there',
    different: ({ key, options, found }: IndexState) =>
      `differs: it is ${JSON.stringify(found)} and should be ${JSON.stringify({ key, options })}`,
    undeclared: () => 'is declared by no model, and left alone',
  }
  for (const index of states) {
    process.stdout.write(`${index.collection}.${index.name} ${sentences[index.state](index)}\n`)
  }
  const count = (state: IndexState['state']) => states.filter((index) => index.state === state).length
  const outcome = dryRun ? 'Nothing was changed' : 'Done'
  const counts = (['made', 'missing', 'present', 'different', 'undeclared'] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${count(state)} ${state}`)
  process.stdout.write(`${outcome}: ${counts.join(', ')}.\n`)
  if (count('different') === 0) return
  process.stderr.write('What differs is exchanged by hand: see "Indexes" in docs/deployment.md.\n')
  process.exitCode = 1
}

function isDryRun(): boolean {
  try {
    return parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } }).values['dry-run']
  } catch (error) {
    throw new Error(`${(error as Error).message.split('.', 1)[0]}. Usage: ${USAGE}`)
  }
}
