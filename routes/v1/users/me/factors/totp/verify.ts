import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Problem } from '../../../../../../openapi/errors.js'
import { ref } from '../../../../../../openapi/ref.js'
import { Code } from '../../../../../../openapi/schemas/account.js'
import { AddedFactorSchema, FactorId, FactorName } from '../../../../../../openapi/schemas/factor.js'
import { digitsOf } from '../../../../../../plugins/auth/code.js'
import { AMR_OF } from '../../../../../../plugins/auth/factors.js'
import { stepOf } from '../../../../../../plugins/auth/totp.js'

const Body = Type.Object(
  {
    factorId: FactorId,
    code: { ...Code, description: 'The six digits that the app shows. Spaces and hyphens are ignored.' },
    name: Type.Optional(FactorName),
  },
  { additionalProperties: false },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/verify',
    {
      config: { limit: 'sign-in' },
      schema: {
        operationId: 'confirmTotp',
        tags: ['Second factors'],
        summary: 'Complete adding an authenticator app',
        description:
          'Checks the first code of the app, which then is a second factor. All your other sessions end, and you are notified by e-mail. From now ' +
          'on, a sign-in asks for a second factor, and no code is mailed. With your first factor you get ten backup codes.',
        security: [{ bearer: [] }],
        withoutFactor: true,
        body: Body,
        response: { 200: ref(AddedFactorSchema, 'The authenticator app is a second factor.') },
        problems: ['INVALID_CODE', 'FACTOR_EXISTS', 'QUOTA_EXCEEDED'],
      },
    },
    async (request) => {
      const { user, sessionId } = request.caller
      const { factorId, name = 'Authenticator app' } = request.body
      const code = digitsOf(request.body.code)
      const now = app.now()
      const { factors = [], pendingTotp: pending } =
        (await app.db.User.findOne({ _id: user._id }, { factors: 1, pendingTotp: 1 }).lean()) ?? {}
      if (factors.some(({ _id }) => _id === factorId)) throw new Problem('FACTOR_EXISTS')
      const isPending = pending?._id === factorId && pending.sessionId === sessionId && pending.expiresAt > now
      const secret = isPending && app.factors.secretOf(pending)
      const step = secret && stepOf(secret, code, now)
      if (!step) {
        await app.audit.record(request, {
          action: 'code.refused',
          targetId: user._id,
          outcome: 'failure',
          details: { purpose: 'enrolment' },
        })
        throw new Problem('INVALID_CODE')
      }
      const sealed = { secret: pending.secret, keyId: pending.keyId }
      return app.enrolment.add(request, {
        factor: { _id: factorId, type: 'totp', name: name.normalize('NFC'), ...sealed, step },
        amr: AMR_OF.totp,
        filter: { 'pendingTotp._id': factorId },
        unset: { pendingTotp: 1 },
      })
    },
  )
}

export default route
