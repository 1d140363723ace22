import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** A program under load, with its use of memory. */
export type Process = Awaited<ReturnType<typeof start>>

const HEAD_BYTES = 64 * 1024
/**
 * Milliseconds until a process is idle after its first answer: V8 returns the memory of the start some ten to twenty
 * seconds later.
 */
export const REST = 30_000

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

/**
 * Starts a file of this project, by its path from here, as a process that ends with this one; resolves with the match
 * of its output. The output goes to an unlinked file, since reading it during a load would cost time.
 * @throws Error if the process ends before it is up
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

/** Returns the resident memory in bytes, current or peak. Source: Linux, proc(5). */
const memoryOf = (pid: number, field: 'VmRSS' | 'VmHWM') =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024

/** Resets the peak of the resident memory, VmHWM. Source: Linux, proc(5). */
export const forgetPeak = (pid: number) => writeFileSync(`/proc/${pid}/clear_refs`, '5')

/** The line that Coffer prints once it listens. */
export const LISTENING = /Listening on (http:\/\/localhost:\d+)/
