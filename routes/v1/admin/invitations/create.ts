import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { givesRights } from '../../../../models/invitation.js'
import { canonicalEmail, toPermissions } from '../../../../models/user.js'
import { ref } from '../../../../openapi/ref.js'
import { InvitationSchema } from '../../../../openapi/schemas/invitation.js'
import { NewInvitation } from '../../../../openapi/schemas/invitation-requests.js'
import { requireAdministrator } from '../../../../plugins/auth/administrators.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '',
    {
      schema: {
        operationId: 'adminCreateInvitation',
        tags: ['Administration'],
        summary: 'Invite somebody',
        description:
          'Mails a code to the address, with which its owner creates an account. An invitation with the role `admin` or with ' +
          'permissions requires a step-up and the role `admin`. It stays valid only while you could still send it: if you are suspended, ' +
          'deleted or lose these rights before, its code is refused. Invitations work whether or not registration is open, and for addresses of ' +
          'every domain.',
        security: [{ bearer: ['users:write'] }],
        scope: 'users:write',
        body: NewInvitation,
        response: { 201: ref(InvitationSchema, 'The invitation. Its code is on its way.') },
        stepUp: true,
        problems: ['EMAIL_TAKEN', 'INVITATION_EXISTS', 'TOO_MANY_CODES'],
      },
    },
    async (request, reply) => {
      const { currentPassword, role = 'user', name = null, locale = null, ...given } = request.body
      const permissions = toPermissions(given.permissions ?? [])
      if (givesRights({ role, permissions })) await requireAdministrator(request, currentPassword)
      const email = canonicalEmail(given.email)
      const invitedBy = request.caller.user._id
      const offer = { email, name: name?.normalize('NFC') ?? null, locale, role, permissions, invitedBy }
      const charge = await app.budgets.take(request, 'send-invitation', { email, userId: invitedBy })
      try {
        const [shown] = await app.invitations.show(await app.invitations.create(request, offer, charge))
        reply.code(201)
        return shown as NonNullable<typeof shown>
      } catch (error) {
        await app.budgets.giveBack(charge)
        throw error
      }
    },
  )
}

export default route
