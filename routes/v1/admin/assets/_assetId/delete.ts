import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { AssetParams } from '../../../../../openapi/schemas/asset.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '',
    {
      schema: {
        operationId: 'adminDeleteAsset',
        tags: ['Administration'],
        summary: "Delete anybody's file",
        description:
          'Removes the file from the store too. Where the store fails, the file is not found from then on all the same, and is ' +
          'removed later. If-Match guards against a change made meanwhile.',
        security: [{ bearer: ['assets:delete'] }],
        params: AssetParams,
        response: { 204: Type.Null({ description: 'The file is gone.' }) },
        problems: ['PRECONDITION_FAILED', 'STORAGE_FAILED', 'STORAGE_UNAVAILABLE', 'STORAGE_TIMEOUT'],
      },
    },
    async (request, reply) => {
      const asset = await app.assets.claimFile(request.params.assetId, {}, (revision) =>
        app.etag.condition(request, revision),
      )
      const details = { ownerId: asset.ownerId.toString() }
      await app.audit.record(request, { action: 'admin.asset-deleted', targetId: asset._id, details })
      await app.assets.erase(asset)
      return reply.code(204).send(null)
    },
  )
}

export default route
