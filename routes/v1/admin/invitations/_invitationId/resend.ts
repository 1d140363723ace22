import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { findInvitation, givesRights } from '../../../../../models/invitation.js'
import { accepted } from '../../../../../openapi/answers.js'
import { InvitationParams } from '../../../../../openapi/schemas/invitation.js'
import { CurrentPasswordBody } from '../../../../../openapi/schemas/me.js'
import { requireAdministrator } from '../../../../../plugins/auth/administrators.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/resend',
    {
      config: { optionalBody: true },
      schema: {
        operationId: 'adminResendInvitation',
        tags: ['Administration'],
        summary: 'Resend an invitation',
        description:
          'Mails a new code, which replaces the previous one and lives as long as that of a new invitation. An expired invitation is ' +
          'pending again. You answer for the invitation from then on, so this requires what creating it requires.',
        security: [{ bearer: ['users:write'] }],
        scope: 'users:write',
        params: InvitationParams,
        body: CurrentPasswordBody,
        response: { 202: accepted('A new code is on its way.') },
        stepUp: true,
        problems: ['EMAIL_TAKEN', 'INVITATION_ENDED', 'INVITATION_EXISTS', 'TOO_MANY_CODES'],
      },
    },
    async (request, reply) => {
      const invitation = await findInvitation(app.db.Invitation, request.params.invitationId)
      if (givesRights(invitation)) await requireAdministrator(request, request.body.currentPassword)
      const { email } = invitation
      const charge = await app.budgets.take(request, 'send-invitation', { email, userId: request.caller.user._id })
      try {
        await app.invitations.resend(request, invitation, charge)
      } catch (error) {
        await app.budgets.giveBack(charge)
        throw error
      }
      return reply.code(202).send()
    },
  )
}

export default route
