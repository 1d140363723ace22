import { explain } from './explain.js'

/** `npm run admin -- EMAIL`: makes a registered account an administrator, with or without a running server. */
try {
  const [email, ...others] = process.argv.slice(2)
  if (!email || others.length > 0) throw new Error('The address of one account is needed: npm run admin -- EMAIL')
  // loaded here, so that wrong arguments are told at once
  const { loadSettings } = await import('../plugins/config/index.js')
  const { appoint } = await import('./appoint.js')
  const { open } = await import('./open.js')
  const app = await open(loadSettings())
  try {
    const isNew = await appoint(app, email)
    process.stdout.write(`${email} is ${isNew ? 'now' : 'already'} an administrator.\n`)
  } finally {
    await app.close()
  }
} catch (error) {
  process.stderr.write(`${explain(error as Error)}\n`)
  process.exitCode = 1
}
