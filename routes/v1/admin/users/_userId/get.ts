import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { findUser, livingSessions, toAdminUser } from '../../../../../models/user.js'
import { unchanged, withHeaders } from '../../../../../openapi/answers.js'
import { ref } from '../../../../../openapi/ref.js'
import { UserDetailsSchema, UserParams } from '../../../../../openapi/schemas/admin.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'adminGetUser',
        tags: ['Administration'],
        summary: 'Get an account',
        description:
          'Returns an account with its usage. The ETag is that of the account: it does not change with its sessions ' +
          'or files. If `If-None-Match` contains it, the response is 304 without a body.',
        security: [{ bearer: ['users:read'] }],
        scope: 'users:read',
        params: UserParams,
        response: {
          200: withHeaders(ref(UserDetailsSchema, 'The account with its usage.'), 'ETag'),
          304: unchanged,
        },
      },
    },
    async (request, reply) => {
      const user = await findUser(app.db.User, request.params.userId)
      app.etag.set(reply, user.revision)
      if (app.etag.isFresh(request, user.revision)) return reply.code(304).send()
      const sessions = await livingSessions(app.db.User, user._id, app.now())
      const [files] = await app.db.Asset.aggregate<{ count: number; bytes: number }>([
        { $match: { ownerId: user._id, purpose: 'file', state: 'ready' } },
        { $group: { _id: null, count: { $sum: 1 }, bytes: { $sum: '$bytes' } } },
      ])
      return {
        user: toAdminUser(user),
        sessionCount: sessions.length,
        assetCount: files?.count ?? 0,
        assetBytes: files?.bytes ?? 0,
        lastLoginAt: user.lastLoginAt?.toISOString() ?? null,
        externalId: user.externalId ?? null,
      }
    },
  )
}

export default route
