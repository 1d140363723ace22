import { once } from 'node:events'
import { connect as dial, type Socket } from 'node:net'
import { deserialize, serialize } from 'bson'
import type { Document } from 'mongodb'

export const header = (length: number, opcode: number) => {
  const head = Buffer.alloc(16)
  head.writeInt32LE(length, 0)
  head.writeInt32LE(7, 4)
  head.writeInt32LE(opcode, 12)
  return head
}
export const frame = (opcode: number, ...parts: Uint8Array[]) => {
  const body = Buffer.concat(parts)
  return Buffer.concat([header(body.length + 16, opcode), body])
}
export const flags = (bits: number) => {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(bits)
  return buffer
}
export const message = (command: Document, bits = 0, ...more: Uint8Array[]) =>
  frame(2013, flags(bits), Buffer.of(0), serialize(command), ...more)
export const rawSequence = (name: string, ...docs: Uint8Array[]) => {
  const body = Buffer.concat([Buffer.from(`${name}\0`), ...docs])
  const size = Buffer.alloc(4)
  size.writeInt32LE(body.length + 4)
  return Buffer.concat([Buffer.of(1), size, body])
}
export const sequence = (name: string, ...docs: Document[]) => rawSequence(name, ...docs.map((doc) => serialize(doc)))
export const ping = { ping: 1, $db: 'test' }

/** Opens a connection to a server on a socket. */
export async function socketOf(uri: string): Promise<Socket> {
  const socket = dial(decodeURIComponent(uri.split('/')[2] as string))
  await once(socket, 'connect')
  return socket
}

/**
 * Sends bytes over a new connection; resolves with everything received until it closes or a whole reply has arrived.
 */
export async function exchange(uri: string, bytes: Uint8Array): Promise<{ reply?: Document; closed: boolean }> {
  const socket = await socketOf(uri)
  socket.on('error', () => {})
  socket.write(bytes)
  let received = Buffer.alloc(0)
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk])
    if (received.length < 16 || received.length < received.readInt32LE()) continue
    socket.destroy()
    return {
      reply: deserialize(received.subarray(received.readInt32LE(12) === 1 ? 36 : 21, received.readInt32LE())),
      closed: false,
    }
  }
  return { closed: true }
}
