import { BSONRegExp } from 'bson'
import { type Condition, conditionsOf } from './bounds.js'
import { equal } from './compare.js'
import { encodeKey } from './key-encoding.js'
import { type Doc, ORDER, typeOrder } from './values.js'

/** Tests if every match of the conditions is in a sparse or partial index. */
export function implies(conditions: Condition[], spec: Doc): boolean {
  if (spec.sparse === true) {
    const exists = (path: string) =>
      conditions.some(
        (condition) =>
          condition.path === path &&
          ((condition.operator === '$exists' && condition.operand === true) ||
            (condition.bounds !== undefined && !matchesNull(condition))),
      )
    if (!Object.keys(spec.key as Doc).some(exists)) return false
  }
  const partial = spec.partialFilterExpression as Doc | undefined
  if (!partial) return true
  const demanded = conditionsOf(partial)
  if (!demanded.complete || demanded.ors.length > 0) return false
  return demanded.conditions.every((wanted) =>
    conditions.some((given) => given.path === wanted.path && entails(given, wanted)),
  )
}

const matchesNull = ({ operand }: Condition) =>
  (Array.isArray(operand) ? operand : [operand]).some((value) => typeOrder(value) === ORDER.null)

function entails(given: Condition, wanted: Condition): boolean {
  if (given.operator === wanted.operator && equal(given.operand, wanted.operand)) return true
  const values =
    given.operator === '$eq' ? [given.operand] : given.operator === '$in' ? (given.operand as unknown[]) : undefined
  if (wanted.operator === '$exists' && wanted.operand === true)
    return values ? !matchesNull(given) : ['$gt', '$lt'].includes(given.operator)
  if (!values || values.length === 0 || values.some((value) => value instanceof BSONRegExp)) return false
  if (wanted.operator === '$in')
    return values.every((value) => (wanted.operand as unknown[]).some((other) => equal(value, other)))
  if (wanted.operator === '$eq') return values.every((value) => equal(value, wanted.operand))
  const ranges = wanted.bounds?.ranges ?? []
  return values.every((value) => {
    const key = encodeKey([value])
    return ranges.some(({ start, end }) => Buffer.compare(key, start) >= 0 && Buffer.compare(key, end) < 0)
  })
}
