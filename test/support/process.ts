import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { startDatabase } from '../../local/database/server.js'
import { Environment } from '../../plugins/config/environment.js'
import { makeFolder } from './folder.js'
import './root.js'
import { noteKeys, refuseSecrets } from './secrets.js'

/** A folder that goes with the test. */
export function newFolder(t: Test): string {
  const folder = makeFolder()
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The environment in which V8 writes the coverage of a process where tap reads it, if tap collects coverage. */
export const coverage: Record<string, string> =
  process.env._TAPJS_PROCESSINFO_COVERAGE_ === '1' ? { NODE_V8_COVERAGE: resolve('.tap/coverage') } : {}

/** Options of Node for processes that live a few seconds: to optimize their code takes longer than it saves. */
export const SHORT_LIVED = ['--no-opt']

/** Opens the local database of a folder of data, in this process, for commands that run beside it. */
export const openDatabase = (folder: string) =>
  startDatabase({ path: join(folder, 'database'), listen: { socket: join(folder, 'database.sock') } })

/** The environment that a process inherits: all variables but those of Coffer. */
const inherited = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !(name in Environment) && !name.endsWith('_FILE')),
)

/** Runs a file of the project as a process of its own, as `npm run` does; it's killed with the test. */
export function run(t: Test, file: string, env: Record<string, string>, args: string[] = [], nodeArgs: string[] = []) {
  const child = spawn(
    process.execPath,
    [...SHORT_LIVED, ...nodeArgs, fileURLToPath(new URL(`../../${file}`, import.meta.url)), ...args],
    {
      env: { ...inherited, ...coverage, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const output = { stdout: '', stderr: '' }
  const { JWT_SECRET, CODE_KEY, DATA_KEY, PASSWORD_PEPPER, METRICS_TOKEN } = env
  noteKeys([JWT_SECRET, CODE_KEY, DATA_KEY, PASSWORD_PEPPER, METRICS_TOKEN])
  t.teardown(() => {
    child.kill('SIGKILL')
    // what isn't JSON is said to whoever called the command
    refuseSecrets((output.stdout.match(/^\{"level":.*$/gm) ?? []).join('\n'))
  })
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  }
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
  return {
    output,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Resolves when it has ended: with its exit code, or null where a signal ended it. */
    exitCode: async () => (await closed)[0],
    /** Resolves when its standard output matches; rejects where it ends first. */
    async printed(pattern: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const match = pattern.exec(output.stdout)
        if (match) return match
        const ended = await Promise.race([once(child.stdout, 'data').then(() => false), closed.then(() => true)])
        if (ended) throw new Error(`It ended: ${output.stdout}${output.stderr}`)
      }
    },
  }
}
