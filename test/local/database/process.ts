import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { coverage } from '../../support/process.js'

export const command = fileURLToPath(new URL('../../../commands/database.js', import.meta.url))

/** Runs `npm run database` as a process; returns its output and its end. */
export function serve(t: Test, env: Record<string, string | undefined>, args: string[] = [], cwd?: string) {
  return run(t, process.execPath, [command, ...args], env, cwd)
}

/** Runs a program that starts the database in the end. */
export function run(t: Test, file: string, args: string[], env: Record<string, string | undefined>, cwd?: string) {
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...coverage, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>
  const text = async () => {
    const lines: string[] = []
    for await (const line of createInterface(child.stderr)) lines.push(line)
    return lines.join('\n')
  }
  return { child, ended, stderr: text() }
}

/** Resolves with the URI that the server prints. */
export async function uriOf({ child }: ReturnType<typeof serve>): Promise<string> {
  const [line] = await once(createInterface(child.stdout as NonNullable<ChildProcess['stdout']>), 'line')
  return line.replace('MONGODB_URI=', '')
}
