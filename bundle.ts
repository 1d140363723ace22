import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { build, type Plugin } from 'esbuild'

/**
 * Makes one file of the compiled server and of the packages that it starts with, in the folder of the compiled sources: most of a start was
 * finding, reading and linking a thousand small ones. `node bundle.js NAME`
 */

const folder = import.meta.dirname
const [, , name = ''] = process.argv

/** Packages with a native part, or that the server loads only where something asks for them. */
const EXTERNAL = ['@zxcvbn-ts/*', 'bcrypt', 'ioredis', 'sharp']

/** What the MongoDB driver looks for and does without. */
const OPTIONAL = [
  '@aws-sdk/credential-providers',
  '@mongodb-js/zstd',
  'gcp-metadata',
  'kerberos',
  'mongodb-client-encryption',
  'snappy',
  'socks',
]

/** Packages in CommonJS expect these in their scope. */
const COMMONJS = `import { createRequire as _createRequire } from 'node:module'
const require = _createRequire(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname`

/** Lets Swagger UI find the files of its page where it's installed. */
const withOwnFolder: Plugin = {
  name: 'own folder',
  setup: ({ onLoad }) =>
    onLoad({ filter: /@fastify.swagger-ui.*\.js$/ }, async ({ path }) => {
      const own = `require('node:path').join(__dirname, ${JSON.stringify(relative(folder, dirname(path)))})`
      return { contents: (await readFile(path, 'utf8')).replaceAll('__dirname', own) }
    }),
}

const { outputFiles } = await build({
  write: false,
  entryPoints: [join(folder, 'server.js')],
  // routes, schemas and stand-ins are looked up beside it
  outfile: join(folder, name),
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  external: [...EXTERNAL, ...OPTIONAL, join(folder, 'local', '*')],
  plugins: [withOwnFolder],
  banner: { js: COMMONJS },
  // Mongoose and the logger go by the names of classes
  keepNames: true,
  // the text of a program stays in memory with it, and takes twice as much where one character isn't ASCII
  minifyWhitespace: true,
  legalComments: 'external',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
})
// where it keeps a name, esbuild defines it even if it's there already, for each function that a request makes
const define = /(?<=__name=\((\w+),(\w+)\)=>)(?=__defProp\()/
for (const { path, text } of outputFiles) await writeFile(path, text.replace(define, '$1.name===$2?$1:'))
