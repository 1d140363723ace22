import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { ownEvents } from '../../../../models/audit-event.js'
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
        summary: 'List what happened to the own account',
        description:
          'What the caller did, and what was done to the account, newest first. From where an administrator acted is not shown.',
        security: [{ bearer: [] }],
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: ref(AuditEventPageSchema, 'A page of events.') },
        problems: ['INVALID_CURSOR'],
      },
    },
    async (request, reply) =>
      findPage(request, reply, app.db.AuditEvent, { ...ownEvents(request.caller.userId), sort: '-at' }),
  )
}

export default route
