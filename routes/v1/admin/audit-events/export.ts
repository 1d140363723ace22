import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { type AuditEventDocument, toAuditEvent } from '../../../../models/audit-event.js'
import { AuditEventLines, eventQuery } from '../../../../openapi/schemas/audit.js'
import { between } from '../../../../plugins/http/dates.js'
import { sendDownload } from '../../../../plugins/http/download.js'
import { inBatches } from '../../../../plugins/http/pages.js'

/** Events that are read at once. */
const BATCH = 1000

const Query = Type.Object(eventQuery, { additionalProperties: false })

async function* linesOf(batches: AsyncIterable<AuditEventDocument[]>): AsyncGenerator<string> {
  for await (const events of batches) yield events.map((event) => `${JSON.stringify(toAuditEvent(event))}\n`).join('')
}

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '/export',
    {
      schema: {
        operationId: 'adminExportAuditEvents',
        tags: ['Administration'],
        summary: 'Export audit events',
        description:
          'Returns all audit events, oldest first, as newline-delimited JSON (https://github.com/ndjson/ndjson-spec), while they are ' +
          'read: a connection that breaks off means that the export is incomplete. It ends with the events of the time of your request, at the latest. ' +
          'An event can be stored some seconds after its time, up to a minute if a server was interrupted. For regular exports, let each ' +
          'one begin some minutes before the end of the one before, and drop the events whose `id` you have already. The export is ' +
          'itself an audit event.',
        security: [{ bearer: ['audit:read'] }],
        scope: 'audit:read',
        querystring: Query,
        response: {
          200: {
            description: 'The audit events, one on each line.',
            content: { 'application/x-ndjson': { schema: AuditEventLines } },
          },
        },
      },
    },
    async (request, reply) => {
      const { action, from, to } = request.query
      const now = app.now()
      const { $gte, $lt = now } = between({ from, to })
      // events go on being recorded: without a bound, the export of a busy server has no end
      const at = { ...($gte && { $gte }), $lt: $lt < now ? $lt : now }
      await app.audit.record(request, {
        action: 'admin.audit-exported',
        targetId: null,
        details: { ...request.query },
      })
      const batches = inBatches(app.db.AuditEvent, { ...(action && { action }), at }, 'at', BATCH)
      return sendDownload(reply, {
        filename: 'audit-events.ndjson',
        contentType: 'application/x-ndjson',
        pieces: linesOf(batches),
      })
    },
  )
}

export default route
