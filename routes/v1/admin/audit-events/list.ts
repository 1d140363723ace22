import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { toAuditEvent } from '../../../../models/audit-event.js'
import { withHeaders } from '../../../../openapi/answers.js'
import { ref } from '../../../../openapi/ref.js'
import { AuditEventPageSchema, eventQuery } from '../../../../openapi/schemas/audit.js'
import { pageQuery } from '../../../../openapi/schemas/page.js'
import { between } from '../../../../plugins/http/dates.js'
import { findPage } from '../../../../plugins/http/pages.js'

const id = (description: string) => Type.Optional(Type.String({ maxLength: 100, description }))

const Query = Type.Object(
  {
    ...pageQuery,
    actorId: id('Only events caused by this account.'),
    targetId: id('Only events that concern this account or object.'),
    ...eventQuery,
  },
  { additionalProperties: false },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'adminListAuditEvents',
        tags: ['Administration'],
        summary: 'List audit events',
        description: 'Returns what happened to accounts, sessions, permissions and files, newest first.',
        security: [{ bearer: ['audit:read'] }],
        scope: 'audit:read',
        querystring: Query,
        response: { 200: withHeaders(ref(AuditEventPageSchema, 'A page of audit events.'), 'Link') },
        problems: ['INVALID_CURSOR'],
      },
    },
    async (request, reply) => {
      const { actorId, targetId, action, from, to } = request.query
      return findPage(request, reply, app.db.AuditEvent, {
        filter: {
          ...(actorId && { actorId }),
          ...(targetId && { targetId }),
          ...(action && { action }),
          ...((from || to) && { at: between({ from, to }) }),
        },
        sort: '-at',
        show: toAuditEvent,
      })
    },
  )
}

export default route
