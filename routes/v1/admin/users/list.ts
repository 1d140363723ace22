import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { PREFIX, startsWith } from '../../../../models/prefix.js'
import { ROLES, STATUSES, toUser, USER_FIELDS } from '../../../../models/user.js'
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
      stringEnum(Object.keys(SORTS) as Sort[], { default: '-createdAt', description: 'The order; `-` is descending.' }),
    ),
    role: Type.Optional(stringEnum(ROLES)),
    status: Type.Optional(stringEnum(STATUSES)),
    q: Type.Optional(
      Type.String({ ...PREFIX, description: 'How the e-mail address or the name begins, in whatever case.' }),
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
        summary: 'List the accounts',
        description: 'Accounts that are being deleted are not listed.',
        security: [{ bearer: ['users:read'] }],
        querystring: Query,
        response: { 200: ref(UserPageSchema, 'A page of accounts.') },
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
