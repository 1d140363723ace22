import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { isId } from '../../../../models/asset.js'
import { accepted } from '../../../../openapi/answers.js'
import { Problem } from '../../../../openapi/errors.js'
import { ref } from '../../../../openapi/ref.js'
import { ID } from '../../../../openapi/schemas/account.js'
import { AssetId, BulkDeletedSchema, MAX_IDS } from '../../../../openapi/schemas/asset.js'
import { CurrentPassword } from '../../../../openapi/schemas/me.js'
import { deletedBy } from '../../../../plugins/assets/erase.js'

// one shape and not a union of two, which most generators merge into a type that requires both properties
const Body = Type.Object(
  {
    ids: Type.Optional(
      Type.Array(AssetId, {
        minItems: 1,
        maxItems: MAX_IDS,
        description: 'The ids of the files to delete. Send either `ids` or `ownerId`.',
      }),
    ),
    ownerId: Type.Optional(
      Type.String({
        maxLength: 128,
        description: 'The id of the account whose files to delete. Send either `ids` or `ownerId`.',
        examples: [ID],
      }),
    ),
    currentPassword: CurrentPassword,
  },
  { additionalProperties: false, minProperties: 1, examples: [{ ids: [ID] }] },
)

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
          'all files of the account in the background; this requires a step-up.',
        security: [{ bearer: ['assets:delete'] }],
        scope: 'assets:delete',
        body: Body,
        response: {
          200: ref(BulkDeletedSchema, 'The outcome. Each id is in one of the three lists.'),
          202: accepted('The files of the account are being deleted.'),
        },
        stepUp: true,
        problems: ['NOT_FOUND'],
      },
    },
    async (request, reply) => {
      const { ids, ownerId, currentPassword } = request.body
      const { userId } = request.caller
      if (ids !== undefined && ownerId === undefined) {
        return app.assets.eraseByIds(
          ids,
          { purpose: 'file' },
          (asset) => [deletedBy(app, userId, asset)],
          (assetIds) =>
            app.audit.record(request, { action: 'admin.assets-deleted', targetId: null, details: { assetIds } }),
        )
      }
      if (ids !== undefined || ownerId === undefined) {
        throw new Problem('VALIDATION_FAILED', {
          errors: [{ pointer: '', code: 'oneOf', message: 'must have either ids or ownerId' }],
        })
      }
      if (!isId(ownerId) || !(await app.db.User.exists({ _id: ownerId }))) throw new Problem('NOT_FOUND')
      await app.stepUp.verify(request, currentPassword)
      await app.audit.record(request, { action: 'admin.assets-deleted', targetId: ownerId })
      await app.assets.eraseFilesLater(ownerId, userId)
      return reply.code(202).send()
    },
  )
}

export default route
