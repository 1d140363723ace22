import { readFileSync } from 'node:fs'
import t from 'tap'
import { configurationPage, environmentExample } from '../../openapi/configuration-page.js'
import { Environment, GROUPS } from '../../plugins/config/environment.js'

const variables = Object.entries(Environment).map(([name, variable]) => ({
  name,
  fallback: 'fallback' in variable ? variable.fallback : '',
  description: variable.description,
}))

t.test('every variable belongs to one group', async (t) => {
  t.strictSame(Object.values(GROUPS).flatMap(Object.keys), Object.keys(Environment))
})

t.test('.env.example names every variable once, with its description and its default', async (t) => {
  const text = readFileSync('.env.example', 'utf8')
  const given = [...text.matchAll(/^# (.*)\n#([A-Z_]+)=(.*)$/gm)].map(([, description, name, fallback]) => ({
    name,
    fallback,
    description,
  }))
  t.strictSame(given, variables)
  t.match(text, /NAME_FILE/)
  t.equal(text, environmentExample(), 'npm run openapi writes it')
})

t.test('docs/configuration.md lists every variable once, with its description and its default', async (t) => {
  const text = readFileSync('docs/configuration.md', 'utf8')
  const given = [...text.matchAll(/^\| `([A-Z_]+)` \| .*? \| (.*?) \| (.*) \|$/gm)].map(
    ([, name, fallback, description]) => ({ name, fallback: fallback?.replaceAll('`', ''), description }),
  )
  t.strictSame(given, variables)
  t.equal(text, configurationPage(), 'npm run openapi writes it')
})

t.test('the README describes the variables that it names as the declaration does', async (t) => {
  const text = readFileSync('README.md', 'utf8')
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| (.*) \|$/gm)]
  t.ok(rows.length > 0)
  for (const [, name = '', description] of rows) {
    t.equal(description, variables.find((variable) => variable.name === name)?.description, name)
  }
})
