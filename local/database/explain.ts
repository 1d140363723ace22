import { Double } from 'bson'
import { type Command, documentField } from './context.js'
import { notImplemented } from './errors.js'
import type { Plan } from './planner.js'
import { aggregateResults, findResults } from './read.js'
import { type Doc, int } from './values.js'

function shownPlan(chosen: Plan): Doc {
  if (chosen.branches) return { stage: 'OR', inputStages: chosen.branches.map(shownPlan) }
  const { index, reverse, bounded } = chosen
  const direction = reverse ? 'backward' : 'forward'
  const scan = index
    ? {
        stage: 'FETCH',
        inputStage: {
          stage: 'IXSCAN',
          keyPattern: index.spec.key,
          indexName: index.name,
          isMultiKey: index.multikey !== 0,
          direction,
        },
      }
    : { stage: bounded ? 'IDHACK' : 'COLLSCAN', direction }
  return chosen.sorted ? scan : { stage: 'SORT', inputStage: scan }
}

/**
 * Explains the plan of a find or an aggregation. Unless the verbosity is `queryPlanner`, it also runs the plan and
 * counts the keys and documents that were examined.
 */
export const explainCommand: Command = (request, server) => {
  const inner = documentField(request.command, 'explain')
  const name = Object.keys(inner)[0] as string
  const results = { find: findResults, aggregate: aggregateResults }[name]
  if (!results) throw notImplemented(`explain of ${name}`)
  const examined = { keys: 0, docs: 0 }
  const { docs, plan: chosen } = results({ ...request, name, command: inner }, server, examined)
  const winningPlan = chosen ? shownPlan(chosen) : { stage: 'EOF' }
  const reply: Doc = {
    explainVersion: '1',
    queryPlanner: { namespace: `${request.db}.${inner[name]}`, winningPlan, rejectedPlans: [] },
  }
  if (request.command.verbosity !== 'queryPlanner') {
    let n = 0
    while (!docs.next().done) n++
    reply.executionStats = {
      executionSuccess: true,
      nReturned: int(n),
      executionTimeMillis: int(0),
      totalKeysExamined: int(chosen?.index || chosen?.bounded ? examined.keys : 0),
      totalDocsExamined: int(examined.docs),
      executionStages: winningPlan,
    }
  }
  return { ...reply, ok: new Double(1) }
}
