import { malformed } from '../reader.js'
import type { Format } from './format.js'

/** Where readers look for the end (ISO 32000-1, annex H.3.18). */
const TAIL = 1024

/** PDF: begins with its header and ends with its trailer, so that no archive can be behind it. Passed on as it is. */
export const pdf: Format = async function* (reader) {
  let tail = Buffer.alloc(0)
  for (let bytes = await reader.next(); bytes !== null; bytes = await reader.next()) {
    tail = Buffer.concat([tail, bytes.subarray(-TAIL)]).subarray(-TAIL)
    yield bytes
  }
  if (!/startxref\s+\d+\s+%%EOF[\s\0]*$/.test(tail.toString('latin1'))) throw malformed('The PDF does not end as one.')
}
