import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { findFile, toAsset } from '../../../../../models/asset.js'
import { unchanged } from '../../../../../openapi/answers.js'
import { ref } from '../../../../../openapi/ref.js'
import { AssetParams, AssetSchema } from '../../../../../openapi/schemas/asset.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'adminGetAsset',
        tags: ['Administration'],
        summary: "Get anybody's file",
        description: 'What is known of a file. Answers 304 where If-None-Match holds its ETag.',
        security: [{ bearer: ['assets:read'] }],
        params: AssetParams,
        response: { 200: ref(AssetSchema, 'The file.'), 304: unchanged },
      },
    },
    async (request, reply) => {
      const asset = await findFile(app.db.Asset, request.params.assetId)
      app.etag.set(reply, asset.revision)
      if (app.etag.isFresh(request, asset.revision)) return reply.code(304).send()
      return toAsset(asset)
    },
  )
}

export default route
