import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { Types } from 'mongoose'
import { bytesOf } from '../../../../models/bytes.js'
import type { ChallengeDocument } from '../../../../models/challenge.js'
import { isDuplicateKey } from '../../../../models/duplicate-key.js'
import { toKey } from '../../../../models/prefix.js'
import { type ShownUser, toUser } from '../../../../models/user.js'
import { Problem } from '../../../../openapi/errors.js'
import { ref } from '../../../../openapi/ref.js'
import { ChallengeId, Code, RegisteredSchema } from '../../../../openapi/schemas/account.js'

const Body = Type.Object({ challengeId: ChallengeId, code: Code }, { additionalProperties: false })

const AVATAR_DAYS = 7
const avatarContext = (userId: string) => `registration-avatar:${userId}`

const route: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/verify',
    {
      config: { limit: 'sign-in', counts: { codes: 'registration' } },
      schema: {
        operationId: 'verifyRegistration',
        tags: ['Registration'],
        summary: 'Complete registration',
        description:
          'Checks the code and creates the account. This does not sign you in. If the file store fails, the profile ' +
          'image is added later.',
        security: [],
        body: Body,
        response: { 200: ref(RegisteredSchema, 'The account is active.') },
        problems: ['INVALID_CODE', 'EMAIL_TAKEN'],
      },
    },
    async (request) => {
      const { challenge } = await app.challenges.verify(request, 'registration', request.body)
      const { name, locale, password, avatar } = challenge.registration as NonNullable<
        ChallengeDocument['registration']
      >
      const now = app.now()
      const userId = new Types.ObjectId()
      try {
        const user = await app.db.User.create({
          _id: userId,
          email: challenge.email,
          name,
          nameKey: toKey(name),
          ...(locale && { locale }),
          password,
          role: 'user',
          permissions: [],
          status: 'active',
          outbox: [app.audit.entry(request, { action: 'account.registered', actorId: userId, targetId: userId })],
          createdAt: now,
          updatedAt: now,
        })
        return { user: toUser(avatar ? await withAvatar(user, bytesOf(avatar)) : user) }
      } catch (error) {
        if (isDuplicateKey(error)) throw new Problem('EMAIL_TAKEN')
        throw error
      }
    },
  )

  /** Never fails because of the file store: the account exists by now. */
  async function withAvatar(user: ShownUser, image: Buffer): Promise<ShownUser> {
    try {
      return await app.assets.setAvatar(user._id, image)
    } catch (error) {
      app.log.warn({ err: error, userId: user._id.toString() }, 'The avatar of a new account follows later')
      const id = avatarContext(user._id.toString())
      await app.jobs.enqueue({
        id,
        kind: 'registration-avatar',
        data: { userId: user._id.toString() },
        content: app.keys.encrypt(image, id),
        expiresAt: new Date(app.now().getTime() + AVATAR_DAYS * 24 * 3_600_000),
      })
      return user
    }
  }

  app.jobs.handle('registration-avatar', {
    async run({ _id, data, content }) {
      const owner = { _id: new Types.ObjectId(data.userId as string), status: 'active' as const, avatar: null }
      // the owner has set another image or deleted the account in the meantime
      if (!(await app.db.User.exists(owner))) return
      await app.assets.setAvatar(owner._id, app.keys.decrypt(content as Buffer, _id))
    },
  })
}

export default route
