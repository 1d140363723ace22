import { readdirSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** The limit of the operating systems for the path of a socket, less some bytes for names such as `lock1`. */
const MAX_SOCKET_PATH = 100

export function checkSocketPath(path: string): string {
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH)
    throw new Error(`the path of a socket may have ${MAX_SOCKET_PATH} bytes, this one has more: ${path}`)
  return path
}

/** Listens on a socket; resolves with false if its path is taken. */
export const bind = (server: Server, path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    )
    server.listen(path, () => resolve(true))
  })

/** Connects to a socket; resolves with undefined, or with the code of the error. */
const connect = (path: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = createConnection(path, () => {
      socket.destroy()
      resolve(undefined)
    }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  })

/** Tests if a living process listens on a socket. A process that has just bound its socket gets a moment to listen. */
export async function isAlive(path: string): Promise<boolean> {
  for (let attempt = 0; attempt < 4; attempt++) {
    const error = await connect(path)
    if (error !== 'ECONNREFUSED') return error !== 'ENOENT'
    await setTimeout(50)
  }
  return false
}

/**
 * Locks a folder for this process, until the returned function is called or the process ends. The lock is a listening
 * socket, which dies with its process, so no process id has to be trusted. A new process replaces a dead lock by
 * binding the next number, which only one of several can do.
 */
export async function lock(folder: string): Promise<() => Promise<void>> {
  const numbers = () => readdirSync(folder).flatMap((name) => (/^lock\d+$/.test(name) ? [Number(name.slice(4))] : []))
  const path = (number: number) => checkSocketPath(join(folder, `lock${number}`))
  const busy = () => new Error(`${folder} is in use by another process: stop it, or set DATA_DIR to another folder.`)

  const last = Math.max(0, ...numbers())
  if (last > 0 && (await isAlive(path(last)))) throw busy()
  const server = createServer((socket) => socket.destroy())
  if (!(await bind(server, path(last + 1)))) throw busy()
  server.unref()
  const release = () => new Promise<void>((resolve) => server.close(() => resolve()))
  for (const number of numbers()) {
    if (number > last + 1 && (await isAlive(path(number)))) {
      await release()
      throw busy()
    }
    if (number <= last) rmSync(path(number), { force: true })
  }
  return release
}
