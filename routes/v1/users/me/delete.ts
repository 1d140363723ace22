import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { accepted } from '../../../../openapi/answers.js'
import { accountGone } from '../../../../openapi/errors.js'
import { CurrentPassword } from '../../../../openapi/schemas/me.js'

const Body = Type.Object({ currentPassword: CurrentPassword }, { additionalProperties: false })

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '',
    {
      config: { limit: 'sign-in', optionalBody: true },
      schema: {
        operationId: 'deleteAccount',
        tags: ['Account'],
        summary: 'Delete the own account',
        description:
          'Ends every session and frees the address at once; files and records are removed soon after. The owner is told by mail. The ' +
          'last active administrator cannot go. If-Match guards against a change made meanwhile.',
        security: [{ bearer: [] }],
        body: Body,
        response: { 202: accepted('The account is gone, and what belongs to it is being removed.') },
        problems: [
          'STEP_UP_REQUIRED',
          'INVALID_CREDENTIALS',
          'TOO_MANY_FAILURES',
          'PRECONDITION_FAILED',
          'LAST_ADMINISTRATOR',
        ],
      },
    },
    async (request, reply) => {
      const { user, sessionId } = request.caller
      const { hash, authVersion } = await app.stepUp.verify(request, request.body.currentPassword)
      const condition = app.etag.condition(request, user.revision)
      const hasBegun = await app.accountDeletion.begin(request, user, {
        action: 'account.deleted',
        notice: app.audit.notice(request, user.name),
        condition: {
          authVersion,
          'password.hash': hash,
          'sessions._id': sessionId,
          ...condition,
        },
      })
      // the account was changed in between
      if (!hasBegun) throw accountGone()
      app.sessions.clear(reply)
      return reply.code(202).send()
    },
  )
}

export default route
