import { readFileSync } from 'node:fs'
import t from 'tap'
import { Environment } from '../../plugins/config/index.js'

const variables = Object.entries(Environment.properties).map(([name, { default: fallback, description }]) => ({
  name,
  fallback: String(fallback ?? ''),
  description: description as string,
}))

t.test('.env.example names every variable once, with its description and its default', async (t) => {
  const text = readFileSync('.env.example', 'utf8')
  const given = [...text.matchAll(/^# (.*)\n#?([A-Z_]+)=(.*)$/gm)].map(([, description, name, fallback]) => ({
    name,
    fallback,
    description,
  }))
  t.strictSame(given, variables)
  t.match(text, /NAME_FILE/)
})

t.test('the README lists every variable once, with its description and its default', async (t) => {
  const text = readFileSync('README.md', 'utf8')
  const given = [...text.matchAll(/^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$/gm)].map(([, name, fallback, description]) => ({
    name,
    fallback: fallback?.replaceAll('`', ''),
    description,
  }))
  t.strictSame(given, variables)
})
