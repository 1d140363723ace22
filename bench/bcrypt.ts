/**
 * The upper limit of a sign-in: a server that only compares a password with a hash, as many at once as Coffer does.
 * bench/sign-in.ts starts it; it prints its address.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import bcrypt from 'bcrypt'
import pLimit from 'p-limit'
import { CONCURRENCY } from '../plugins/auth/passwords.js'

const { PASSWORD = '', HASH = '' } = process.env
const limit = pLimit(CONCURRENCY)
const server = createServer(async (_request, response) => {
  const matches = await limit(() => bcrypt.compare(PASSWORD, HASH))
  response.writeHead(matches ? 204 : 500).end()
})
await once(server.listen(0, '127.0.0.1'), 'listening')
process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`)
