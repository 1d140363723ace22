const TOKEN =
  /\\[\s\S]|\[(?:\\[\s\S]|[^\\\]])*\]|\(\?:|\(\?|[()|^$]|[*+?]\??|\{\d+(?:,\d*)?\}\??|[^\\[\]()|^$*+?{}]|[{}[\]\\]/gy
const REPETITION = /^(?:[*+?]|\{(\d+)(,(\d*))?\})/

/** The longest text that a pattern is matched with. */
export const MAX_MATCHED = 256
/** Repetitions of a variable number, at most. */
const MAX_REPETITIONS = 3
/** Ways through the alternatives of all groups, at most. */
const MAX_WAYS = 16

/**
 * Tells why a regular expression could take too long: JavaScript tries all ways to match. Of the texts that are admitted, of at most
 * {@link MAX_MATCHED} characters, none takes more than the product of these bounds.
 * @returns undefined if it can't
 */
export function excessOf(pattern: string): string | undefined {
  if (!pattern.startsWith('^')) return 'a pattern must begin with ^'
  /** The number of alternatives of each open group. */
  const open: number[] = []
  let ways = 1
  let repetitions = 0
  let isAfterGroup = false
  for (const [token] of pattern.matchAll(TOKEN)) {
    const repetition = REPETITION.exec(token)
    if (repetition) {
      const [, least, isVariable, most] = repetition
      if (isAfterGroup) return 'a pattern must not repeat a group'
      if (Number(most || least || 0) > MAX_MATCHED) return `a pattern must not repeat more than ${MAX_MATCHED} times`
      if (least === undefined || isVariable) repetitions++
    } else if (token === '(?' || /^\\[1-9k]/.test(token)) return 'a pattern must not look around or refer back'
    else if (token.startsWith('(')) open.push(1)
    else if (token === '|') {
      const alternatives = open.pop()
      if (alternatives === undefined) return 'the alternatives of a pattern must be in a group'
      open.push(alternatives + 1)
    } else if (token === ')') ways *= open.pop() as number
    isAfterGroup = token === ')'
  }
  if (repetitions > MAX_REPETITIONS) return `a pattern must have at most ${MAX_REPETITIONS} variable repetitions`
  if (ways > MAX_WAYS) return `the groups of a pattern must have at most ${MAX_WAYS} alternatives`
  return undefined
}
