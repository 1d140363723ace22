import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { AssetParams } from '../../../../openapi/schemas/asset.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '',
    {
      schema: {
        operationId: 'deleteAsset',
        tags: ['Assets'],
        summary: 'Delete a file of the own',
        description:
          'Removes the file from the store too. Where the store fails, the file is not found from then on all the same, and is ' +
          'removed later. If-Match guards against a change made meanwhile.',
        security: [{ bearer: [] }],
        params: AssetParams,
        response: { 204: Type.Null({ description: 'The file is gone.' }) },
        problems: ['PRECONDITION_FAILED', 'STORAGE_FAILED', 'STORAGE_UNAVAILABLE', 'STORAGE_TIMEOUT'],
      },
    },
    async (request, reply) => {
      const asset = await app.assets.claimFile(
        request.params.assetId,
        { ownerId: request.caller.user._id },
        (revision) => app.etag.condition(request, revision),
      )
      await app.audit.record(request, { action: 'asset.deleted', targetId: asset._id })
      await app.assets.erase(asset)
      return reply.code(204).send(null)
    },
  )
}

export default route
