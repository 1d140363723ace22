/**
 * The server that Coffer is measured against: the same work by a bare Fastify and the bare driver, without any check
 * that the work itself doesn't need. With GUARDED=1 it also checks the session and has the plugins of
 * bench/guarded.ts. bench/testbed.ts starts it; it prints its address.
 */
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import jwt from '@fastify/jwt'
import multipart, { type MultipartFile } from '@fastify/multipart'
import { v2 as cloudinary, type UploadApiResponse } from 'cloudinary'
import fastify, { LogController } from 'fastify'
import mongoose from 'mongoose'
import { storeAgents } from '../plugins/storage/agent.js'
import { parseCredentials } from '../plugins/storage/credentials.js'
import { guarded, keeper, type Send } from './guarded.js'

const { MONGODB_URI = '', JWT_SECRET = '', CLOUDINARY_URL = '' } = process.env
const isGuarded = process.env.GUARDED === '1'
const app = fastify({ logger: isGuarded, logController: new LogController({ disableRequestLogging: true }) })
const text = { type: 'string' }
const userSchema = {
  type: 'object',
  properties: { id: text, email: text, name: text, role: text, status: text, createdAt: text, updatedAt: text },
}
const fields = { email: 1, name: 1, role: 1, status: 1, createdAt: 1, updatedAt: 1 }

const client = await new mongoose.mongo.MongoClient(MONGODB_URI).connect()
app.addHook('onClose', () => client.close())
const users = client.db().collection('users')
const assets = client.db().collection('assets')
await app.register(jwt, { secret: JWT_SECRET })
if (isGuarded) await app.register(guarded, { db: client.db(), userSchema, fields })

interface Claims {
  sub: string
  sid: string
}

const authenticate = async (request: { jwtVerify(): Promise<unknown> }) => request.jwtVerify() as Promise<Claims>

/** Returns the claims of a token; if guarded, only while its session exists. */
const ownerOf = ({ sub, sid }: Claims) => {
  const _id = new mongoose.Types.ObjectId(sub)
  const alive = { $gt: new Date() }
  if (!isGuarded) return { _id }
  return { _id, status: 'active', sessions: { $elemMatch: { _id: sid, idleExpiresAt: alive, expiresAt: alive } } }
}

app.get('/profile', { schema: { response: { 200: userSchema } } }, async (request) => {
  const user = await users.findOne(ownerOf(await authenticate(request)), { projection: fields })
  return {
    ...user,
    id: user?._id.toString(),
    createdAt: user?.createdAt.toISOString(),
    updatedAt: user?.updatedAt.toISOString(),
  }
})

app.post('/refresh', { schema: { response: { 200: userSchema } } }, async (request) => {
  const { userId, hash, next } = request.body as { userId: string; hash: number; next: number }
  const user = await users.findOneAndUpdate(
    { _id: new mongoose.Types.ObjectId(userId), 'bench.hash': hash },
    { $set: { 'bench.hash': next, 'bench.usedAt': new Date() }, $inc: { 'bench.counter': 1 } },
    { projection: fields, returnDocument: 'after' },
  )
  if (!user) throw new Error('no such token')
  return { ...user, id: user._id.toString() }
})

const assetSchema = {
  type: 'object',
  properties: {
    ...Object.fromEntries(
      [
        'id',
        'ownerId',
        'filename',
        'contentType',
        'resourceType',
        'checksum',
        'publicId',
        'secureUrl',
        'thumbnailUrl',
      ].map((name) => [name, text]),
    ),
    bytes: { type: 'integer' },
    width: { type: 'integer' },
    height: { type: 'integer' },
    visibility: text,
    tags: { type: 'array', items: text },
    createdAt: text,
    updatedAt: text,
  },
}
const listSchema = { type: 'object', properties: { items: { type: 'array', items: assetSchema } } }
app.get('/list', { schema: { response: { 200: listSchema } } }, async (request) => {
  const owner = ownerOf(await authenticate(request))
  if (isGuarded && !(await users.findOne(owner, { projection: fields }))) throw new Error('no such session')
  const rows = await assets
    .find({ ownerId: owner._id, purpose: 'file', state: 'ready' })
    .sort({ createdAt: -1, _id: -1 })
    .limit(21)
    .toArray()
  const items = rows.slice(0, 20).map((row) => ({
    ...row,
    id: row._id.toString(),
    ownerId: row.ownerId.toString(),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }))
  return { items }
})

const { cloudName, apiKey, apiSecret, uploadPrefix } = parseCredentials(CLOUDINARY_URL)
const store = {
  cloud_name: cloudName,
  api_key: apiKey,
  api_secret: apiSecret,
  upload_prefix: uploadPrefix,
  agent: storeAgents(uploadPrefix).kept,
  resource_type: 'image',
  disable_promises: true,
} as const
await app.register(async (forms) => {
  await forms.register(multipart, { limits: { fileSize: Number.POSITIVE_INFINITY } })
  const send: Send = (content) =>
    new Promise<UploadApiResponse>((resolve, reject) => {
      const stream = cloudinary.uploader.upload_stream(store, (error, result) =>
        result ? resolve(result) : reject(error),
      )
      pipeline(content, stream).catch(reject)
    })
  const keep = keeper(client.db())
  forms.post('/upload', async (request, reply) => {
    const { sub } = await authenticate(request)
    const { file } = (await request.file()) as MultipartFile
    const { public_id, secure_url } = await (isGuarded
      ? keep(new mongoose.Types.ObjectId(sub), file, send)
      : send(file))
    return reply.code(201).send({ public_id, secure_url })
  })
})

await app.listen({ port: 0, host: '127.0.0.1' })
process.stdout.write(`listening on http://127.0.0.1:${(app.server.address() as AddressInfo).port}\n`)
process.once('SIGTERM', () => app.close())
