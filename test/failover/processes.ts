import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** A process that can be killed and started again at the same address. */
export interface Restartable {
  name: string
  start(): Promise<void>
  kill(): Promise<void>
  pid(): number | undefined
}

const children = new Set<ChildProcess>()

export const killAll = () => {
  for (const child of children) child.kill('SIGKILL')
}

/** Runs a program that is up once its output matches. */
export function program(name: string, file: string, args: string[], env: NodeJS.ProcessEnv, isUp: RegExp): Restartable {
  let child: ChildProcess | undefined
  return {
    name,
    pid: () => child?.pid,
    async start() {
      const started = spawn(file, args, {
        env: { PATH: process.env.PATH, ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      child = started
      children.add(started)
      const ended = once(started, 'exit').then(() => children.delete(started))
      let output = ''
      started.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
      while (!isUp.test(output)) {
        const isOver = await Promise.race([once(started.stdout, 'data').then(() => false), ended])
        if (isOver) throw new Error(`${name} ended: ${output}`)
      }
    },
    async kill() {
      if (!child || child.exitCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

/** Runs a file of this project. */
export const node = (name: string, file: string, args: string[], env: NodeJS.ProcessEnv, isUp: RegExp) =>
  program(name, process.execPath, [fileURLToPath(new URL(`../../${file}`, import.meta.url)), ...args], env, isUp)

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Passes each connection on to the next port that accepts it. */
export async function roundRobin(ports: number[]) {
  let next = 0
  const reach = async (): Promise<Socket | undefined> => {
    for (let tries = 0; tries < ports.length; tries += 1) {
      const socket = connect({ host: '127.0.0.1', port: ports[next++ % ports.length] as number, allowHalfOpen: true })
      const isUp = await new Promise<boolean>((resolve) =>
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
      )
      if (isUp) return socket
    }
    return undefined
  }
  const server = createServer({ allowHalfOpen: true }, async (client) => {
    client.on('error', () => {})
    const upstream = await reach()
    if (!upstream) return client.destroy()
    upstream.on('error', () => client.destroy())
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
    client.pipe(upstream).pipe(client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() }
}

/** Resolves once `isTrue` resolves with true. */
export async function until(isTrue: () => Promise<boolean>, what: string, seconds = 60) {
  const end = Date.now() + seconds * 1000
  while (!(await isTrue().catch(() => false))) {
    if (Date.now() > end) throw new Error(`${what} did not come about within ${seconds} s`)
    await delay(100)
  }
}
