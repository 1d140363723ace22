/**
 * The services behind a server under load, in a process of their own: the stand-in for Cloudinary, and an SMTP server
 * that accepts every mail and drops it, since parsing the mails would cost more than sending them. bench/testbed.ts
 * starts it; it prints the addresses.
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { startLocalServices } from '../local/index.js'

const smtp = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  onData: (stream, _session, done) => stream.on('end', done).resume(),
})
smtp.on('error', () => {})
smtp.listen(0, '127.0.0.1')
await once(smtp.server, 'listening')
const { port } = smtp.server.address() as AddressInfo

const { CLOUDINARY_URL } = await startLocalServices({
  services: ['cloudinary'],
  dataDir: process.env.DATA_DIR as string,
  host: 'localhost',
  port: 0,
  threads: false,
})
process.stdout.write(`${JSON.stringify({ SMTP_URL: `smtp://127.0.0.1:${port}`, CLOUDINARY_URL })}\n`)
