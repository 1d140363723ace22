import { randomBytes } from 'node:crypto'
import { Double, Long } from 'bson'
import { MongoError } from './errors.js'
import { encode, int, MAX_DOCUMENT } from './values.js'

/** Encoded documents, read on demand. `suspended` is set when the client has to come back for more. */
export type Results = { docs: Iterator<Buffer>; state: { suspended: boolean } }

type Cursor = Results & { namespace: string; pending: Buffer; used: number }

const IDLE = 10 * 60_000
const FIRST_BATCH = 101

/** Joins encoded documents into a BSON array. */
function encodeArray(docs: Buffer[]): Buffer {
  const parts: Buffer[] = []
  let size = 5
  docs.forEach((doc, i) => {
    const head = Buffer.from(`\x03${i}\0`, 'latin1')
    parts.push(head, doc)
    size += head.length + doc.length
  })
  const length = Buffer.alloc(4)
  length.writeInt32LE(size)
  return Buffer.concat([length, ...parts, Buffer.of(0)], size)
}

/** Builds `{ cursor: { <name>: docs, id, ns }, ok: 1 }` without decoding the documents. */
function encodeReply(name: string, docs: Buffer[], id: Long, namespace: string): Buffer {
  const inner = embed(encode({ id, ns: namespace }), 0x04, name, encodeArray(docs))
  return embed(encode({ ok: new Double(1) }), 0x03, 'cursor', inner)
}

/** Appends an encoded element to a document. */
export function embed(doc: Buffer, type: number, name: string, value: Buffer): Buffer {
  const result = Buffer.concat([doc.subarray(0, -1), Buffer.of(type), Buffer.from(`${name}\0`), value, Buffer.of(0)])
  result.writeInt32LE(result.length)
  return result
}

/** Creates the set of open cursors of a server. */
export function createCursors() {
  const open = new Map<string, Cursor>()

  function batch(results: Results, first: Buffer | undefined, size: number): { docs: Buffer[]; pending?: Buffer } {
    const docs: Buffer[] = []
    let bytes = 0
    for (let doc = first ?? next(results); doc; doc = next(results)) {
      if (docs.length === size || (docs.length > 0 && bytes + doc.length > MAX_DOCUMENT)) return { docs, pending: doc }
      docs.push(doc)
      bytes += doc.length
    }
    return { docs }
  }

  const next = ({ docs }: Results): Buffer | undefined => {
    const { value, done } = docs.next()
    return done ? undefined : value
  }

  return {
    /** Returns the first batch of a command's results, and keeps a cursor open for the rest. */
    start(results: Results, namespace: string, size = FIRST_BATCH, single = false): Buffer {
      const { docs, pending } = batch(results, undefined, size)
      if (!pending || single) return encodeReply('firstBatch', docs, Long.ZERO, namespace)
      const id = Long.fromBigInt(randomBytes(8).readBigInt64LE() | 1n)
      results.state.suspended = true
      open.set(id.toString(), { ...results, namespace, pending, used: Date.now() })
      return encodeReply('firstBatch', docs, id, namespace)
    },

    more(id: Long, namespace: string, size = Number.POSITIVE_INFINITY): Buffer {
      const cursor = open.get(id.toString())
      if (!cursor || cursor.namespace !== namespace) throw new MongoError(43, `cursor id ${id} not found`)
      const { docs, pending } = batch(cursor, cursor.pending, size)
      if (pending) Object.assign(cursor, { pending, used: Date.now() })
      else open.delete(id.toString())
      return encodeReply('nextBatch', docs, pending ? id : Long.ZERO, namespace)
    },

    kill: (id: Long): boolean => open.delete(id.toString()),

    /** Drops the cursors that were unused for ten minutes. */
    sweep(now = Date.now()): void {
      for (const [id, { used }] of open) if (now - used > IDLE) open.delete(id)
    },

    count: () => int(open.size),
  }
}

export type Cursors = ReturnType<typeof createCursors>
