import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import { type JobDocument, toJobState, toMail } from '../../../../models/job.js'
import { withHeaders } from '../../../../openapi/answers.js'
import { ref } from '../../../../openapi/ref.js'
import { MailPageSchema, type MailSchema, MailState } from '../../../../openapi/schemas/admin.js'
import { pageQuery } from '../../../../openapi/schemas/page.js'
import { findPage } from '../../../../plugins/http/pages.js'

const Query = Type.Object({ ...pageQuery, state: Type.Optional(MailState) }, { additionalProperties: false })

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'adminListMails',
        tags: ['Administration'],
        summary: 'List outgoing e-mails',
        description:
          'Returns the e-mails that the server has queued or sent, newest first, without their contents and ' +
          'recipients.',
        security: [{ bearer: ['mails:read'] }],
        scope: 'mails:read',
        querystring: Query,
        response: { 200: withHeaders(ref(MailPageSchema, 'A page of e-mails.'), 'Link') },
        problems: ['INVALID_CURSOR'],
      },
    },
    async (request, reply) => {
      const { state } = request.query
      return findPage(request, reply, app.db.Job, {
        filter: { kind: 'mail', ...(state && { state: toJobState(state) }) },
        sort: '-createdAt',
        show: (job: JobDocument) => toMail(job) as Static<typeof MailSchema>,
      })
    },
  )
}

export default route
