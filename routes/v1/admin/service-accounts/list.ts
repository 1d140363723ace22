import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Types } from 'mongoose'
import { isServiceAccount, SERVICE_ACCOUNT_FIELDS, toServiceAccount } from '../../../../models/user.js'
import { withHeaders } from '../../../../openapi/answers.js'
import { ref } from '../../../../openapi/ref.js'
import { pageQuery } from '../../../../openapi/schemas/page.js'
import { ServiceAccountPageSchema } from '../../../../openapi/schemas/service-account.js'
import { findPage } from '../../../../plugins/http/pages.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  const { ApiKey, User } = app.db

  app.get(
    '',
    {
      schema: {
        operationId: 'adminListServiceAccounts',
        tags: ['Administration'],
        summary: 'List service accounts',
        description: 'Returns all service accounts, newest first. Those that are being deleted are not included.',
        security: [{ bearer: ['keys:read'] }],
        scope: 'keys:read',
        querystring: Type.Object(pageQuery, { additionalProperties: false }),
        response: { 200: withHeaders(ref(ServiceAccountPageSchema, 'A page of service accounts.'), 'Link') },
        problems: ['INVALID_CURSOR'],
      },
    },
    async (request, reply) => {
      const page = await findPage(request, reply, User, {
        filter: isServiceAccount,
        projection: SERVICE_ACCOUNT_FIELDS,
        sort: '-createdAt',
        show: (account) => toServiceAccount(account, 0),
      })
      const ids = page.items.map(({ id }) => new Types.ObjectId(id))
      const counted = await ApiKey.aggregate<{ _id: Types.ObjectId; count: number }>([
        { $match: { ownerId: { $in: ids } } },
        { $group: { _id: '$ownerId', count: { $sum: 1 } } },
      ])
      const counts = new Map(counted.map(({ _id, count }) => [_id.toString(), count]))
      return { ...page, items: page.items.map((account) => ({ ...account, keyCount: counts.get(account.id) ?? 0 })) }
    },
  )
}

export default route
