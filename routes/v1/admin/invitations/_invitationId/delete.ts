import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { findInvitation } from '../../../../../models/invitation.js'
import { InvitationParams } from '../../../../../openapi/schemas/invitation.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '',
    {
      schema: {
        operationId: 'adminDeleteInvitation',
        tags: ['Administration'],
        summary: 'Withdraw an invitation',
        description: 'Stops the code at once. The invitation stays in the list as `withdrawn`.',
        security: [{ bearer: ['users:write'] }],
        scope: 'users:write',
        params: InvitationParams,
        response: { 204: Type.Null({ description: 'The invitation is withdrawn.' }) },
        problems: ['INVITATION_ENDED'],
      },
    },
    async (request, reply) => {
      const invitation = await findInvitation(app.db.Invitation, request.params.invitationId)
      await app.invitations.withdraw(request, invitation)
      return reply.code(204).send(null)
    },
  )
}

export default route
