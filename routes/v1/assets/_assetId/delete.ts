import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { findFile } from '../../../../models/asset.js'
import { Problem } from '../../../../openapi/errors.js'
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
      const find = () => findFile(app.db.Asset, request.params.assetId, { ownerId: request.caller.user._id })
      const asset = await find()
      if (!(await app.assets.claim(asset, app.etag.condition(request, asset.revision)))) {
        await find()
        /* c8 ignore next 2 -- only a change between the two reads above leads here, and no test can hold them apart */
        throw new Problem('PRECONDITION_FAILED')
      }
      await app.audit.record(request, { action: 'asset.deleted', targetId: asset._id })
      await app.assets.erase(asset)
      return reply.code(204).send(null)
    },
  )
}

export default route
