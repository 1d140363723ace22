import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { storeFilters } from '../../../../models/metadata.js'
import { toKey } from '../../../../models/prefix.js'
import { toUser, USER_FIELDS } from '../../../../models/user.js'
import { withHeaders } from '../../../../openapi/answers.js'
import { accountGone, Problem } from '../../../../openapi/errors.js'
import { ref } from '../../../../openapi/ref.js'
import { LocaleName, Name, UserSchema } from '../../../../openapi/schemas/account.js'
import { UserMetadataSchema } from '../../../../openapi/schemas/metadata.js'

const Body = Type.Object(
  { name: Type.Optional(Name), locale: Type.Optional(LocaleName), metadata: Type.Optional(ref(UserMetadataSchema)) },
  { additionalProperties: false, minProperties: 1 },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.patch(
    '',
    {
      schema: {
        operationId: 'updateProfile',
        tags: ['Account'],
        summary: 'Update your account',
        description:
          'Changes the given properties; the others stay as they are. `metadata` replaces the present one. With `If-Match`, the request fails with 412 ' +
          'if your account has changed since you read it.',
        security: [{ bearer: [] }],
        body: Body,
        response: { 200: withHeaders(ref(UserSchema, 'The updated account.'), 'ETag') },
        problems: ['PRECONDITION_FAILED'],
      },
    },
    async (request, reply) => {
      const { user } = request.caller
      const { name: given, ...others } = request.body
      const name = given?.normalize('NFC')
      const filters = others.metadata && app.metadata.check('user', others.metadata)
      const { $set, $unset } = filters ? storeFilters('filters', filters) : {}
      const condition = app.etag.condition(request, user.revision)
      const event = {
        action: 'account.updated' as const,
        targetId: user._id,
        details: { changed: Object.keys(request.body) },
      }
      const updated = await app.db.User.findOneAndUpdate(
        { _id: user._id, status: 'active', ...condition },
        {
          $set: { ...others, ...$set, ...(name !== undefined && { name, nameKey: toKey(name) }), updatedAt: app.now() },
          ...($unset && { $unset }),
          $inc: { revision: 1 },
          $push: { outbox: app.audit.entry(request, event) },
        },
        { returnDocument: 'after', projection: USER_FIELDS },
      ).lean()
      if (!updated) throw condition.revision === undefined ? accountGone() : new Problem('PRECONDITION_FAILED')
      app.etag.set(reply, updated.revision)
      return toUser(updated)
    },
  )
}

export default route
