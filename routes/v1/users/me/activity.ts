import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ownEvents } from '../../../../models/audit-event.js'
import { withHeaders } from '../../../../openapi/answers.js'
import { ref } from '../../../../openapi/ref.js'
import { AuditEventPageSchema } from '../../../../openapi/schemas/audit.js'
import { pageQuery } from '../../../../openapi/schemas/page.js'
import { findPage } from '../../../../plugins/http/pages.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/activity',
    {
      schema: {
        operationId: 'listActivity',
        tags: ['Account'],
        summary: "List your account's activity",
        description:
          'Returns what you did and what was done to your account, newest first. For events caused by somebody ' +
          'else, such as an administrator, `ip`, `userAgent` and `requestId` are null.',
        security: [{ bearer: [] }],
        scope: 'me:read',
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: withHeaders(ref(AuditEventPageSchema, 'A page of audit events.'), 'Link') },
        problems: ['INVALID_CURSOR'],
      },
    },
    async (request, reply) =>
      findPage(request, reply, app.db.AuditEvent, { ...ownEvents(request.caller.userId), sort: '-at' }),
  )
}

export default route
