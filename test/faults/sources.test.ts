import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ACTIONS } from '../../models/audit-event.js'

const FOLDERS = ['plugins', 'routes', 'models', 'openapi/schemas']

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ path: join(folder, name), text: readFileSync(join(folder, name), 'utf8') })),
)

const tests = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join('test', name), 'utf8'))

/** Calls that a server with credentials doesn't need, and the files that may make them. */
const UNWANTED: Record<string, { pattern: RegExp; unless?: string[] }> = {
  'code from text': { pattern: /\beval\(|new Function\(|\bvm\b.*from 'node:vm'/ },
  'other programs': { pattern: /child_process|sendmail/ },
  'code in a query': { pattern: /\$where|\$function|\$accumulator|mapReduce/ },
  'schemas that refer to data': { pattern: /\$data\b/ },
  'broken hashes, but where the breach list is asked by one': {
    pattern: /createH(ash|mac)\('(md5|sha1)'/,
    unless: [join('plugins', 'auth', 'password-strength.ts')],
  },
  'ciphers without authentication, but in the hash of Firebase': {
    pattern: /aes-\d+-(ecb|cbc|ctr)/i,
    unless: [join('plugins', 'auth', 'imported-hashes.ts')],
  },
  'a generator that can be guessed, but for the spread of retries': {
    pattern: /Math\.random/,
    unless: [join('jobs', 'index.ts'), join('jobs', 'handler.ts'), join('webhooks', 'index.ts')].map((file) =>
      join('plugins', file),
    ),
  },
  'the environment, but in its one place': {
    pattern: /process\.env\b/,
    unless: [join('plugins', 'config', 'index.ts')],
  },
  'a stand-in': { pattern: /from '(\.\.\/)+local\// },
  'bodies on disk': { pattern: /saveRequestFiles/ },
}

t.test('the sources hold nothing that runs text, other programs or weak algorithms', async (t) => {
  t.ok(sources.length > 80)
  for (const [name, { pattern, unless = [] }] of Object.entries(UNWANTED)) {
    const found = sources
      .filter(({ path, text }) => !unless.includes(path) && pattern.test(text))
      .map(({ path }) => path)
    t.strictSame(found, [], name)
    for (const exception of unless)
      t.ok(
        sources.some(({ path, text }) => path === exception && pattern.test(text)),
        `${name}: ${exception}`,
      )
  }
})

t.test('every action of the audit log is asserted by a test', async (t) => {
  for (const action of Object.keys(ACTIONS))
    t.ok(
      tests.some((text) => text.includes(`'${action}'`)),
      action,
    )
})

t.test('a test that changes an index has an app of its own', async (t) => {
  const changes = tests
    .flatMap((text) => text.split(/^t\.test\(/m))
    .filter((test) => /\.db\.\w+\.(collection\.)?(create|drop)Index/.test(test))
  t.ok(changes.length > 5)
  for (const test of changes) t.match(test, /own: true/, test.slice(0, test.indexOf('\n')))
})
