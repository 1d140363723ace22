import { parseArgs } from 'node:util'
import { loadSettings } from '../plugins/config/index.js'
import { explain } from './explain.js'
import { inviteAddress } from './invite-address.js'
import { open } from './open.js'

/** `npm run invite -- EMAIL [--admin]`: invites an address, with or without a running server, which sends the mail. */
try {
  const { values, positionals } = parseArgs({ options: { admin: { type: 'boolean' } }, allowPositionals: true })
  const [email, ...others] = positionals
  if (!email || others.length > 0) throw new Error('One address is needed: npm run invite -- EMAIL [--admin]')
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
