import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** A program under load, and what it takes of the machine. */
export type Process = Awaited<ReturnType<typeof start>>

const HEAD_BYTES = 64 * 1024
/** Milliseconds after which a process that has answered is idle: V8 gives back what a start took some ten to twenty seconds later. */
export const REST = 30_000

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

/**
 * A file of this project, by its path from here, as a process; resolves with what it prints that matches. It ends with this process.
 * What it prints goes to a file that has no name: to read it along would cost the load.
 * @throws Error where it ends before
 */
export async function start(file: string, args: string[], env: NodeJS.ProcessEnv, isUp: RegExp) {
  const path = join(tmpdir(), `coffer-bench-${randomBytes(8).toString('hex')}.log`)
  const log = openSync(path, 'wx+', 0o600)
  rmSync(path)
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', log, 'inherit'],
  })
  running.add(child)
  const head = Buffer.alloc(HEAD_BYTES)
  let match: RegExpExecArray | null = null
  while (!match) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${file} ended before it was up`)
    await delay(2)
    match = isUp.exec(head.toString('utf8', 0, readSync(log, head, 0, HEAD_BYTES, 0)))
  }
  const { pid } = child as { pid: number }
  return {
    url: match[1] as string,
    pid,
    memory: (field: 'VmRSS' | 'VmHWM') => memoryOf(pid, field),
    async stop() {
      child.kill()
      await once(child, 'exit')
      running.delete(child)
    },
  }
}

/** Resident memory in bytes, now or at its highest. Source: Linux, proc(5). */
const memoryOf = (pid: number, field: 'VmRSS' | 'VmHWM') =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

/** From here on VmHWM tells a new peak. Source: Linux, proc(5). */
export const forgetPeak = (pid: number) => writeFileSync(`/proc/${pid}/clear_refs`, '5')

/** What Coffer says once it listens. */
export const LISTENING = /Listening on (http:\/\/localhost:\d+)/
