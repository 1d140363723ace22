import { once } from 'node:events'
import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { execute, sweepSessions } from './commands.js'
import type { Server } from './context.js'
import { createCursors } from './cursors.js'
import { bind, checkSocketPath, isAlive, lock } from './lock.js'
import { createFramer, encodeError, type Frame, frameReply, parse } from './message.js'
import { openStorage } from './storage.js'
import { deleteExpired } from './ttl.js'

/** A socket that only its owner can open, or an address that admits every connection. Port 0 is any free port. */
export type Listen = { socket: string } | { host: string; port: number }
/** `sweepSeconds` is the interval at which expired documents are deleted; default 30. */
export type DatabaseOptions = { path: string; listen: Listen; sweepSeconds?: number }
export type Database = { uri: string; close: () => Promise<void> }

/** Answers the commands of one connection, one after the other. Closes the connection on anything else. */
function serve(socket: Socket, server: Server): void {
  const frames: Frame[] = []
  const cut = createFramer()
  let busy = false

  async function answerAll(): Promise<void> {
    busy = true
    for (let frame = frames.shift(); frame && !socket.destroyed; frame = frames.shift()) {
      const message = parse(frame)
      const reply = await execute(message.request, server).catch(encodeError)
      if (!message.silent && !socket.destroyed && !socket.write(frameReply(message, reply))) await once(socket, 'drain')
    }
    busy = false
    socket.resume()
  }

  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    try {
      frames.push(...cut(chunk))
    } catch {
      socket.destroy()
      return
    }
    // Reading pauses until the received commands are answered, so that a client can't fill the memory.
    if (frames.length > 0) socket.pause()
    if (!busy) answerAll().catch(() => socket.destroy())
  })
}

/**
 * Serves the data in the folder `path` over MongoDB's wire protocol. `uri` names the database `coffer`; `close` ends
 * the connections and waits for the writes that were started.
 * @throws Error if another process holds the folder, or the path of a socket is too long
 */
export async function startDatabase({ path, listen, sweepSeconds = 30 }: DatabaseOptions): Promise<Database> {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if ('socket' in listen) checkSocketPath(listen.socket)
  const release = await lock(path)
  const storage = openStorage(path)
  const server: Server = { storage, cursors: createCursors(), address: '', started: Date.now() }
  const sockets = new Set<Socket>()
  const net = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)))
    serve(socket, server)
  })

  let uri: string
  try {
    if ('socket' in listen) {
      if (await isAlive(listen.socket))
        throw new Error(`${listen.socket} is in use by another process: stop it, or set DATA_DIR to another folder.`)
      // Created in the owner's folder, and moved to its place with its mode already set.
      const hidden = checkSocketPath(join(path, 'socket'))
      rmSync(hidden, { force: true })
      await bind(net, hidden)
      chmodSync(hidden, 0o600)
      renameSync(hidden, listen.socket)
      server.address = listen.socket
      uri = `mongodb://${encodeURIComponent(listen.socket)}/coffer?directConnection=true`
    } else {
      await new Promise<void>((resolve, reject) => {
        net.once('error', reject).listen(listen.port, listen.host, resolve)
      })
      const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host
      server.address = `${host}:${(net.address() as AddressInfo).port}`
      uri = `mongodb://${server.address}/coffer?directConnection=true`
    }
  } catch (error) {
    await storage.close()
    await release()
    throw error
  }

  const sweep = setInterval(() => {
    server.cursors.sweep()
    deleteExpired(server).catch(() => {})
    storage.write(() => sweepSessions(server)).catch(() => {})
  }, sweepSeconds * 1000).unref()

  return {
    uri,
    async close() {
      clearInterval(sweep)
      const closed = new Promise<void>((resolve) => net.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
      if ('socket' in listen) rmSync(listen.socket, { force: true })
      await storage.close()
      await release()
    },
  }
}
