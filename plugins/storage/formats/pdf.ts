import { malformed } from '../reader.js'
import type { Format } from './format.js'

/** Where readers look for the end (ISO 32000-1, annex H.3.18). */
const TAIL = 1024

/** PDF: begins with its header and ends with its trailer, so that no archive can be behind it. Passed on as it is. */
export const pdf: Format = function* (reader) {
  let tail = Buffer.alloc(0)
  while (yield* reader.has(1)) {
    tail = Buffer.concat([tail, reader.peek(reader.left).subarray(-TAIL)]).subarray(-TAIL)
    reader.keep(reader.left)
  }
  if (!/startxref\s+\d+\s+%%EOF[\s\0]*$/.test(tail.toString('latin1'))) throw malformed('The PDF does not end as one.')
  return null
}
