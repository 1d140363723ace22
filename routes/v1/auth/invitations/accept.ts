import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { isDuplicateKey } from '../../../../models/duplicate-key.js'
import { toKey } from '../../../../models/prefix.js'
import { toUser } from '../../../../models/user.js'
import { Problem } from '../../../../openapi/errors.js'
import { ref } from '../../../../openapi/ref.js'
import { RegisteredSchema } from '../../../../openapi/schemas/account.js'
import { Acceptance } from '../../../../openapi/schemas/invitation-requests.js'
import { digitsOf } from '../../../../plugins/auth/code.js'
import { localeOf } from '../../../../plugins/http/accept-language.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/accept',
    {
      config: { limit: 'sign-in', counts: { codes: 'invitation' } },
      schema: {
        operationId: 'acceptInvitation',
        tags: ['Registration'],
        summary: 'Accept an invitation',
        description:
          'Checks the code from the mail and creates the account, with the rights that the invitation offers. This does not sign you ' +
          'in. It works whether or not registration is open.',
        security: [],
        body: Acceptance,
        response: { 200: ref(RegisteredSchema, 'The account is active.') },
        problems: ['INVALID_CODE', 'EMAIL_TAKEN', 'PASSWORD_TOO_WEAK'],
      },
    },
    async (request) => {
      const { invitationId, password } = request.body
      const name = request.body.name.normalize('NFC')
      const invitation = await app.invitations.check(request, invitationId, digitsOf(request.body.code))
      const { email, role, permissions, locale } = invitation
      try {
        await app.passwords.requireStrong(password, { email, name })
      } catch (error) {
        await app.invitations.giveBack(invitation)
        throw error
      }
      const hash = await app.passwords.hash(password)
      const userId = await app.invitations.consume(request, invitation)
      const now = app.now()
      const details = { invitationId, role, permissions }
      const event = { action: 'account.joined' as const, actorId: userId, targetId: userId, details }
      try {
        const user = await app.db.User.create({
          _id: userId,
          email,
          name,
          nameKey: toKey(name),
          locale: locale ?? localeOf(request.headers['accept-language']),
          password: hash,
          role,
          permissions,
          status: 'active',
          outbox: [app.audit.entry(request, event)],
          createdAt: now,
          updatedAt: now,
        })
        await app.invitations.finish(invitation, userId)
        await app.budgets.giveBack(invitation.charge)
        return { user: toUser(user) }
      } catch (error) {
        if (isDuplicateKey(error)) throw new Problem('EMAIL_TAKEN')
        throw error
      }
    },
  )
}

export default route
