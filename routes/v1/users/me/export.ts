import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { apiKeysOf, toApiKey } from '../../../../models/api-key.js'
import { toAsset } from '../../../../models/asset.js'
import { ownEvents } from '../../../../models/audit-event.js'
import { toSession } from '../../../../models/session.js'
import { factorsOf, livingSessions, toUser, trustedDevicesOf } from '../../../../models/user.js'
import { ref } from '../../../../openapi/ref.js'
import { AccountExportSchema } from '../../../../openapi/schemas/me.js'
import { sendDownload } from '../../../../plugins/http/download.js'

/** Yields the JSON of an array, element by element. */
async function* jsonArray(elements: AsyncIterable<unknown>): AsyncGenerator<string> {
  let separator = '['
  for await (const element of elements) {
    yield separator + JSON.stringify(element)
    separator = ','
  }
  yield separator === '[' ? '[]' : ']'
}

async function* map<T>(rows: AsyncIterable<T>, show: (row: T) => unknown): AsyncGenerator<unknown> {
  for await (const row of rows) yield show(row)
}

const route: FastifyPluginAsyncTypebox = async (app) => {
  const { Asset, AuditEvent } = app.db

  app.get(
    '/export',
    {
      schema: {
        operationId: 'exportAccount',
        tags: ['Account'],
        summary: 'Export your account',
        description:
          'Returns all data stored about you as one JSON document. Secrets and the contents of your files are not ' +
          'included.',
        security: [{ bearer: [] }],
        scope: 'me:read',
        response: { 200: ref(AccountExportSchema, 'The export.') },
      },
    },
    async (request, reply) => {
      const { user, userId, sessionId } = request.caller
      const sessions = await livingSessions(app.db.User, user._id, app.now())
      const trustedDevices = await trustedDevicesOf(app.db.User, user._id, app.now())
      const factors = await factorsOf(app.db.User, user._id)
      const apiKeys = await apiKeysOf(app.db.ApiKey, user._id)
      const invitations = await app.db.Invitation.find({ $or: [{ userId: user._id }, { invitedBy: user._id }] })
        .sort({ createdAt: -1 })
        .lean()
      const found = await app.db.User.findOne({ _id: user._id }, { externalId: 1 }).lean()
      /* c8 ignore next -- null if the account was deleted in the meantime */
      const externalId = found?.externalId ?? null
      const events = ownEvents(userId)
      await app.audit.record(request, { action: 'account.exported', targetId: userId })

      async function* document() {
        yield `{"user":${JSON.stringify(toUser(user))}`
        yield `,"externalId":${JSON.stringify(externalId)}`
        yield `,"sessions":${JSON.stringify(sessions.map((session) => toSession(session, sessionId)))}`
        yield `,"trustedDevices":${JSON.stringify(trustedDevices)}`
        yield `,"factors":${JSON.stringify(factors)}`
        yield `,"invitations":${JSON.stringify(await app.invitations.show(...invitations))}`
        yield `,"apiKeys":${JSON.stringify(apiKeys.map(toApiKey))}`
        yield ',"assets":'
        yield* jsonArray(map(Asset.find({ ownerId: user._id, state: 'ready' }).sort({ createdAt: -1 }).lean(), toAsset))
        yield ',"activity":'
        yield* jsonArray(map(AuditEvent.find(events.filter).sort({ at: -1, _id: -1 }).lean(), events.show))
        yield '}'
      }
      // every row has the shape that its own route returns
      return sendDownload(reply, {
        filename: 'account.json',
        contentType: 'application/json; charset=utf-8',
        pieces: document(),
      })
    },
  )
}

export default route
