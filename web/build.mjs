import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

/** Everything that a page may consist of. */
const SOURCES = ['web', 'openapi/client', 'package-lock.json']

/** The time of the last change at or below a path. */
function changedAt(path) {
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.mtimeMs
  const times = readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => name !== 'dist' && name !== 'node_modules')
    .map(({ name }) => changedAt(join(path, name)))
  return Math.max(stats.mtimeMs, ...times)
}

/** Bundles the pages into a folder if anything has changed since its manifest was written. */
export async function buildWeb(folder) {
  const manifest = join(folder, 'manifest.json')
  if (existsSync(manifest) && SOURCES.every((path) => changedAt(path) < statSync(manifest).mtimeMs)) return
  const begun = Date.now()
  // loaded only now, so that a start without changes doesn't wait for it
  const { build } = await import('esbuild')
  const options = {
    bundle: true,
    // the names of modules, and so the hashes, don't depend on where a link to node_modules leads
    preserveSymlinks: true,
    minify: true,
    metafile: true,
    write: false,
    outdir: folder,
    target: ['es2022', 'chrome123', 'firefox128', 'safari18'],
    legalComments: 'none',
    tsconfig: 'web/tsconfig.json',
    alias: {
      '@coffer/client': './openapi/client/index.ts',
      '@coffer/client/react': './openapi/client/react/index.ts',
      react: 'preact/compat',
    },
    entryNames: '[name]-[hash]',
    chunkNames: 'chunk-[hash]',
    assetNames: '[name]-[hash]',
    loader: { '.svg': 'file' },
  }
  const results = await Promise.all([
    build({
      ...options,
      entryPoints: { account: 'web/account/main.tsx', console: 'web/console/main.tsx' },
      format: 'esm',
      splitting: true,
    }),
    // a script of its own that runs before the page is painted
    build({ ...options, entryPoints: { head: 'web/head.ts' }, format: 'iife' }),
  ])

  const icon = readFileSync('web/icon.svg')
  const files = results
    .flatMap(({ outputFiles }) => outputFiles)
    .map(({ path, contents }) => [basename(path), contents])
  const iconName = `icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8)}.svg`
  files.push([iconName, icon])

  const outputs = Object.assign({}, ...results.map(({ metafile }) => metafile.outputs))
  /** The chunks that a script imports as it loads. */
  function importsOf(path, found = new Set()) {
    for (const { path: imported, kind } of outputs[path].imports) {
      if (kind !== 'import-statement' || found.has(imported)) continue
      found.add(imported)
      importsOf(imported, found)
    }
    return [...found]
  }
  const entryOf = (source) => Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === source)
  const pageOf = (source) => {
    const [path, { cssBundle }] = entryOf(source)
    return { script: basename(path), style: basename(cssBundle), imports: importsOf(path).map((one) => basename(one)) }
  }

  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [name, contents] of files) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: contents.length }
    writeFileSync(join(folder, name), contents)
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(contents, { params }))
    writeFileSync(join(folder, `${name}.gz`), gzipSync(contents))
  }
  const content = {
    files: files.map(([name]) => name),
    head: basename(entryOf('web/head.ts')[0]),
    icon: iconName,
    pages: { account: pageOf('web/account/main.tsx'), console: pageOf('web/console/main.tsx') },
  }
  writeFileSync(manifest, JSON.stringify(content))
  process.stderr.write(`Built the pages in ${Date.now() - begun} ms.\n`)
}
