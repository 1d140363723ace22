import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import t from 'tap'

const PAGES = readdirSync('web', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => join('web', name))

/** The sources of the pages, and the hooks and the session of the client below them. */
const SOURCES = [
  ...PAGES,
  ...readdirSync('openapi/client/react').map((name) => join('openapi/client/react', name)),
  'openapi/client/session.ts',
]

t.test('each operation is called by the pages, or docs/pages.md says why not', async (t) => {
  const text = SOURCES.map((path) => readFileSync(path, 'utf8')).join('\n')
  const { paths } = JSON.parse(readFileSync('openapi/openapi.json', 'utf8')) as {
    paths: Record<string, Record<string, { operationId?: string }>>
  }
  const unused = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method, { operationId }]) => {
        const isCalled = new RegExp(`(\\.|post\\(')${operationId}\\b`).test(text)
        return !isCalled && !text.includes(`${method.toUpperCase()}('${path}'`)
      })
      .map(([, { operationId }]) => operationId as string),
  )
  const guide = readFileSync('docs/pages.md', 'utf8')
  const section = guide.slice(guide.indexOf("## What the pages don't call"))
  const explained = [...section.matchAll(/^\| `(\w+)` \| \S.*\|$/gm)].map(([, id]) => id as string)
  t.strictSame(explained.sort(), unused.sort())
})

t.test('the pages have no sink of HTML, no inline style, and keep nothing secret', async (t) => {
  for (const path of PAGES) {
    const text = readFileSync(path, 'utf8')
    t.notMatch(
      text,
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySetInnerHTML|\beval\(|new Function/,
      path,
    )
    t.notMatch(text, /\sstyle="/, path)
    if (/(local|session)Storage/.test(text)) {
      t.ok(
        ['theme.ts', 'texts/language.ts', 'components/form.tsx', 'components/kept.ts'].includes(relative('web', path)),
        path,
      )
    }
  }
})

t.test('the pages call the contract by the client alone', async (t) => {
  for (const path of PAGES) {
    const text = readFileSync(path, 'utf8')
    if (path === join('web', 'session', 'client.ts')) continue
    t.notMatch(text, /\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon/, path)
  }
})
