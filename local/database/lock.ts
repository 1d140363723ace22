import { readdirSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** What the operating systems allow for the path of a socket, less some for the names made here. */
const MAX_SOCKET_PATH = 100

export function checkSocketPath(path: string): string {
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH)
    throw new Error(`the path of a socket may have ${MAX_SOCKET_PATH} bytes, this one has more: ${path}`)
  return path
}

/** Listens on a socket; false where its path is taken. */
export const bind = (server: Server, path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    )
    server.listen(path, () => resolve(true))
  })

/** What came of connecting: undefined where it worked, else the error's code. */
const connect = (path: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = createConnection(path, () => {
      socket.destroy()
      resolve(undefined)
    }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  })

/** Whether a living process listens there. One that has just bound its socket gets a moment to listen on it. */
export async function isAlive(path: string): Promise<boolean> {
  for (let attempt = 0; attempt < 4; attempt++) {
    const error = await connect(path)
    if (error !== 'ECONNREFUSED') return error !== 'ENOENT'
    await setTimeout(50)
  }
  return false
}

/**
 * Holds a folder for this process, until the returned function is called or the process ends, however it ends: the lock
 * is a listening socket, which dies with its process, so no process id has to be trusted. A dead one is superseded by
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
