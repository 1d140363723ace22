import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { listFilter, SORTS, toAsset } from '../../../models/asset.js'
import { withHeaders } from '../../../openapi/answers.js'
import { ref } from '../../../openapi/ref.js'
import { AssetPageSchema, assetQuery } from '../../../openapi/schemas/asset.js'
import { findPage } from '../../../plugins/http/pages.js'

const Query = Type.Object(assetQuery, { additionalProperties: false })

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.get(
    '',
    {
      schema: {
        operationId: 'listAssets',
        tags: ['Assets'],
        summary: 'List your files',
        description: 'Returns your files, page by page. Profile images are not included.',
        security: [{ bearer: [] }],
        scope: 'files:read',
        querystring: Query,
        response: { 200: withHeaders(ref(AssetPageSchema, 'A page of your files.'), 'Link') },
        problems: ['INVALID_CURSOR', 'INVALID_FILTER'],
      },
    },
    async (request, reply) => {
      const { sort = '-createdAt' } = request.query
      return findPage(request, reply, app.db.Asset, {
        filter: {
          ...listFilter(request.query, app.metadata.filters('asset', request.query.metadata)),
          ownerId: request.caller.user._id,
        },
        sort: SORTS[sort],
        show: toAsset,
      })
    },
  )
}

export default route
