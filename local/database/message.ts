import { Double } from 'bson'
import type { Request } from './context.js'
import { asMongoError, MongoError } from './errors.js'
import { type Doc, decode, encode, int } from './values.js'

export const MAX_MESSAGE = 48_000_000
const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013
const HEADER = 16

const CHECKSUM = 1
const MORE_TO_COME = 2
/** The bits that a server must understand; it refuses a message with any other of them. */
const REQUIRED_BITS = 0xffff

/** A frame as it was received. */
export type Frame = { id: number; opcode: number; body: Buffer }
/** A command from a frame. With `silent`, the client expects no reply. */
export type Message = { request: Request; silent: boolean; legacy: boolean; id: number }

/**
 * Creates a function that cuts a stream into frames: it takes a chunk and returns the frames that the chunk completes.
 * The function throws if a length is impossible.
 */
export function createFramer(): (chunk: Buffer) => Frame[] {
  let chunks: Buffer[] = []
  let size = 0
  let wanted = HEADER
  return (chunk) => {
    chunks.push(chunk)
    size += chunk.length
    const frames: Frame[] = []
    while (size >= wanted) {
      const all = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size)
      chunks = [all]
      const length = all.readInt32LE(0)
      if (length < HEADER || length > MAX_MESSAGE) throw new MongoError(22, `a message of ${length} bytes`)
      wanted = length
      if (size < length) break
      frames.push({ id: all.readInt32LE(4), opcode: all.readInt32LE(12), body: all.subarray(HEADER, length) })
      chunks = [all.subarray(length)]
      size -= length
      wanted = HEADER
    }
    return frames
  }
}

/** Returns the bytes of the document at an offset. */
function documentAt(body: Buffer, offset: number, end: number): Buffer {
  const length = offset + 4 <= end ? body.readInt32LE(offset) : 0
  if (length < 5 || offset + length > end) throw new MongoError(22, 'a document runs past its message')
  return body.subarray(offset, offset + length)
}

function textAt(body: Buffer, offset: number): string {
  const end = body.indexOf(0, offset)
  if (end < 0) throw new MongoError(22, 'a text without an end')
  return body.toString('utf8', offset, end)
}

function parseMessage(body: Buffer): Pick<Message, 'request' | 'silent'> {
  const flags = body.readUInt32LE(0)
  if (flags & REQUIRED_BITS & ~(CHECKSUM | MORE_TO_COME)) throw new MongoError(22, `unknown flag bits ${flags}`)
  const end = flags & CHECKSUM ? body.length - 4 : body.length
  const sequences = new Map<string, Buffer[]>()
  let command: Doc | undefined
  for (let at = 4; at < end; ) {
    const kind = body[at++]
    if (kind === 0 && !command) {
      const document = documentAt(body, at, end)
      command = decode(document)
      at += document.length
    } else if (kind === 1) {
      const stop = at + body.readInt32LE(at)
      if (stop > end || stop <= at) throw new MongoError(22, 'a document sequence runs past its message')
      const name = textAt(body, at + 4)
      const documents: Buffer[] = []
      for (let i = at + 5 + Buffer.byteLength(name); i < stop; i += documents.at(-1)?.length as number)
        documents.push(documentAt(body, i, stop))
      sequences.set(name, documents)
      at = stop
    } else throw new MongoError(22, `a section of kind ${kind}`)
  }
  if (!command) throw new MongoError(22, 'a message without a body')
  const db = command.$db
  if (typeof db !== 'string' || !/^[^\0/\\. "$]{1,63}$/.test(db))
    throw new MongoError(73, `Invalid database name: '${db}'`)
  return {
    request: { db, name: Object.keys(command)[0] as string, command, sequences },
    silent: (flags & MORE_TO_COME) !== 0,
  }
}

/** Parses the legacy `hello`, with which drivers open a connection. */
function parseQuery(body: Buffer): Pick<Message, 'request' | 'silent'> {
  const namespace = textAt(body, 4)
  const query = decode(documentAt(body, 4 + Buffer.byteLength(namespace) + 9, body.length))
  const name = Object.keys(query)[0] ?? ''
  if (!namespace.endsWith('.$cmd') || !/^(hello|ismaster)$/i.test(name))
    throw new MongoError(352, 'Unsupported OP_QUERY command: the client may be too old')
  return { request: { db: 'admin', name, command: query, sequences: new Map() }, silent: false }
}

/**
 * Parses a frame.
 * @throws MongoError if the frame is no command
 */
export function parse({ id, opcode, body }: Frame): Message {
  if (opcode === OP_MSG) return { ...parseMessage(body), legacy: false, id }
  if (opcode === OP_QUERY) return { ...parseQuery(body), legacy: true, id }
  throw new MongoError(22, `an opcode of ${opcode}`)
}

let lastId = 0

/** Frames a reply: OP_MSG, or OP_REPLY to the legacy `hello`. */
export function frameReply({ id, legacy }: Pick<Message, 'id' | 'legacy'>, reply: Buffer): Buffer {
  const head = Buffer.alloc(legacy ? HEADER + 20 : HEADER + 5)
  head.writeInt32LE(head.length + reply.length, 0)
  head.writeInt32LE(++lastId | 0, 4)
  head.writeInt32LE(id, 8)
  head.writeInt32LE(legacy ? OP_REPLY : OP_MSG, 12)
  if (legacy) head.writeInt32LE(1, HEADER + 16)
  return Buffer.concat([head, reply])
}

/** Encodes an error as the reply to a command. */
export function encodeError(error: unknown): Buffer {
  const known = asMongoError(error)
  return encode({
    ok: new Double(0),
    errmsg: known.message,
    code: int(known.code),
    codeName: known.codeName,
    ...known.fields,
  })
}
