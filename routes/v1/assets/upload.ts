import multipart from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyRequest } from 'fastify'
import { type Labels, toTags } from '../../../models/asset.js'
import { ref } from '../../../openapi/ref.js'
import { Description, Tags, UploadedSchema, Visibility } from '../../../openapi/schemas/asset.js'
import type { FileUpload } from '../../../plugins/assets/file-upload.js'
import { checked, readForm, requireMultipart, single } from '../../../plugins/http/multipart.js'

const Fields = Type.Object(
  {
    tags: Type.Optional({ ...Tags, description: 'The tags of all files of the request. Duplicates are dropped.' }),
    visibility: Type.Optional({
      ...Visibility,
      description:
        'The visibility of all files of the request; the server sets the default. Anyone who has the URL of a `public` file can open ' +
        'it. A `private` file needs a signed URL, which expires.',
    }),
    description: Type.Optional({ ...Description, description: 'The description of all files of the request.' }),
    metadata: Type.Optional(
      Type.String({
        maxLength: 8192,
        description: 'The metadata of all files of the request: a JSON object, as text.',
        examples: ['{"album":"summer"}'],
      }),
    ),
  },
  { additionalProperties: false },
)

const Headers = Type.Object({
  'Idempotency-Key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: '^[!-~]+$',
      description:
        'Makes it safe to repeat an upload whose response was lost: for 24 hours, the same key with the same content returns the ' +
        'first 201 again, and nothing is stored twice. Use a new key, such as a UUID, for each upload. A refused upload frees its key.',
      examples: ['8e03978e-40d5-43e8-bc93-6894a57f9324'],
    }),
  ),
})

const route: FastifyPluginAsyncTypebox = async (app) => {
  await app.register(multipart)
  const { ASSET_VISIBILITY, UPLOAD_MAX_BYTES, UPLOAD_MAX_FILES, UPLOAD_TYPES } = app.config

  const Body = Type.Object(
    {
      ...Fields.properties,
      // optional in the schema although FILE_MISSING requires it: generated clients send required fields first, and files
      // must come last
      file: Type.Optional(
        Type.Array(Type.String({ contentMediaType: 'application/octet-stream', format: 'binary' }), {
          maxItems: UPLOAD_MAX_FILES,
          description: `1 to ${UPLOAD_MAX_FILES} files of at most ${UPLOAD_MAX_BYTES} bytes each, of the types ${UPLOAD_TYPES.join(', ')}.`,
        }),
      ),
    },
    { additionalProperties: false },
  )

  app.post(
    '',
    {
      config: { counts: { uploads: true } },
      preParsing: requireMultipart,
      // the body schema documents the form, which is checked while it streams in
      attachValidation: true,
      schema: {
        operationId: 'uploadAssets',
        tags: ['Assets'],
        summary: 'Upload files',
        description:
          'Stores all files of the request, or none of them. Send `visibility` before the files. The content of each ' +
          'file must be of the declared type; without a type, or with `application/octet-stream`, the content decides. ' +
          'A file name may be anything, but its extension must not be that of another accepted type. Metadata is ' +
          'removed from images, unless the server is configured otherwise: only the orientation and the colour ' +
          'profile stay. Anything after the end of an image is cut off.',
        security: [{ bearer: [] }],
        scope: 'files:write',
        consumes: ['multipart/form-data'],
        headers: Headers,
        body: Body,
        response: { 201: ref(UploadedSchema, 'All files are stored.') },
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
      let upload: FileUpload | undefined
      try {
        await readForm(request, reply, {
          file: 'file',
          maxFiles: UPLOAD_MAX_FILES,
          maxBytes: UPLOAD_MAX_BYTES,
          // all tags in one field
          maxFieldBytes: 8192,
          lists: ['tags'],
          // the store must know the visibility of a file, and nothing else of the fields
          fieldsFirst: true,
          lateFields: ['tags', 'description', 'metadata'],
          async onFields(fields) {
            upload = await app.assets.upload({
              ownerId: request.caller.user._id,
              idempotencyKey: idempotencyKeyOf(request),
              fields,
              attributes: () => attributesOf(request, fields),
            })
          },
          onFile: (file) => (upload as FileUpload).add(file),
          onLateFields: () => (upload as FileUpload).relabel(),
        })
        reply.code(201)
        return await (upload as FileUpload).commit(request)
      } catch (error) {
        await upload?.abort()
        throw error
      }
    },
  )

  function attributesOf(request: FastifyRequest, fields: Record<string, string[]>) {
    const given = Object.entries(fields).map(([name, values]) => [name, name === 'tags' ? values : single(values)])
    const { visibility, tags = [], description, metadata } = checked(request, Fields, Object.fromEntries(given))
    const object = metadata === undefined ? undefined : app.metadata.parse(metadata)
    const filters = object ? app.metadata.check('asset', object) : []
    const labels: Labels = {
      tags: toTags(tags),
      ...(description !== undefined && { description: description.normalize('NFC') }),
      ...(object && { metadata: object }),
      ...(filters.length > 0 && { filters }),
    }
    return { visibility: visibility ?? ASSET_VISIBILITY, labels }
  }
}

function idempotencyKeyOf(request: FastifyRequest) {
  const { 'idempotency-key': key } = request.headers
  return checked(request, Headers, { 'Idempotency-Key': key })['Idempotency-Key']
}

export default route
