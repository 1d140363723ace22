import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { PREFIX, startsWith } from '../../../../models/prefix.js'
import { ROLES, STATUSES, toUser, USER_FIELDS } from '../../../../models/user.js'
import { withHeaders } from '../../../../openapi/answers.js'
import { ref, stringEnum } from '../../../../openapi/ref.js'
import { UserPageSchema } from '../../../../openapi/schemas/admin.js'
import { pageQuery, totalQuery } from '../../../../openapi/schemas/page.js'
import { findPage } from '../../../../plugins/http/pages.js'

const SORTS = {
  createdAt: 'createdAt',
  '-createdAt': '-createdAt',
  email: 'email',
  '-email': '-email',
  name: 'nameKey',
  '-name': '-nameKey',
} as const
type Sort = keyof typeof SORTS

const Query = Type.Object(
  {
    ...pageQuery,
    sort: Type.Optional(
      stringEnum(Object.keys(SORTS) as Sort[], {
        default: '-createdAt',
        description: 'The property to sort by. A leading `-` sorts in descending order.',
      }),
    ),
    role: Type.Optional(stringEnum(ROLES, { title: 'Role', description: 'Only accounts with this role.' })),
    status: Type.Optional(stringEnum(STATUSES, { title: 'Status', description: 'Only accounts with this status.' })),
    q: Type.Optional(
      Type.String({
        ...PREFIX,
        description: 'Only accounts whose e-mail address or name starts with this text, ignoring case.',
      }),
    ),
    ...totalQuery,
  },
  { additionalProperties: false },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'adminListUsers',
        tags: ['Administration'],
        summary: 'List accounts',
        description: 'Returns all accounts, page by page. Accounts that are being deleted are not included.',
        security: [{ bearer: ['users:read'] }],
        scope: 'users:read',
        querystring: Query,
        response: { 200: withHeaders(ref(UserPageSchema, 'A page of accounts.'), 'Link') },
        problems: ['INVALID_CURSOR'],
      },
    },
    async (request, reply) => {
      const { sort = '-createdAt', role, status, q } = request.query
      return findPage(request, reply, app.db.User, {
        filter: {
          email: { $exists: true },
          ...(role && { role }),
          ...(status && { status }),
          ...(q && { $or: [{ email: startsWith(q) }, { nameKey: startsWith(q) }] }),
        },
        projection: USER_FIELDS,
        sort: SORTS[sort],
        show: toUser,
      })
    },
  )
}

export default route
