import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { accepted } from '../../../../openapi/answers.js'
import { accountGone } from '../../../../openapi/errors.js'
import { CurrentPasswordBody } from '../../../../openapi/schemas/me.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '',
    {
      config: { limit: 'sign-in', optionalBody: true },
      schema: {
        operationId: 'deleteAccount',
        tags: ['Account'],
        summary: 'Delete your account',
        description:
          'Ends all your sessions and frees your e-mail address at once; your files and other data are removed soon ' +
          'after. You are notified by e-mail. Requires a step-up. The last active administrator cannot ' +
          'be deleted. With `If-Match`, the request fails with 412 if your account has changed since you read it.',
        security: [{ bearer: [] }],
        body: CurrentPasswordBody,
        response: { 202: accepted('Your account is deleted. Your files and other data are being removed.') },
        stepUp: true,
        problems: ['PRECONDITION_FAILED', 'LAST_ADMINISTRATOR'],
      },
    },
    async (request, reply) => {
      const { user } = request.caller
      const unchanged = await app.stepUp.verify(request, request.body.currentPassword)
      const condition = app.etag.condition(request, user.revision)
      const hasBegun = await app.accountDeletion.begin(request, user, {
        action: 'account.deleted',
        notice: app.audit.notice(request, user.name),
        condition: { ...unchanged, ...condition },
      })
      // the account was changed in the meantime
      if (!hasBegun) throw accountGone()
      app.sessions.clear(reply)
      return reply.code(202).send()
    },
  )
}

export default route
