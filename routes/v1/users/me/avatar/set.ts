import multipart from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { toUser } from '../../../../../models/user.js'
import { Problem } from '../../../../../openapi/errors.js'
import { ref } from '../../../../../openapi/ref.js'
import { UserSchema } from '../../../../../openapi/schemas/account.js'
import { AVATAR_TYPES, MAX_UPLOAD_BYTES, type ReceivedAvatar } from '../../../../../plugins/assets/avatar-image.js'
import { readForm, requireMultipart } from '../../../../../plugins/http/multipart.js'

const Body = Type.Object(
  {
    file: Type.String({
      contentMediaType: 'application/octet-stream',
      format: 'binary',
      description: `The image, of at most ${MAX_UPLOAD_BYTES} bytes, of one of the types ${AVATAR_TYPES.join(', ')}.`,
    }),
  },
  { additionalProperties: false },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(multipart)

  app.put(
    '',
    {
      preParsing: requireMultipart,
      // the body schema only documents the form: the handler checks it as it streams in
      attachValidation: true,
      schema: {
        operationId: 'putAvatar',
        tags: ['Account'],
        summary: 'Set your profile image',
        description:
          'Replaces your profile image. The image is stored upright, without metadata, as WebP of at most 512 × 512 ' +
          'pixels and 100 KiB.',
        security: [{ bearer: [] }],
        consumes: ['multipart/form-data'],
        body: Body,
        response: { 200: ref(UserSchema, 'Your account with its new image.') },
        problems: ['FILE_MISSING', 'TOO_MANY_PIXELS', 'STORAGE_FAILED', 'STORAGE_UNAVAILABLE', 'STORAGE_TIMEOUT'],
      },
    },
    async (request, reply) => {
      const { user } = request.caller
      let received: ReceivedAvatar | undefined
      try {
        await readForm(request, reply, {
          file: 'file',
          maxFiles: 1,
          maxBytes: app.config.UPLOAD_MAX_BYTES,
          maxFieldBytes: 100,
          timeout: app.limits.avatarTimeout,
          fieldsFirst: false,
          onFields(fields) {
            const [name] = Object.keys(fields)
            if (name === undefined) return
            throw new Problem('VALIDATION_FAILED', {
              errors: [{ pointer: `/${name}`, code: 'additionalProperties', message: 'must not be sent' }],
            })
          },
          async onFile({ bytes, ...declared }) {
            received = await app.assets.receiveAvatar(bytes, declared)
          },
        })
        if (!received) throw new Problem('FILE_MISSING')
        const image = await received.encode()
        const event = app.audit.entry(request, {
          action: 'account.updated',
          targetId: user._id,
          details: { changed: ['avatarUrl'] },
        })
        const updated = await app.assets.setAvatar(user._id, image, [event])
        return toUser(updated)
      } finally {
        received?.release()
      }
    },
  )
}

export default route
