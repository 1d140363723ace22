import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { buildWeb } from './web/build.mjs'

// `node build.mjs [CONFIG]` compiles a project of TypeScript, and bundles the pages, if anything has changed since the last build. It removes the
// output of a deleted source, because the server loads every route file that it finds.

const [, , config = 'tsconfig.build.json'] = process.argv
const { compilerOptions, exclude } = JSON.parse(readFileSync(config, 'utf8'))
const { outDir, tsBuildInfoFile: state } = compilerOptions
const web = join(outDir, 'web')
const begun = new Date()

/** The files in a folder and its folders whose path matches. */
function find(folder, pattern) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isFile()) return pattern.test(path) ? [path] : []
    const isSkipped =
      exclude.includes(path) || path === web || entry.name === 'node_modules' || entry.name.startsWith('.')
    return entry.isDirectory() && !isSkipped ? find(path, pattern) : []
  })
}

const sources = find('.', /(?<!\.d)\.ts$/)
const wanted = sources.map((path) => join(outDir, path.replace(/ts$/, 'js')))
const isComplete = [state, ...wanted].every((path) => existsSync(path))
if (!isComplete) rmSync(outDir, { recursive: true, force: true })
const stale = isComplete ? find(outDir, /\.js$/).filter((path) => !wanted.includes(path)) : []
for (const path of stale) {
  rmSync(path)
  rmSync(`${path}.map`, { force: true })
}

const isNewer = (path) => statSync(path).mtime > statSync(state).mtime
if (!isComplete || stale.length > 0 || [...sources, config, 'tsconfig.json', 'package-lock.json'].some(isNewer)) {
  process.stderr.write('Building…\n')
  // openapi-typescript and tap use the interface of TypeScript 5, which 7 doesn't have; 7 compiles in a third of the time
  const tsc = join('node_modules', 'typescript-7', 'bin', 'tsc')
  // one thread: several check the same declarations again, which takes more memory and on two cores more time
  const { status } = spawnSync(process.execPath, [tsc, '-p', config, '--singleThreaded'], { stdio: 'inherit' })
  // the next build goes on from the state of a failed one, but doesn't take it for current
  const builtAt = status === 0 ? begun : 0
  if (existsSync(state)) utimesSync(state, builtAt, builtAt)
  process.exitCode = status ?? 1
}
await buildWeb(web)
