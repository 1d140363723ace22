import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { accepted } from '../../../../../openapi/answers.js'
import { UserParams } from '../../../../../openapi/schemas/admin.js'
import { CurrentPassword } from '../../../../../openapi/schemas/me.js'
import { findTarget, requireAdministrator } from '../target.js'

const Body = Type.Object({ currentPassword: CurrentPassword }, { additionalProperties: false })

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.delete(
    '',
    {
      config: { optionalBody: true },
      schema: {
        operationId: 'adminDeleteUser',
        tags: ['Administration'],
        summary: 'Delete an account',
        description:
          'Ends every session and frees the address at once; files and records are removed soon after. The owner is told by mail. To ' +
          "delete an administrator takes the role `admin` and the caller's own password; the own account takes the password too. " +
          'If-Match guards against a change made meanwhile.',
        security: [{ bearer: ['users:delete'] }],
        params: UserParams,
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
      const { currentPassword } = request.body
      const begin = async () => {
        const target = await findTarget(app, request.params.userId)
        if (target.role === 'admin') await requireAdministrator(request, currentPassword)
        else if (target._id.equals(request.caller.userId)) await app.stepUp.verify(request, currentPassword)
        app.etag.condition(request, target.revision)
        return app.accountDeletion.begin(request, target, {
          action: 'admin.user-deleted',
          notice: { name: target.name, at: app.now() },
          condition: { revision: target.revision },
        })
      }
      // whatever was changed in between is looked at anew
      while (!(await begin()));
      return reply.code(202).send()
    },
  )
}

export default route
