import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { type Factor, toFactor } from '../../../../../../models/factor.js'
import { Problem } from '../../../../../../openapi/errors.js'
import { ref } from '../../../../../../openapi/ref.js'
import { FactorName, FactorParams, FactorSchema } from '../../../../../../openapi/schemas/factor.js'

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.patch(
    '',
    {
      schema: {
        operationId: 'renameFactor',
        tags: ['Second factors'],
        summary: 'Rename a second factor',
        description: 'Changes the name by which you recognise the second factor.',
        security: [{ bearer: [] }],
        params: FactorParams,
        body: Type.Object({ name: FactorName }, { additionalProperties: false }),
        response: { 200: ref(FactorSchema, 'The renamed factor.') },
      },
    },
    async (request) => {
      const { _id } = request.caller.user
      const { factorId } = request.params
      const updated = await app.db.User.findOneAndUpdate(
        { _id, status: 'active', factors: { $elemMatch: { _id: factorId } } },
        {
          $set: { 'factors.$.name': request.body.name.normalize('NFC') },
          $push: {
            outbox: app.audit.entry(request, { action: 'factor.renamed', targetId: _id, details: { factorId } }),
          },
        },
        { returnDocument: 'after', projection: { factors: 1 } },
      ).lean()
      if (!updated) throw new Problem('NOT_FOUND')
      return toFactor(updated.factors?.find((factor) => factor._id === factorId) as Factor)
    },
  )
}

export default route
