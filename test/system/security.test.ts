import { readFileSync } from 'node:fs'
import t from 'tap'

t.test('every test that SECURITY.md names is there', async (t) => {
  const rows = [...readFileSync('SECURITY.md', 'utf8').matchAll(/^\| ([^|]+) \| `(test\/[^`]+)` \| ([^|]+) \|$/gm)]
  t.ok(rows.length > 40, `${rows.length} rows`)
  for (const [, row, file, name] of rows)
    t.ok(readFileSync(file as string, 'utf8').includes(name as string), `${row}: ${name}`)
})
