import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Types } from 'mongoose'
import { isId, listFilter, SORTS, toAsset } from '../../../../models/asset.js'
import { withHeaders } from '../../../../openapi/answers.js'
import { ref } from '../../../../openapi/ref.js'
import { AssetPageSchema, assetQuery } from '../../../../openapi/schemas/asset.js'
import { findPage } from '../../../../plugins/http/pages.js'

const Query = Type.Object(
  { ...assetQuery, ownerId: Type.Optional(Type.String({ description: 'Only files of this account.' })) },
  { additionalProperties: false },
)

/** The id of no account, for an `ownerId` that is no id at all. */
const NOBODY = new Types.ObjectId('000000000000000000000000')

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'adminListAssets',
        tags: ['Administration'],
        summary: 'List all files',
        description:
          'Returns the files of all accounts, or of one account, page by page. Profile images are not included.',
        security: [{ bearer: ['assets:read'] }],
        scope: 'assets:read',
        querystring: Query,
        response: { 200: withHeaders(ref(AssetPageSchema, 'A page of files.'), 'Link') },
        problems: ['INVALID_CURSOR', 'INVALID_FILTER'],
      },
    },
    async (request, reply) => {
      const { sort = '-createdAt', ownerId } = request.query
      const owner = ownerId === undefined ? {} : { ownerId: isId(ownerId) ? new Types.ObjectId(ownerId) : NOBODY }
      return findPage(request, reply, app.db.Asset, {
        filter: { ...listFilter(request.query, app.metadata.filters('asset', request.query.metadata)), ...owner },
        sort: SORTS[sort],
        show: toAsset,
      })
    },
  )
}

export default route
