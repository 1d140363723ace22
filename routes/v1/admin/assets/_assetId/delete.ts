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
        summary: 'Delete any file',
        description:
          'Deletes a file of any account, also from the file store. If the file store fails, the file still ' +
          'disappears at once and is removed later. With `If-Match`, the request fails with 412 if the file has ' +
          'changed since you read it.',
        security: [{ bearer: ['assets:delete'] }],
        scope: 'assets:delete',
        params: AssetParams,
        response: { 204: Type.Null({ description: 'The file is deleted.' }) },
        problems: ['PRECONDITION_FAILED', 'STORAGE_FAILED', 'STORAGE_UNAVAILABLE', 'STORAGE_TIMEOUT'],
      },
    },
    async (request, reply) => {
      const asset = await app.assets.claimFile(
        request.params.assetId,
        {},
        (revision) => app.etag.condition(request, revision),
        ({ _id, ownerId }) => {
          const details = { ownerId: ownerId.toString() }
          return [app.audit.entry(request, { action: 'admin.asset-deleted', targetId: _id, details })]
        },
      )
      await app.assets.erase(asset)
      return reply.code(204).send(null)
    },
  )
}

export default route
