import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import t, { type Test } from 'tap'
import { generateClient } from '../../../openapi/generate-client.js'
import { blocksOf } from '../../support/guides.js'
import { newFolder } from '../../support/process.js'

t.setTimeout(300_000)

const PACKAGE = join('openapi', 'client')
const MOST_BYTES = 15_000
/** The compiler that we use, and the one that many users of the client have still. */
const TYPESCRIPT_7 = [resolve('node_modules', 'typescript-7', 'bin', 'tsc'), '--singleThreaded']
const TYPESCRIPT_5 = [resolve('node_modules', 'typescript', 'bin', 'tsc')]

/** Runs a compiler in a folder, and returns what it reports, with its exit code unless that is 0. */
function compile(tsc: string[], folder: string, ...options: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...tsc, ...options], {
    cwd: folder,
    encoding: 'utf8',
  })
  return `${stdout}${stderr}${status || ''}`
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

t.test('what the client knows of the contract is current', async (t) => {
  const generated = await generateClient(readJson(join('openapi', 'openapi.json')))
  t.equal(readFileSync(join(PACKAGE, 'contract.ts'), 'utf8'), generated, 'npm run openapi writes it anew')
})

t.test('it has the version of the server, its one dependency, and React only for those who use it', async (t) => {
  const server = readJson('package.json')
  const { name, version, license, dependencies, engines, peerDependencies, peerDependenciesMeta } = readJson(
    join(PACKAGE, 'package.json'),
  )
  const openapiFetch = server.dependencies['openapi-fetch']
  t.strictSame(
    { name, version, license, dependencies, engines, peerDependencies, peerDependenciesMeta },
    {
      name: '@coffer/client',
      version: server.version,
      license: server.license,
      dependencies: { 'openapi-fetch': openapiFetch },
      engines: server.engines,
      peerDependencies: { react: '>=18' },
      peerDependenciesMeta: { react: { optional: true } },
    },
  )
})

/** The package as `npm pack` writes it: the path of its archive, and its files. */
function pack() {
  const source = newFolder(t)
  for (const name of ['package.json', 'README.md']) cpSync(join(PACKAGE, name), join(source, name))
  const report = compile(TYPESCRIPT_7, PACKAGE, '--project', '.', '--outDir', join(source, 'dist'))
  if (report) throw new Error(report)
  const [{ filename, files }] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--ignore-scripts'], { cwd: source, encoding: 'utf8' }),
  )
  return { archive: join(source, filename), files: files.map(({ path }: { path: string }) => path) as string[] }
}

const { archive, files } = pack()

/** A project with the package, unpacked as `npm install` does. */
function install(t: Test) {
  const project = newFolder(t)
  const modules = join(project, 'node_modules')
  const installed = join(modules, '@coffer', 'client')
  for (const path of [join(modules, '@types'), installed]) mkdirSync(path, { recursive: true })
  execFileSync('tar', ['-xzf', archive, '--strip-components=1', '-C', installed])
  const link = (name: string, target = name) => symlinkSync(resolve('node_modules', target), join(modules, name))
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers', 'react']) link(name)
  writeFileSync(join(project, 'package.json'), '{"type":"module"}')
  /** Compiles a file of the project, and the types of the package with it; returns what is wrong with them. */
  const check = (tsc: string[], ...options: string[]) =>
    compile(tsc, project, '--strict', '--skipDefaultLibCheck', '--target', 'ES2022', ...options)
  return { project, check, link }
}

const BROWSER = ['--lib', 'ES2023,DOM,DOM.Iterable,DOM.AsyncIterable']
const NODE = ['--lib', 'ES2023', '--types', 'node', '--typeRoots', resolve('node_modules', '@types')]

/** A program that uses the package, with mistakes that its types refuse. */
const APP = `import { ApiError, createClient, verifyWebhook, type WebhookRequest } from '@coffer/client'
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
  // @ts-expect-error -- a parsed body cannot be verified
  export const parsed = () => verifyWebhook({ secret: 'whsec_', headers: {}, body: { type: 'x' } })
  export const bytesOf = async (request: WebhookRequest) => {
    const event = await verifyWebhook(request)
    // @ts-expect-error -- there is no event of this type
    if (event.type === 'asset.vanished') return 0
    return event.type === 'asset.created' ? event.data.bytes : event.id.length
  }
  export async function actions(): Promise<string[]> {
    const found: string[] = []
    for await (const { action } of client.adminExportAuditEvents({ action: 'key.created' })) found.push(action)
    return found
  }
  await client.getLiveness().catch(({ code }) => console.log(code, typeof upload))\n`

t.test('the packed package compiles with the types of Node.js, and works where it is installed', async (t) => {
  const { project, check } = install(t)
  t.strictSame(
    files.filter((path) => !/^dist\/(react\/)?[\w-]+\.(js|d\.ts)$/.test(path)),
    ['README.md', 'package.json'],
  )
  writeFileSync(join(project, 'app.ts'), APP)
  t.equal(check(TYPESCRIPT_5, '--module', 'NodeNext', ...NODE, 'app.ts'), '')
  t.equal(execFileSync(process.execPath, ['app.js'], { cwd: project, encoding: 'utf8' }), 'NETWORK_ERROR function\n')

  const entries = Object.keys(readJson(join(PACKAGE, 'package.json')).exports).filter((entry) => !/json$/.test(entry))
  const script = entries.map(
    (entry) => `console.log(Object.keys(await import('@coffer/client${entry.slice(1)}')).join())`,
  )
  t.equal(
    execFileSync(process.execPath, ['--input-type=module', '--eval', script.join('\n')], {
      cwd: project,
      encoding: 'utf8',
    }),
    'ApiError,CofferError,NetworkError,WebhookError,createClient,memoryStore,verifyWebhook\n' +
      'CofferProvider,useAssets,useCoffer,useSession,useUpload\n',
  )
  const whole = "await import('@coffer/client')"
  unlinkSync(join(project, 'node_modules', 'react'))
  execFileSync(process.execPath, ['--input-type=module', '--eval', whole], { cwd: project })
})

t.test('the package compiles with the types of browsers, its hooks with those of React 18 and 19', async (t) => {
  const { project, check, link } = install(t)
  writeFileSync(join(project, 'app.ts'), APP)
  writeFileSync(
    join(project, 'page.tsx'),
    `import { createClient } from '@coffer/client'
       import { type Asset, CofferProvider, useAssets, useSession, useUpload } from '@coffer/client/react'
       const coffer = createClient({ baseUrl: '/api' })
       function Files() {
         const { items, loadMore, hasMore } = useAssets({ tag: 'sea', sort: '-createdAt' })
         const { uploads, add } = useUpload()
         const { status, user, challenge, verifyLogin } = useSession()
         const nameOf = ({ filename }: Asset) => <li>{filename}</li>
         return (
           <ul onClick={() => verifyLogin({ code: '123456' })} onDrop={({ dataTransfer }) => add(dataTransfer.files)}>
             {status} {user?.name} {challenge?.expiresAt} {items.map(nameOf)} {hasMore && <button onClick={loadMore} />}
             {uploads.map(({ id, progress, asset }) => <li key={id}>{progress} {asset?.bytes}</li>)}
           </ul>
         )
       }
       // @ts-expect-error -- files are not sorted by tags
       export const Sorted = () => useAssets({ sort: 'tags' })
       // @ts-expect-error -- the client is missing
       export const missing = <CofferProvider />
       export const page = <CofferProvider client={coffer}><Files /></CofferProvider>\n`,
  )
  const strict = ['--noEmit', '--jsx', 'react-jsx', '--exactOptionalPropertyTypes', ...BROWSER, 'page.tsx']
  link('@types/react', '@types/react-18')
  t.equal(check(TYPESCRIPT_7, '--module', 'ESNext', '--moduleResolution', 'bundler', ...strict), '')
  unlinkSync(join(project, 'node_modules', '@types', 'react'))
  link('@types/react')
  t.equal(check(TYPESCRIPT_7, '--module', 'NodeNext', ...strict, 'app.ts'), '')
})

t.test('every snippet of the README compiles', async (t) => {
  const { project } = install(t)
  const blocks = blocksOf(join(PACKAGE, 'README.md')).filter(({ language }) => language === 'ts')
  t.ok(blocks.length > 10)
  for (const [index, { code }] of blocks.entries()) {
    const imports = code.match(/^import .*$/gm) ?? []
    const rest = code.replaceAll(/^import .*$/gm, '')
    writeFileSync(
      join(project, `${index}.ts`),
      `${imports.join('\n')}\nexport async function block(name: string) {\n${rest}\n}\n`,
    )
  }
  writeFileSync(
    join(project, 'given.d.ts'),
    `import type { Client, User } from '@coffer/client'
     declare global {
       const coffer: Client
       const baseUrl: string, email: string, password: string, newPassword: string, code: string
       const challengeId: string, assetId: string
       const signal: AbortSignal
       const input: { files: File[] }
       const bar: { value: number }
       function render(user: User | undefined): void
     }`,
  )
  const config = {
    extends: resolve(PACKAGE, 'tsconfig.json'),
    compilerOptions: {
      noEmit: true,
      rootDir: '.',
      noUnusedLocals: false,
      noUnusedParameters: false,
      types: ['node'],
      typeRoots: [resolve('node_modules', '@types')],
    },
    include: ['*.ts'],
  }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(config))
  t.equal(compile(TYPESCRIPT_7, project, '--project', '.'), '')
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
