import { spawnSync } from 'node:child_process'
import t from 'tap'

/** Imports a module in a process of its own: the SDK reads the variable only when it is loaded for the first time. */
const load = (module: string) =>
  spawnSync(process.execPath, ['--input-type=module', '--eval', `await import(${JSON.stringify(module)})`], {
    env: { ...process.env, CLOUDINARY_URL: 'https://no.such/scheme' },
    encoding: 'utf8',
  })

t.test('a variable that the SDK can not read is for our own check to refuse', async (t) => {
  t.match(load(new URL('../../../plugins/storage/cloudinary.js', import.meta.url).href), { status: 0, stderr: '' })
  t.match(load('cloudinary'), { status: 1, stderr: /protocol/ })
})
