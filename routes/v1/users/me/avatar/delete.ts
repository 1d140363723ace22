import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '',
    {
      schema: {
        operationId: 'deleteAvatar',
        tags: ['Account'],
        summary: 'Delete your profile image',
        description: 'Deletes your profile image, also from the file store. If you have none, nothing happens.',
        security: [{ bearer: [] }],
        response: { 204: Type.Null({ description: 'You have no profile image.' }) },
        problems: [],
      },
    },
    async (request, reply) => {
      const { user } = request.caller
      if (user.avatar) {
        const event = app.audit.entry(request, {
          action: 'account.updated',
          targetId: user._id,
          details: { changed: ['avatarUrl'] },
        })
        await app.assets.setAvatar(user._id, null, [event])
      }
      return reply.code(204).send(null)
    },
  )
}

export default route
