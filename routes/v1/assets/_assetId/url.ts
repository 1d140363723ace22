import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { findFile } from '../../../../models/asset.js'
import { ref } from '../../../../openapi/ref.js'
import { AssetParams, AssetUrlSchema } from '../../../../openapi/schemas/asset.js'
import { imageFormat } from '../../../../plugins/storage/inspect.js'

const LIFE = 5 * 60_000

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/url',
    {
      schema: {
        operationId: 'getAssetUrl',
        tags: ['Assets'],
        summary: 'Get a download URL',
        description: 'Returns a URL of the file. The URL of a private file is signed and works for five minutes.',
        security: [{ bearer: [] }],
        scope: 'files:read',
        params: AssetParams,
        response: { 200: ref(AssetUrlSchema, 'The URL.') },
      },
    },
    async (request) => {
      const asset = await findFile(app.db.Asset, request.params.assetId, { ownerId: request.caller.user._id })
      if (asset.secureUrl !== null) return { url: asset.secureUrl }
      const expiresAt = new Date(app.now().getTime() + LIFE)
      const url = await app.storage.signedUrl(asset, imageFormat(asset.contentType), expiresAt)
      return { url, expiresAt: expiresAt.toISOString() }
    },
  )
}

export default route
