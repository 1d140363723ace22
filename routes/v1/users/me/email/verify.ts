import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { isDuplicateKey } from '../../../../../models/duplicate-key.js'
import { toUser, USER_FIELDS } from '../../../../../models/user.js'
import { Problem } from '../../../../../openapi/errors.js'
import { ref } from '../../../../../openapi/ref.js'
import { ChallengeId, Code, UserSchema } from '../../../../../openapi/schemas/account.js'

const Body = Type.Object({ challengeId: ChallengeId, code: Code }, { additionalProperties: false })

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/verify',
    {
      config: { limit: 'sign-in', counts: { codes: 'email-change' } },
      schema: {
        operationId: 'verifyEmailChange',
        tags: ['Account'],
        summary: 'Complete e-mail address change',
        description:
          'Checks the code and changes your e-mail address. The previous address is notified. Your sessions continue.',
        security: [{ bearer: [] }],
        body: Body,
        response: { 200: ref(UserSchema, 'Your account with its new address.') },
        problems: ['INVALID_CODE', 'EMAIL_TAKEN'],
      },
    },
    async (request, reply) => {
      const { user, userId } = request.caller
      const { challenge } = await app.challenges.verify(request, 'email-change', request.body, { userId: user._id })
      const event = app.audit.entry(
        request,
        { action: 'account.email-changed', targetId: userId },
        {
          template: 'email-changed',
          to: user.email as string,
          locale: user.locale,
          data: app.audit.notice(request, user.name),
        },
      )
      try {
        const updated = await app.db.User.findOneAndUpdate(
          { _id: user._id, status: 'active', authVersion: challenge.authVersion as number },
          {
            $set: { email: challenge.email, trustedDevices: [], updatedAt: app.now() },
            $inc: { authVersion: 1, revision: 1 },
            $push: { outbox: event },
          },
          { returnDocument: 'after', projection: USER_FIELDS },
        ).lean()
        if (!updated) throw new Problem('INVALID_CODE')
        app.etag.set(reply, updated.revision)
        return toUser(updated)
      } catch (error) {
        if (isDuplicateKey(error)) throw new Problem('EMAIL_TAKEN')
        throw error
      }
    },
  )
}

export default route
