import multipart from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import { toUser } from '../../../../../models/user.js'
import { Problem } from '../../../../../openapi/errors.js'
import { ref } from '../../../../../openapi/ref.js'
import { UserSchema } from '../../../../../openapi/schemas/account.js'
import { encodeAvatar } from '../../../../../plugins/assets/avatar-image.js'
import { readForm, requireMultipart } from '../../../../../plugins/http/multipart.js'

const Body = Type.Object(
  {
    file: Type.String({
      contentMediaType: 'application/octet-stream',
      format: 'binary',
      description: 'The image.',
    }),
  },
  { additionalProperties: false },
)

const route: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(multipart)
  const limits = { maxBytes: app.config.UPLOAD_MAX_BYTES, maxPixels: app.config.UPLOAD_MAX_PIXELS }

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
      let image: Buffer | undefined
      await readForm(request, reply, {
        file: 'file',
        maxFiles: 1,
        maxBytes: limits.maxBytes,
        maxFieldBytes: 100,
        fieldsFirst: false,
        onFields(fields) {
          const [name] = Object.keys(fields)
          if (name === undefined) return
          throw new Problem('VALIDATION_FAILED', {
            errors: [{ pointer: `/${name}`, code: 'additionalProperties', message: 'must not be sent' }],
          })
        },
        async onFile({ bytes, ...declared }) {
          image = await encodeAvatar(bytes, declared, limits)
        },
      })
      if (!image) throw new Problem('FILE_MISSING')
      const event = app.audit.entry(request, { action: 'account.updated', targetId: user._id })
      const updated = await app.assets.setAvatar(user._id, image, [event])
      app.audit.flush(user._id)
      return toUser(updated)
    },
  )
}

export default route
