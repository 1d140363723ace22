import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import { type JobDocument, MAIL_STATES, toJobState, toMail } from '../../../../models/job.js'
import { ref, stringEnum } from '../../../../openapi/ref.js'
import { MailPageSchema, type MailSchema } from '../../../../openapi/schemas/admin.js'
import { pageQuery } from '../../../../openapi/schemas/page.js'
import { findPage } from '../../../../plugins/http/pages.js'

const Query = Type.Object(
  { ...pageQuery, state: Type.Optional(stringEnum(MAIL_STATES)) },
  { additionalProperties: false },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'adminListMails',
        tags: ['Administration'],
        summary: 'List the queued mail',
        description: 'Newest first. Neither contents nor addresses are shown.',
        security: [{ bearer: ['mails:read'] }],
        querystring: Query,
        response: { 200: ref(MailPageSchema, 'A page of mails.') },
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
