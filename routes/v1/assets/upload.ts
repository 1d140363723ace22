import multipart from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import { type AssetDocument, toAsset } from '../../../models/asset.js'
import { Problem } from '../../../openapi/errors.js'
import { ref } from '../../../openapi/ref.js'
import { Tags, UploadedSchema, Visibility } from '../../../openapi/schemas/asset.js'
import { beginIdempotent, type IdempotentUpload } from '../../../plugins/assets/idempotency.js'
import type { Upload } from '../../../plugins/assets/upload.js'
import { checked, readForm, requireMultipart } from '../../../plugins/http/multipart.js'
import { inspect, limited } from '../../../plugins/storage/inspect.js'

const Fields = Type.Object(
  { tags: Type.Optional(Tags), visibility: Type.Optional(Visibility) },
  { additionalProperties: false },
)

const Body = Type.Object({
  ...Fields.properties,
  // not said to be required, though it is (FILE_MISSING): generated clients send what is required first, and files come last
  file: Type.Optional(
    Type.Array(Type.String({ contentMediaType: 'application/octet-stream', format: 'binary' }), {
      description: 'One or more files.',
    }),
  ),
})

const Headers = Type.Object({
  'Idempotency-Key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: '^[!-~]+$',
      description:
        'Makes it safe to repeat a request whose answer was lost: for 24 hours the same key with the same content gets the first 201 ' +
        'again, and nothing is kept a second time. A new one, such as a UUID, for each upload; one that was refused frees its key.',
      examples: ['8e03978e-40d5-43e8-bc93-6894a57f9324'],
    }),
  ),
})

const route: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(multipart)
  const { ASSET_VISIBILITY, STRIP_METADATA, UPLOAD_MAX_BYTES, UPLOAD_MAX_FILES, UPLOAD_MAX_PIXELS, UPLOAD_TYPES } =
    app.config
  const rules = {
    types: UPLOAD_TYPES,
    maxBytes: UPLOAD_MAX_BYTES,
    maxPixels: UPLOAD_MAX_PIXELS,
    strip: STRIP_METADATA,
  }

  app.post(
    '',
    {
      preParsing: requireMultipart,
      // the body schema is for the reader: what streams in is checked below
      attachValidation: true,
      schema: {
        operationId: 'uploadAssets',
        tags: ['Assets'],
        summary: 'Upload files',
        description:
          'Keeps all files of the request or none. The declared type, the extension and the bytes of each must agree. Text fields come ' +
          'before the files. Metadata is removed from images, unless the server is set up otherwise: only their orientation and colour ' +
          'profile stay, and what follows the image in a JPEG is cut off.',
        security: [{ bearer: [] }],
        consumes: ['multipart/form-data'],
        headers: Headers,
        body: Body,
        response: { 201: ref(UploadedSchema, 'All files are kept.') },
        problems: [
          'FILE_MISSING',
          'REQUEST_IN_PROGRESS',
          'IDEMPOTENCY_KEY_REUSED',
          'QUOTA_EXCEEDED',
          'TOO_MANY_PIXELS',
          'STORAGE_FAILED',
          'STORAGE_UNAVAILABLE',
          'STORAGE_TIMEOUT',
        ],
      },
    },
    async (request, reply) => {
      const { user } = request.caller
      let upload: Upload | undefined
      let idempotent: IdempotentUpload | undefined
      let options: Static<typeof Fields> = {}
      try {
        await readForm(request, reply, {
          file: 'file',
          maxFiles: UPLOAD_MAX_FILES,
          maxBytes: UPLOAD_MAX_BYTES,
          maxFieldBytes: 1024,
          fieldsFirst: true,
          async onFields(fields) {
            const { 'Idempotency-Key': key } = checked(request, Headers, {
              'Idempotency-Key': request.headers['idempotency-key'],
            })
            if (key !== undefined) idempotent = await beginIdempotent(app, user._id, key, fields)
            if (idempotent?.isRepetition) return
            options = checked(request, Fields, {
              ...fields,
              ...(fields.visibility && { visibility: single(fields.visibility) }),
            })
          },
          async onFile({ filename, contentType, bytes, atMost }) {
            const received = idempotent?.received({ filename, contentType, bytes }) ?? bytes
            if (idempotent?.isRepetition) {
              for await (const _chunk of limited(received, UPLOAD_MAX_BYTES));
              return
            }
            const { visibility = ASSET_VISIBILITY } = options
            const tags = [...new Set(options.tags)]
            const file = await inspect(received, { filename, contentType }, rules)
            const { uploadId } = idempotent ?? {}
            upload ??= app.assets.upload({ ownerId: user._id, purpose: 'file', visibility, tags, uploadId })
            await upload.add(file, filename, atMost)
          },
        })
        reply.code(201)
        if (idempotent?.isRepetition) return idempotent.repeat()
        if (!upload) throw new Problem('FILE_MISSING')
        const answer = { items: upload.assets.map(toAsset) }
        await idempotent?.prepare(answer)
        await upload.commit((assets) => assets.map(event))
        await idempotent?.finish()
        app.audit.flush(user._id)
        return answer
      } catch (error) {
        await upload?.abort()
        await idempotent?.release()
        throw error
      }

      function event({ _id, bytes, contentType }: AssetDocument) {
        return app.audit.entry(request, { action: 'asset.uploaded', targetId: _id, details: { bytes, contentType } })
      }
    },
  )
}

/** A field that is there once is no list; sent twice, the schema refuses it. */
const single = (values: string[]) => (values.length === 1 ? values[0] : values)

export default route
