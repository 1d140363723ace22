import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { build as bundle } from 'esbuild'
import type { Test } from 'tap'
import { type BuildOptions, build, codeIn, type TestApp } from './app.js'
import { newFolder } from './process.js'

/** A fenced block of a page; what stands behind its language is the file that the page calls it, or what else it's for. */
export interface Block {
  language: string
  label: string | undefined
  code: string
}

export function blocksOf(page: string): Block[] {
  const found = readFileSync(page, 'utf8').matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)
  return [...found].map(([, language = '', label, code = '']) => ({ language, label, code }))
}

export const GUIDES_API = 'http://localhost:3000'

/** An app that listens where it says that it is, as one on the guides' own address does. */
export async function serve(t: Test, { env = {}, ...options }: BuildOptions = {}) {
  const front = createServer()
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
  const api = `http://localhost:${(front.address() as AddressInfo).port}`
  const test = await build(t, { env: { PUBLIC_URL: api, ...env }, ...options })
  front.on('request', (request, response) => test.app.server.emit('request', request, response))
  t.teardown(() => {
    front.closeAllConnections()
    front.close()
  })
  return { ...test, api }
}

/** A folder with the files of some guides and the packages that they import, as somebody has who follows them. */
export async function follow(t: Test, pages: string[], api: string): Promise<string> {
  const folder = newFolder(t)
  const client = join(folder, 'node_modules', '@coffer', 'client')
  mkdirSync(client, { recursive: true })
  await bundle({
    entryPoints: [join('openapi', 'client', 'index.ts'), join('openapi', 'client', 'react', 'index.ts')],
    bundle: true,
    splitting: true,
    external: ['react'],
    format: 'esm',
    outdir: client,
  })
  const exports = { '.': './index.js', './react': './react/index.js' }
  writeFileSync(join(client, 'package.json'), JSON.stringify({ type: 'module', exports }))
  symlinkSync(resolve('node_modules', 'fast-jwt'), join(folder, 'node_modules', 'fast-jwt'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  for (const { label, code } of pages.flatMap(blocksOf)) {
    if (!label?.includes('.')) continue
    const path = join(folder, label)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, code.replaceAll(GUIDES_API, api))
  }
  return folder
}

/** Returns the commands that a guide has its reader type in a shell. */
export const shell = (page: string, api: string) =>
  blocksOf(page)
    .filter(({ language, label }) => language === 'bash' && label === undefined)
    .map(({ code }) => code.replaceAll(GUIDES_API, api))
    .join('')

/** Runs a script of bash in a folder, and answers what it asks; what it asks last is found again behind the answer before. */
export async function converse(
  t: Test,
  script: string,
  folder: string,
  answers: [RegExp, () => string | Promise<string>][],
  env: Record<string, string> = {},
): Promise<string> {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    stdio: 'pipe',
  })
  t.teardown(() => child.kill('SIGKILL'))
  let output = ''
  let errors = ''
  let from = 0
  const pending = [...answers]
  const reply = async () => {
    const [question, answer] = pending[0] ?? []
    const match = question?.exec(output.slice(from))
    if (!match || !answer) return
    from += match.index + match[0].length
    pending.shift()
    child.stdin.write(`${await answer()}\n`)
    await reply()
  }
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text
  })
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
    void reply()
  })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0 || pending.length > 0) throw new Error(`It ended with ${code}:\n${output}${errors}`)
  return output
}

/** The code of a mail that has come since the last one that was read. */
export function codes({ mails }: TestApp, email: string) {
  const seen = new Set<string>()
  return async (): Promise<string> => {
    for (;;) {
      const fresh = (await mails(email)).find(({ id, subject }) => !seen.has(id) && /code/i.test(subject))
      if (fresh) {
        seen.add(fresh.id)
        return codeIn(fresh)
      }
      await delay(10)
    }
  }
}
