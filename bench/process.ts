import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A file of this project, by its path from here, as a process; resolves with what it prints that matches. It ends with this process. */
export async function start(file: string, args: string[], env: NodeJS.ProcessEnv, isUp: RegExp) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.on('exit', () => child.kill('SIGKILL'))
  child.stdout.setEncoding('utf8')
  let output = ''
  let match: RegExpExecArray | null = null
  while (!match) {
    const [text] = await once(child.stdout, 'data')
    output += text
    match = isUp.exec(output)
  }
  child.stdout.resume()
  return {
    url: match[1] as string,
    pid: child.pid as number,
    /** Resident memory in bytes, now or at its highest. Source: Linux, proc(5). */
    memory: (field: 'VmRSS' | 'VmHWM') =>
      Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
    async stop() {
      child.kill()
      await once(child, 'exit')
    },
  }
}

/** What the server says once it listens. */
export const LISTENING = /API +(http:\/\/localhost:\d+)/
