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
        summary: 'Delete one of your files',
        description:
          'Deletes the file, also from the file store. If the file store fails, the file still disappears at once ' +
          'and is removed later. With `If-Match`, the request fails with 412 if the file has changed since you read ' +
          'it.',
        security: [{ bearer: [] }],
        scope: 'files:delete',
        params: AssetParams,
        response: { 204: Type.Null({ description: 'The file is deleted.' }) },
        problems: ['PRECONDITION_FAILED', 'STORAGE_FAILED', 'STORAGE_UNAVAILABLE', 'STORAGE_TIMEOUT'],
      },
    },
    async (request, reply) => {
      const asset = await app.assets.claimFile(
        request.params.assetId,
        { ownerId: request.caller.user._id },
        (revision) => app.etag.condition(request, revision),
        ({ _id }) => [app.audit.entry(request, { action: 'asset.deleted', targetId: _id })],
      )
      await app.assets.erase(asset)
      return reply.code(204).send(null)
    },
  )
}

export default route
