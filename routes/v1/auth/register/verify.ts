import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import mongoose, { Types } from 'mongoose'
import type { ChallengeDocument } from '../../../../models/challenge.js'
import { toUser } from '../../../../models/user.js'
import { Problem } from '../../../../openapi/errors.js'
import { ref } from '../../../../openapi/ref.js'
import { ChallengeId, Code, RegisteredSchema } from '../../../../openapi/schemas/account.js'

const Body = Type.Object({ challengeId: ChallengeId, code: Code }, { additionalProperties: false })

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/verify',
    {
      config: { limit: 'sign-in' },
      schema: {
        operationId: 'verifyRegistration',
        tags: ['Registration'],
        summary: 'Finish a registration',
        description: 'Checks the mailed code and makes the account. Nobody is signed in by this.',
        security: [],
        body: Body,
        response: { 200: ref(RegisteredSchema, 'The account is active.') },
        problems: ['INVALID_CODE', 'EMAIL_TAKEN', 'TOO_MANY_FAILURES'],
      },
    },
    async (request) => {
      const { challenge } = await app.challenges.verify(request, 'registration', request.body)
      const { name, password } = challenge.registration as NonNullable<ChallengeDocument['registration']>
      const now = app.now()
      const userId = new Types.ObjectId()
      try {
        const user = await app.db.User.create({
          _id: userId,
          email: challenge.email,
          name,
          nameKey: name.toLowerCase(),
          password,
          role: 'user',
          permissions: [],
          status: 'active',
          outbox: [app.audit.entry(request, { action: 'account.registered', actorId: userId, targetId: userId })],
          createdAt: now,
          updatedAt: now,
        })
        app.audit.flush(userId)
        return { user: toUser(user) }
      } catch (error) {
        if (error instanceof mongoose.mongo.MongoServerError && error.code === 11000) throw new Problem('EMAIL_TAKEN')
        throw error
      }
    },
  )
}

export default route
