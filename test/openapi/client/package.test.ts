import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import t from 'tap'
import { generateClient } from '../../../openapi/generate-client.js'
import { newFolder } from '../../support/process.js'

t.setTimeout(300_000)

const PACKAGE = join('openapi', 'client')
const MOST_BYTES = 15_000

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

t.test('what the client knows of the contract is current', async (t) => {
  const generated = await generateClient(readJson(join('openapi', 'openapi.json')))
  t.equal(readFileSync(join(PACKAGE, 'contract.ts'), 'utf8'), generated, 'npm run openapi writes it anew')
})

t.test('it has the version of the server, and its one dependency', async (t) => {
  const server = readJson('package.json')
  const { name, version, license, dependencies, engines } = readJson(join(PACKAGE, 'package.json'))
  const openapiFetch = server.dependencies['openapi-fetch']
  t.strictSame(
    { name, version, license, dependencies, engines },
    {
      name: '@coffer/client',
      version: server.version,
      license: server.license,
      dependencies: { 'openapi-fetch': openapiFetch },
      engines: server.engines,
    },
  )
})

t.test('the package compiles with the types of browsers, and works where it is installed', async (t) => {
  const folder = newFolder(t)
  const installed = join(folder, 'node_modules', '@coffer', 'client')
  const tsc = resolve('node_modules', 'typescript', 'bin', 'tsc')
  execFileSync(process.execPath, [tsc, '-p', PACKAGE, '--outDir', join(installed, 'dist')], { stdio: 'inherit' })
  cpSync(join(PACKAGE, 'package.json'), join(installed, 'package.json'))
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers']) {
    symlinkSync(resolve('node_modules', name), join(folder, 'node_modules', name))
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  writeFileSync(
    join(folder, 'app.ts'),
    `import { ApiError, createClient } from '@coffer/client'
     const client = createClient({ baseUrl: 'http://localhost:1', retry: { limit: 0 } })
     const upload = (file: File) => client.uploadAssets({ file: [file] }, { onProgress: ({ loaded }) => loaded })
     export async function names(): Promise<string[]> {
       const found: string[] = []
       for await (const { filename } of client.listAssets({ tag: 'sea' })) found.push(filename)
       return found
     }
     export const isWrongCode = (error: unknown) => error instanceof ApiError && error.code === 'INVALID_CODE'
     // @ts-expect-error -- a parameter is missing
     export const incomplete = () => client.getAsset({})
     // @ts-expect-error -- nobody knows this operation
     export const unknown = () => client.getNothing()
     // @ts-expect-error -- files are no strings
     export const noFile = () => client.uploadAssets({ file: ['x'] })
     await client.getLiveness().catch(({ code }) => console.log(code, typeof upload))\n`,
  )
  for (const types of [
    ['--lib', 'ES2023,DOM,DOM.AsyncIterable'],
    ['--lib', 'ES2023', '--types', 'node', '--typeRoots', resolve('node_modules', '@types')],
  ]) {
    const options = ['--strict', '--module', 'NodeNext', '--target', 'ES2022', ...types, 'app.ts']
    execFileSync(process.execPath, [tsc, ...options], { cwd: folder, stdio: 'inherit' })
  }
  t.equal(execFileSync(process.execPath, ['app.js'], { cwd: folder, encoding: 'utf8' }), 'NETWORK_ERROR function\n')
})

t.test('all of it, minified and compressed, is under 15 kB', async (t) => {
  const { outputFiles } = await build({
    entryPoints: [join(PACKAGE, 'index.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    write: false,
  })
  const bytes = gzipSync(outputFiles[0]?.contents as Uint8Array).length
  t.comment(`${bytes} bytes`)
  t.ok(bytes < MOST_BYTES)
})

t.test('the package holds what it needs, and no more', async (t) => {
  const folder = newFolder(t)
  cpSync(PACKAGE, folder, { recursive: true })
  writeFileSync(join(folder, 'tsconfig.json'), '{}')
  cpSync(join(PACKAGE, 'errors.ts'), join(folder, 'dist', 'errors.js'))
  const [{ files }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: folder, encoding: 'utf8' }),
  )
  const names = files.map(({ path }: { path: string }) => path)
  t.strictSame(names.sort(), ['README.md', 'dist/errors.js', 'package.json'])
})
