import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from '@sinclair/typebox'
import { type AssetDocument, toAsset } from '../../../models/asset.js'
import { Problem } from '../../../openapi/errors.js'
import { ref } from '../../../openapi/ref.js'
import { Tags, UploadedSchema, Visibility } from '../../../openapi/schemas/asset.js'
import { checked, readForm, requireMultipart } from '../../../plugins/assets/multipart.js'
import type { Upload } from '../../../plugins/assets/upload.js'
import { inspect } from '../../../plugins/storage/inspect.js'

const Fields = Type.Object(
  { tags: Type.Optional(Tags), visibility: Type.Optional(Visibility) },
  { additionalProperties: false },
)

const Body = Type.Object({
  ...Fields.properties,
  file: Type.Array(Type.String({ contentMediaType: 'application/octet-stream', format: 'binary' }), { minItems: 1 }),
})

const route: FastifyPluginAsyncTypebox = async (app) => {
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
        body: Body,
        response: { 201: ref(UploadedSchema, 'All files are kept.') },
        problems: [
          'FILE_MISSING',
          'QUOTA_EXCEEDED',
          'TOO_MANY_PIXELS',
          'STORAGE_FAILED',
          'STORAGE_UNAVAILABLE',
          'STORAGE_TIMEOUT',
        ],
      },
    },
    async (request, reply) => {
      const { user } = request.auth
      let upload: Upload | undefined
      let options: Static<typeof Fields> = {}
      try {
        await readForm(request, reply, {
          file: 'file',
          maxFiles: UPLOAD_MAX_FILES,
          maxBytes: UPLOAD_MAX_BYTES,
          maxFieldBytes: 1024,
          fieldsFirst: true,
          onFields(fields) {
            options = checked(request, Fields, {
              ...fields,
              ...(fields.visibility && { visibility: single(fields.visibility) }),
            })
          },
          async onFile({ filename, contentType, bytes, atMost }) {
            const { visibility = ASSET_VISIBILITY, tags = [] } = options
            const file = await inspect(bytes, { filename, contentType }, rules)
            upload ??= app.assets.upload({ ownerId: user._id, purpose: 'file', visibility, tags })
            await upload.add(file, filename, atMost)
          },
        })
        if (!upload) throw new Problem('FILE_MISSING')
        const assets = await upload.commit((rows) => rows.map(event))
        app.audit.flush(user._id)
        reply.code(201)
        return { items: assets.map(toAsset) }
      } catch (error) {
        await upload?.abort()
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
