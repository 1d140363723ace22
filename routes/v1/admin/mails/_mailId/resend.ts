import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { accepted } from '../../../../../openapi/answers.js'
import { Problem } from '../../../../../openapi/errors.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/resend',
    {
      schema: {
        operationId: 'adminResendMail',
        tags: ['Administration'],
        summary: 'Resend an e-mail',
        description:
          'Sends a failed or waiting e-mail now. An e-mail that was sent or has expired is not found, because its ' +
          'content has been erased.',
        security: [{ bearer: ['mails:write'] }],
        scope: 'mails:write',
        params: Type.Object({ mailId: Type.String({ description: 'The id of the e-mail.' }) }),
        response: { 202: accepted('The e-mail is due now.') },
      },
    },
    async (request, reply) => {
      const _id = request.params.mailId
      const mail = await app.db.Job.exists({ _id, kind: 'mail', state: { $in: ['waiting', 'failed'] } })
      if (!mail) throw new Problem('NOT_FOUND')
      // false if the mail is being sent at this moment
      await app.jobs.retry(_id)
      await app.audit.record(request, { action: 'admin.mail-resent', targetId: _id })
      return reply.code(202).send()
    },
  )
}

export default route
