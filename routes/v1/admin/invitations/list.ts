import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { type InvitationDocument, inState } from '../../../../models/invitation.js'
import { withHeaders } from '../../../../openapi/answers.js'
import { ref } from '../../../../openapi/ref.js'
import { InvitationPageSchema } from '../../../../openapi/schemas/invitation.js'
import { InvitationState } from '../../../../openapi/schemas/invitation-requests.js'
import { pageQuery } from '../../../../openapi/schemas/page.js'
import { findPage } from '../../../../plugins/http/pages.js'

const Query = Type.Object({ ...pageQuery, state: Type.Optional(InvitationState) }, { additionalProperties: false })

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'adminListInvitations',
        tags: ['Administration'],
        summary: 'List invitations',
        description:
          'Returns the invitations, newest first, with the state of their e-mails. They are kept for 30 days after their expiry.',
        security: [{ bearer: ['users:read'] }],
        scope: 'users:read',
        querystring: Query,
        response: { 200: withHeaders(ref(InvitationPageSchema, 'A page of invitations.'), 'Link') },
        problems: ['INVALID_CURSOR'],
      },
    },
    async (request, reply) => {
      const { state } = request.query
      const { items, ...page } = await findPage(request, reply, app.db.Invitation, {
        filter: state ? inState(state, app.now()) : {},
        sort: '-createdAt',
        show: (invitation: InvitationDocument) => invitation,
      })
      return { ...page, items: await app.invitations.show(...items) }
    },
  )
}

export default route
