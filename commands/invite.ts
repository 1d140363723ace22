import { parseArgs } from 'node:util'
import { explain } from './explain.js'

/** `npm run invite -- EMAIL [--admin]`: invites an address, with or without a running server, which sends the mail. */
try {
  const { values, positionals } = parseArgs({ options: { admin: { type: 'boolean' } }, allowPositionals: true })
  const [email, ...others] = positionals
  if (!email || others.length > 0) throw new Error('One address is needed: npm run invite -- EMAIL [--admin]')
  // loaded here, so that wrong arguments are told at once
  const { loadSettings } = await import('../plugins/config/index.js')
  const { inviteAddress } = await import('./invite-address.js')
  const { open } = await import('./open.js')
  const app = await open(loadSettings())
  try {
    const { id, expiresAt } = await inviteAddress(app, email, values.admin ? 'admin' : 'user')
    process.stdout.write(
      `${email} is invited until ${expiresAt.toISOString()}${values.admin ? ', as an administrator' : ''}. ` +
        `The server mails the code; the id of the invitation is ${id}.\n`,
    )
  } finally {
    await app.close()
  }
} catch (error) {
  process.stderr.write(`${explain(error as Error)}\n`)
  process.exitCode = 1
}
