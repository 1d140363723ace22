import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ref } from '../../../openapi/ref.js'
import { AssetId, BulkDeletedSchema } from '../../../openapi/schemas/asset.js'

const Body = Type.Object(
  { ids: Type.Array(AssetId, { minItems: 1, maxItems: 100, description: 'The ids of the files to delete.' }) },
  { additionalProperties: false },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/bulk-delete',
    {
      schema: {
        operationId: 'bulkDeleteAssets',
        tags: ['Assets'],
        summary: 'Delete several of your files',
        description: 'Deletes each file separately and returns the outcome for each id.',
        security: [{ bearer: [] }],
        scope: 'files:delete',
        body: Body,
        response: { 200: ref(BulkDeletedSchema, 'The outcome. Each id is in one of the three lists.') },
      },
    },
    async (request) => {
      const { user } = request.caller
      const own = { ownerId: user._id, purpose: 'file' } as const
      return app.assets.eraseByIds(request.body.ids, own, ({ _id }) => [
        app.audit.entry(request, { action: 'asset.deleted', targetId: _id }),
      ])
    },
  )
}

export default route
