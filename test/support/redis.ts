import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Test } from 'tap'

const MINUTE = 60_000

/** Splits commands off the front of `bytes` (RESP arrays of bulk strings), and returns them with the rest. */
function parse(bytes: Buffer): { commands: string[][]; rest: Buffer } {
  const commands: string[][] = []
  for (;;) {
    const lines = bytes.toString('latin1').split('\r\n')
    const count = Number(lines[0]?.slice(1))
    // each argument is a line of its length and its bytes, none of which has a line break that isn't counted
    let at = (lines[0]?.length ?? 0) + 2
    const command: string[] = []
    while (command.length < count) {
      const end = bytes.indexOf('\r\n', at)
      const size = Number(bytes.toString('latin1', at + 1, end))
      if (end < 0 || bytes.length < end + 4 + size) return { commands, rest: bytes }
      command.push(bytes.toString('utf8', end + 2, end + 2 + size))
      at = end + 4 + size
    }
    if (command.length === 0) return { commands, rest: bytes }
    commands.push(command)
    bytes = bytes.subarray(at)
  }
}

/** Starts a server that speaks as much of Redis as the rate limits need: it counts keys and refuses a wrong password. */
export async function startRedis(t: Test, { password = '', port = 0, scripts = true } = {}) {
  const counts = new Map<string, number>()
  const sockets = new Set<Socket>()
  let isSilent = false
  let pong = '+PONG'

  const answers: Record<string, (...args: string[]) => string> = {
    AUTH: (given) => (given === password ? '+OK' : '-WRONGPASS invalid username-password pair or user is disabled.'),
    INFO: () => '$9\r\nloading:0',
    PING: () => pong,
    EVALSHA: () => '-NOSCRIPT No matching script. Please use EVAL.',
    EVAL(_script, keys, key = '') {
      if (!scripts) return "-NOPERM User default has no permissions to run the 'eval' command"
      if (keys === '0') return ':1'
      counts.set(key, (counts.get(key) ?? 0) + 1)
      return `*2\r\n:${counts.get(key)}\r\n:${MINUTE}`
    },
  }

  const server = createServer((socket) => {
    let rest: Buffer = Buffer.alloc(0)
    let isKnown = password === ''
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (chunk) => {
      const parsed = parse(Buffer.concat([rest, chunk]))
      rest = parsed.rest
      for (const [name = '', ...args] of isSilent ? [] : parsed.commands) {
        const command = name.toUpperCase()
        const answer = answers[command]?.(...args) ?? '-ERR unknown command'
        if (command === 'AUTH') isKnown = answer === '+OK'
        socket.write(`${isKnown || command === 'AUTH' ? answer : '-NOAUTH Authentication required.'}\r\n`)
      }
    })
  })
  const listen = async (at: number) => {
    server.listen(at, '127.0.0.1')
    await once(server, 'listening')
  }
  const stop = async () => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  await listen(port)
  t.teardown(stop)
  const used = (server.address() as AddressInfo).port
  return {
    url: `redis://${password && `:${password}@`}127.0.0.1:${used}`,
    port: used,
    stop,
    restart: () => listen(used),
    /** From now on, PING gets this answer. */
    answerPing(answer: string) {
      pong = answer
    },
    /** From now on, commands get no answer. */
    silence() {
      isSilent = true
    },
  }
}
