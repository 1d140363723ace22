import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { findFile, toAsset } from '../../../../models/asset.js'
import { unchanged, withHeaders } from '../../../../openapi/answers.js'
import { ref } from '../../../../openapi/ref.js'
import { AssetParams, AssetSchema } from '../../../../openapi/schemas/asset.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'getAsset',
        tags: ['Assets'],
        summary: 'Get one of your files',
        description:
          'Returns the properties of the file. If `If-None-Match` contains the ETag of the file, the response is ' +
          '304 without a body.',
        security: [{ bearer: [] }],
        scope: 'files:read',
        params: AssetParams,
        response: { 200: withHeaders(ref(AssetSchema, 'The file.'), 'ETag'), 304: unchanged },
      },
    },
    async (request, reply) => {
      const asset = await findFile(app.db.Asset, request.params.assetId, { ownerId: request.caller.user._id })
      app.etag.set(reply, asset.revision)
      if (app.etag.isFresh(request, asset.revision)) return reply.code(304).send()
      return toAsset(asset)
    },
  )
}

export default route
