import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { deserialize } from 'bson'
import type { Test } from 'tap'
import { throughProxy } from './proxy.js'

const OP_MSG = 2013
const BEGIN = 16 + 4 + 1

/** Work behind a gate; `done` never rejects. */
interface Work {
  isDone: boolean
  done: Promise<unknown>
}

/** Watches work while a gate holds it. */
export function watched<T>(done: Promise<T>) {
  const work = { isDone: false, done }
  const end = () => {
    work.isDone = true
  }
  done.then(end, end)
  return work
}

const HELD = ['apikeys', 'assets', 'idempotencykeys', 'users']

/**
 * Starts a proxy in front of the database. While it holds, commands on files, accounts and API keys pass one at a time; the
 * driver's own commands always pass.
 */
export async function startGate(t: Test, databaseUri: string) {
  const { upstream, through } = throughProxy(databaseUri)
  const sockets = new Set<Socket>()
  let isHolding = false
  let isCut = false
  let held: { name: string; pass(): void }[] = []
  let changed = () => {}

  const server = createServer((client) => {
    if (isCut) return void client.destroy()
    const service = connect(upstream)
    for (const socket of [client, service]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    client.on('close', () => service.destroy())
    service.on('close', () => client.destroy()).pipe(client)
    let rest = Buffer.alloc(0)
    client.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 16 && rest.length >= rest.readInt32LE(0)) {
        const message = rest.subarray(0, rest.readInt32LE(0))
        rest = rest.subarray(message.length)
        const name = isHolding ? nameOf(message) : null
        if (name === null) service.write(message)
        else {
          held.push({ name, pass: () => service.write(message) })
          changed()
        }
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })

  return {
    uri: through((server.address() as AddressInfo).port, ''),
    hold() {
      isHolding = true
    },
    /** Lets everything pass, including the commands that wait. */
    open() {
      isHolding = false
      isCut = false
      for (const { pass } of held) pass()
      held = []
    },
    /** The name and collection of the command that waits. */
    waiting: () => held[0]?.name,
    /** Breaks every connection and accepts none until it's opened. */
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    /** Drops the commands that wait. */
    drop() {
      isHolding = false
      held = []
    },
    arrived,
    /** Lets `work` run one command; false if it has ended. */
    async step(work: Work): Promise<boolean> {
      await arrived(work)
      const next = held.shift()
      next?.pass()
      return next !== undefined
    },
  }

  /** Resolves when a command of `work` waits or `work` has ended. */
  async function arrived(work: Work) {
    while (held.length === 0 && !work.isDone) {
      const change = new Promise<void>((resolve) => {
        changed = resolve
      })
      await Promise.race([work.done, change])
    }
  }
}

/** Returns the name and collection of a command that a gate holds, otherwise null. */
function nameOf(message: Buffer): string | null {
  if (message.readInt32LE(12) !== OP_MSG) return null
  const [[command, collection] = []] = Object.entries(
    deserialize(message.subarray(BEGIN, BEGIN + message.readInt32LE(BEGIN))),
  )
  return HELD.includes(collection) ? `${command} ${collection}` : null
}
