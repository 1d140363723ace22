import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { isId } from '../../../../models/asset.js'
import { accepted } from '../../../../openapi/answers.js'
import { Problem } from '../../../../openapi/errors.js'
import { ref } from '../../../../openapi/ref.js'
import { ID } from '../../../../openapi/schemas/account.js'
import { AssetId, BulkDeletedSchema } from '../../../../openapi/schemas/asset.js'
import { CurrentPassword } from '../../../../openapi/schemas/me.js'

const Body = Type.Union([
  Type.Object(
    { ids: Type.Array(AssetId, { minItems: 1, maxItems: 1000, description: 'The ids of the files to delete.' }) },
    { title: 'AssetIds', additionalProperties: false },
  ),
  Type.Object(
    {
      ownerId: Type.String({
        maxLength: 128,
        description: 'The id of the account whose files to delete.',
        examples: [ID],
      }),
      currentPassword: CurrentPassword,
    },
    { title: 'AssetsOfOwner', additionalProperties: false },
  ),
])

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/bulk-delete',
    {
      schema: {
        operationId: 'adminBulkDeleteAssets',
        tags: ['Administration'],
        summary: 'Delete several files, or all files of an account',
        description:
          'With `ids`, deletes each file separately and returns the outcome for each id. With `ownerId`, deletes ' +
          'all files of the account in the background; this requires your `currentPassword`.',
        security: [{ bearer: ['assets:delete'] }],
        body: Body,
        response: {
          200: ref(BulkDeletedSchema, 'The outcome. Each id is in one of the three lists.'),
          202: accepted('The files of the account are being deleted.'),
        },
        problems: ['NOT_FOUND', 'STEP_UP_REQUIRED', 'INVALID_CREDENTIALS', 'TOO_MANY_FAILURES'],
      },
    },
    async (request, reply) => {
      const { body } = request
      if ('ids' in body) {
        return app.assets.eraseByIds(body.ids, { purpose: 'file' }, (assetIds) =>
          app.audit.record(request, { action: 'admin.assets-deleted', targetId: null, details: { assetIds } }),
        )
      }
      const { ownerId } = body
      if (!isId(ownerId) || !(await app.db.User.exists({ _id: ownerId }))) throw new Problem('NOT_FOUND')
      await app.stepUp.verify(request, body.currentPassword)
      await app.audit.record(request, { action: 'admin.assets-deleted', targetId: ownerId })
      await app.assets.eraseFilesLater(ownerId)
      return reply.code(202).send()
    },
  )
}

export default route
