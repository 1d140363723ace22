import type { Static } from '@sinclair/typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Types } from 'mongoose'
import { type Labels, toAsset } from '../../models/asset.js'
import { Problem } from '../../openapi/errors.js'
import type { UploadedSchema } from '../../openapi/schemas/asset.js'
import type { ReceivedFile } from '../http/multipart.js'
import { inspect, limited, type Rules } from '../storage/inspect.js'
import { beginIdempotent, type IdempotentUpload } from './idempotency.js'
import { beginUpload, type Upload, type UploadOptions } from './upload.js'

type Answer = Static<typeof UploadedSchema>

export interface FileUploadOptions {
  ownerId: Types.ObjectId
  /** The text fields of the form so far, which an Idempotency-Key covers along with the files; late ones are added to this object. */
  fields: Record<string, string[]>
  idempotencyKey: string | undefined
  /** Reads the attributes of the files from the fields so far. Not called for a repetition, whose fields are only compared. */
  attributes(): Pick<UploadOptions, 'visibility' | 'labels'>
}

/** The files of one request, of which all are kept or none. */
export interface FileUpload {
  /** Keeps one more file; of a repetition, reads it for comparison. @throws Problem if the file is refused */
  add(file: ReceivedFile): Promise<void>
  /** Reads the labels anew, after text fields have followed the files. @throws the errors of `attributes` */
  relabel(): Promise<void>
  /**
   * Makes all files ready and returns the answer; of a repetition, returns the answer of the first request.
   * @throws Problem FILE_MISSING, TOKEN_INVALID; with a key REQUEST_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED
   */
  commit(request: FastifyRequest): Promise<Answer>
  /** Leaves nothing of the upload and frees its key. */
  abort(): Promise<void>
}

/**
 * Begins an upload. With an Idempotency-Key it repeats an earlier one, or records itself for its repetition.
 * @throws Problem REQUEST_IN_PROGRESS, and the errors of `attributes`
 */
export async function beginFileUpload(
  app: FastifyInstance,
  prefix: string,
  { ownerId, fields, idempotencyKey, attributes }: FileUploadOptions,
): Promise<FileUpload> {
  const rules = {
    types: app.config.UPLOAD_TYPES,
    maxBytes: app.config.UPLOAD_MAX_BYTES,
    maxPixels: app.config.UPLOAD_MAX_PIXELS,
    strip: app.config.STRIP_METADATA,
  }
  const begin = (uploadId?: string) => {
    const upload = beginUpload(app, prefix, { ownerId, purpose: 'file', ...attributes(), uploadId })
    return inspected(app, upload, rules, () => attributes().labels)
  }

  if (idempotencyKey === undefined) return begin()
  const idempotent = await beginIdempotent(app, ownerId, idempotencyKey, fields)
  if (idempotent.isRepetition) return compared(idempotent, rules)
  try {
    return recorded(begin(idempotent.uploadId), idempotent)
  } catch (error) {
    await idempotent.free()
    throw error
  }
}

/** An upload whose files are inspected and whose commit is audited. */
function inspected(app: FastifyInstance, upload: Upload, rules: Rules, labels: () => Labels) {
  const answer = (): Answer => {
    if (upload.assets.length === 0) throw new Problem('FILE_MISSING')
    return { items: upload.assets.map(toAsset) }
  }
  return {
    answer,

    async add({ filename, contentType, bytes, atMost }: ReceivedFile) {
      await upload.add(await inspect(bytes, { filename, contentType }, rules), filename, atMost)
    },

    relabel: async () => upload.relabel(labels()),

    async commit(request: FastifyRequest) {
      const answered = answer()
      await upload.commit((assets) =>
        assets.map(({ _id, bytes, contentType }) =>
          app.audit.entry(request, { action: 'asset.uploaded', targetId: _id, details: { bytes, contentType } }),
        ),
      )
      return answered
    },

    abort: upload.abort,
  }
}

/** An upload whose content and answer are stored under its key. */
const recorded = (upload: ReturnType<typeof inspected>, idempotent: IdempotentUpload): FileUpload => ({
  add: (file) => upload.add({ ...file, bytes: idempotent.received(file) }),
  relabel: upload.relabel,

  async commit(request) {
    await idempotent.prepare(upload.answer())
    const answer = await upload.commit(request)
    await idempotent.finish()
    return answer
  },

  async abort() {
    await upload.abort()
    await idempotent.free()
  },
})

/** A repetition: its content is only compared with that of the first request. */
const compared = (idempotent: IdempotentUpload, rules: Rules): FileUpload => ({
  async add(file) {
    for await (const _chunk of limited(idempotent.received(file), rules.maxBytes));
  },
  relabel: async () => {},
  commit: async () => idempotent.repeat(),
  abort: () => idempotent.free(),
})
