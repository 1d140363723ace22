import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { findFile, toAsset, toTags } from '../../../../models/asset.js'
import { storeFilters } from '../../../../models/metadata.js'
import { toKey } from '../../../../models/prefix.js'
import { withHeaders } from '../../../../openapi/answers.js'
import { Problem } from '../../../../openapi/errors.js'
import { ref } from '../../../../openapi/ref.js'
import { AssetParams, AssetSchema, Description, Tags } from '../../../../openapi/schemas/asset.js'
import { AssetMetadataSchema } from '../../../../openapi/schemas/metadata.js'
import { displayName } from '../../../../plugins/storage/filename.js'

const Body = Type.Object(
  {
    filename: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 255,
        description: 'The new name. Characters that are unsafe to display are removed.',
        examples: ['lake at noon.jpg'],
      }),
    ),
    tags: Type.Optional(Tags),
    description: Type.Optional(Description),
    metadata: Type.Optional(ref(AssetMetadataSchema)),
  },
  { additionalProperties: false, minProperties: 1 },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.patch(
    '',
    {
      schema: {
        operationId: 'updateAsset',
        tags: ['Assets'],
        summary: 'Update one of your files',
        description:
          'Changes the given properties; the others stay as they are. `metadata` replaces the present one. With `If-Match`, the request fails with 412 ' +
          'if the file has changed since you read it.',
        security: [{ bearer: [] }],
        scope: 'files:write',
        params: AssetParams,
        body: Body,
        response: { 200: withHeaders(ref(AssetSchema, 'The updated file.'), 'ETag') },
        problems: ['PRECONDITION_FAILED'],
      },
    },
    async (request, reply) => {
      const find = () => findFile(app.db.Asset, request.params.assetId, { ownerId: request.caller.user._id })
      const asset = await find()
      const condition = app.etag.condition(request, asset.revision)
      const { filename, tags, description, metadata } = request.body
      const filters = metadata && app.metadata.check('asset', metadata)
      const { $set, $unset } = filters ? storeFilters('filters', filters) : {}
      const name = filename && displayName(filename, asset.filename)
      const event = {
        action: 'asset.updated' as const,
        targetId: asset._id,
        details: { changed: Object.keys(request.body) },
      }
      const updated = await app.db.Asset.findOneAndUpdate(
        { _id: asset._id, state: 'ready', ...condition },
        {
          $set: {
            ...(name && { filename: name, filenameKey: toKey(name) }),
            ...(tags && { tags: toTags(tags) }),
            ...(description !== undefined && { description: description.normalize('NFC') }),
            ...(metadata && { metadata }),
            ...$set,
            updatedAt: app.now(),
          },
          ...($unset && { $unset }),
          $inc: { revision: 1 },
          $push: { outbox: app.audit.entry(request, event) },
        },
        { returnDocument: 'after' },
      ).lean()
      if (!updated) {
        await find()
        throw new Problem('PRECONDITION_FAILED')
      }
      app.etag.set(reply, updated.revision)
      return toAsset(updated)
    },
  )
}

export default route
