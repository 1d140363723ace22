import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { findUser } from '../../../../../models/user.js'
import { accepted } from '../../../../../openapi/answers.js'
import { UserParams } from '../../../../../openapi/schemas/admin.js'
import { CurrentPasswordBody } from '../../../../../openapi/schemas/me.js'
import { requireAdministrator } from '../../../../../plugins/auth/administrators.js'

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
          'Ends every session of the account and frees its e-mail address at once; its files and other data are ' +
          'removed soon after. The owner is notified by e-mail. This requires a ' +
          'step-up and, to delete an administrator, the role `admin`. The last active administrator ' +
          'cannot be deleted. With `If-Match`, the request fails with 412 if the account has changed ' +
          'since you read it.',
        security: [{ bearer: ['users:delete'] }],
        params: UserParams,
        body: CurrentPasswordBody,
        response: { 202: accepted('The account is deleted. Its files and other data are being removed.') },
        stepUp: true,
        problems: ['PRECONDITION_FAILED', 'LAST_ADMINISTRATOR'],
      },
    },
    async (request, reply) => {
      const { currentPassword } = request.body
      const begin = async () => {
        const target = await findUser(app.db.User, request.params.userId)
        if (target.role === 'admin') await requireAdministrator(request, currentPassword)
        else await app.stepUp.verify(request, currentPassword)
        app.etag.condition(request, target.revision)
        return app.accountDeletion.begin(request, target, {
          action: 'admin.user-deleted',
          notice: { name: target.name, at: app.now() },
          condition: { revision: target.revision },
        })
      }
      // false if the account changed in between: start over with what it is now
      while (!(await begin()));
      return reply.code(202).send()
    },
  )
}

export default route
