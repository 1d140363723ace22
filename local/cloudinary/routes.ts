import { type ParsedUrlQuery, parse } from 'node:querystring'
import multipart from '@fastify/multipart'
import type { FastifyInstance } from 'fastify'
import { deleteAssets, listAssets, lookUp } from './admin.js'
import { deliver, download } from './delivery.js'
import { faultRoutes } from './faults.js'
import type { Cloudinary } from './open.js'
import { MAX_FILE_BYTES, receive } from './receive.js'
import { notImplemented, refusal } from './refusal.js'
import { type Fields, verifyBasic } from './signature.js'
import { RESOURCE_TYPES, TYPES } from './store.js'
import { destroy, upload } from './upload.js'

interface Params {
  cloud: string
  resourceType: string
  type: string
  publicId: string
}

/**
 * Serves the endpoints of Cloudinary with which the SDK uploads, destroys, lists and delivers files; register it under
 * the prefix `/cloudinary`. Any other endpoint answers 400 with its name, so that no call passes here that would
 * behave differently there.
 */
export function cloudinaryRoutes(cloudinary: Cloudinary, faults: boolean) {
  return async (app: FastifyInstance) => {
    // The SDK garbles characters that are split between two chunks, so the answer is ASCII.
    app.setReplySerializer((payload) =>
      JSON.stringify(payload).replace(
        /[\u007f-\uffff]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
    )
    app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
      reply.header('x-cld-error', error.message.replace(/[^\x20-\x7e]/g, '?'))
      return reply.code(error.statusCode ?? 500).send({ error: { message: error.message } })
    })
    app.setNotFoundHandler(({ method, url }) => {
      throw notImplemented(`${method} ${url.split('?')[0]}`)
    })
    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, parse(`${body}`, undefined, undefined, { maxKeys: 0 })),
    )
    await app.register(multipart, { limits: { files: 1, fileSize: MAX_FILE_BYTES }, throwFileSizeLimit: false })
    if (faults) faultRoutes(app)

    app.get('/:cloud/:resourceType/:type/*', { config: { operation: 'delivery' } }, (request, reply) =>
      deliver(request, reply, cloudinary),
    )
    await app.register(async (api) => apiRoutes(api, cloudinary), { prefix: '/v1_1/:cloud' })
  }
}

async function apiRoutes(api: FastifyInstance, cloudinary: Cloudinary) {
  api.addHook<{ Params: Partial<Params> }>('preParsing', async ({ params, headers, routeOptions }) => {
    const { cloud, resourceType, type } = params
    if (cloud !== cloudinary.credentials.cloud) throw refusal(401, `Invalid cloud_name ${cloud}`)
    if (headers['content-range'] || headers['x-unique-upload-id']) throw notImplemented('uploads in chunks')
    const detected = resourceType === 'auto' && routeOptions.config.operation === 'upload'
    if (resourceType !== undefined && !detected && !RESOURCE_TYPES.includes(resourceType)) {
      throw notImplemented(`the resource type ${resourceType}`)
    }
    if (type !== undefined && !TYPES.includes(type)) throw notImplemented(`the type ${type}`)
  })

  api.post<{ Params: Params }>('/:resourceType/upload', { config: { operation: 'upload' } }, async (request) =>
    receive(request, cloudinary.store.temporary(), (fields, file) =>
      upload(request.params.resourceType, fields, file, cloudinary),
    ),
  )
  api.post<{ Params: Params }>('/:resourceType/destroy', { config: { operation: 'destroy' } }, async (request) =>
    receive(request, cloudinary.store.temporary(), (fields) =>
      destroy(request.params.resourceType, fields, cloudinary),
    ),
  )
  api.get<{ Params: Params; Querystring: Fields }>(
    '/:resourceType/download',
    { config: { operation: 'download' } },
    (request, reply) => download(request.params.resourceType, { ...request.query }, request, reply, cloudinary),
  )
  await api.register(async (admin) => adminRoutes(admin, cloudinary))
}

async function adminRoutes(admin: FastifyInstance, cloudinary: Cloudinary) {
  admin.addHook('onRequest', async ({ headers }) => verifyBasic(headers.authorization, cloudinary.credentials))

  admin.get('/ping', { config: { operation: 'ping' } }, async () => ({ status: 'ok' }))
  for (const path of ['/resources/:resourceType', '/resources/:resourceType/:type']) {
    admin.get<{ Params: Params; Querystring: ParsedUrlQuery }>(
      path,
      { config: { operation: 'list' } },
      async ({ params, query }) =>
        listAssets({ resource_type: params.resourceType, type: params.type }, query, cloudinary),
    )
  }
  admin.get<{ Params: Params; Querystring: ParsedUrlQuery }>(
    '/resources/:resourceType/:type/:publicId',
    { config: { operation: 'lookup' } },
    async ({ params, query }) =>
      lookUp({ resource_type: params.resourceType, type: params.type, public_id: params.publicId }, query, cloudinary),
  )
  admin.delete<{ Params: Params; Body: ParsedUrlQuery }>(
    '/resources/:resourceType/:type',
    { config: { operation: 'bulk-delete' } },
    async ({ params, body }) =>
      deleteAssets({ resource_type: params.resourceType, type: params.type }, body, cloudinary),
  )
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The store's operation, for injecting faults and for the list of requests. */
    operation?: string
  }
}
