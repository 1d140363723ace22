/** A Fastify with nothing but a connected Mongoose. bench/start.ts starts it; it prints its address. */
import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import mongoose from 'mongoose'

const app = fastify()
await mongoose.connect(process.env.MONGODB_URI as string)
app.get('/', async () => ({ status: 'ok' }))
await app.listen({ port: 0, host: '127.0.0.1' })
process.stdout.write(`Listening on http://127.0.0.1:${(app.server.address() as AddressInfo).port}\n`)
