import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { hasAll } from '../../../../models/metadata.js'
import { PREFIX, startsWith } from '../../../../models/prefix.js'
import { ADMIN_USER_FIELDS, ROLES, STATUSES, toAdminUser } from '../../../../models/user.js'
import { withHeaders } from '../../../../openapi/answers.js'
import { ref, stringEnum } from '../../../../openapi/ref.js'
import { UserPageSchema } from '../../../../openapi/schemas/admin.js'
import { filterBy } from '../../../../openapi/schemas/metadata.js'
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
    metadata: filterBy('accounts whose `metadata` has'),
    adminMetadata: filterBy('accounts whose `adminMetadata` has'),
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
        problems: ['INVALID_CURSOR', 'INVALID_FILTER'],
      },
    },
    async (request, reply) => {
      const { sort = '-createdAt', role, status, q, metadata, adminMetadata } = request.query
      const values = [
        ...hasAll('filters', app.metadata.filters('user', metadata)),
        ...hasAll('adminFilters', app.metadata.filters('admin', adminMetadata)),
      ]
      return findPage(request, reply, app.db.User, {
        filter: {
          email: { $exists: true },
          ...(role && { role }),
          ...(status && { status }),
          ...(values.length > 0 && { $and: values }),
          ...(q && { $or: [{ email: startsWith(q) }, { nameKey: startsWith(q) }] }),
        },
        projection: ADMIN_USER_FIELDS,
        sort: SORTS[sort],
        show: toAdminUser,
      })
    },
  )
}

export default route
