import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Types } from 'mongoose'
import { toApiKey } from '../../../../models/api-key.js'
import { isId } from '../../../../models/asset.js'
import { withHeaders } from '../../../../openapi/answers.js'
import { ref } from '../../../../openapi/ref.js'
import { ApiKeyPageSchema } from '../../../../openapi/schemas/api-key.js'
import { pageQuery } from '../../../../openapi/schemas/page.js'
import { findPage } from '../../../../plugins/http/pages.js'

const Query = Type.Object(
  {
    ...pageQuery,
    ownerId: Type.Optional(
      Type.String({ maxLength: 100, description: 'Only API keys of this account or service account.' }),
    ),
  },
  { additionalProperties: false },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'adminListApiKeys',
        tags: ['Administration'],
        summary: 'List API keys',
        description:
          'Returns the API keys of all accounts without their secrets, newest first. Expired keys are included.',
        security: [{ bearer: ['keys:read'] }],
        scope: 'keys:read',
        querystring: Query,
        response: { 200: withHeaders(ref(ApiKeyPageSchema, 'A page of API keys.'), 'Link') },
        problems: ['INVALID_CURSOR'],
      },
    },
    async (request, reply) => {
      const { ownerId } = request.query
      return findPage(request, reply, app.db.ApiKey, {
        filter: {
          ...(ownerId !== undefined && { ownerId: { $in: isId(ownerId) ? [new Types.ObjectId(ownerId)] : [] } }),
        },
        sort: '-createdAt',
        show: toApiKey,
      })
    },
  )
}

export default route
