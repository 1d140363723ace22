import type { v2 as Sdk } from 'cloudinary'
import type { ResourceType, Visibility } from '../../models/asset.js'
import { Problem } from '../../openapi/errors.js'
import { type CallAgent, callAgent, storeAgents } from './agent.js'
import type { Credentials } from './credentials.js'
import { isDisconnection, toProblem } from './failure.js'
import { type Answer, readAhead, SourceError, send, within } from './send.js'

/** The location of a file in the store. */
export interface StoredFile {
  publicId: string
  resourceType: ResourceType
  visibility: Visibility
}

/** The store's answer to an upload. Private files have no URL that works without a signature. */
export interface Upload {
  secureUrl: string | null
  thumbnailUrl: string | null
  width: number | null
  height: number | null
}

/** A file in a listing of the store. */
export interface ListedFile extends StoredFile {
  bytes: number
  createdAt: Date
}

export interface StoreOptions {
  credentials: Credentials
  /**
   * Milliseconds that an upload may stall or wait for its answer; the answer gets one second more for each MiB sent.
   */
  uploadPatience?: number
  /** Milliseconds that any other call may take. */
  patience?: number
  /** Called with the outcome of every call: null on success. */
  onOutcome?(error: Problem | null): void
}

export type Store = ReturnType<typeof createStore>

/** Fits the image into a square of 320 pixels without enlarging it. */
const THUMBNAIL = 'c_limit,h_320,w_320'
/** Cloudinary's limit for one deletion by the Admin API. */
const BULK = 100
const LIST_PAGE = 500
export const UPLOAD_PATIENCE = 15_000
export const PATIENCE = 8_000

/**
 * Returns Cloudinary's delivery type. Anyone can open an `upload` file; an `authenticated` file and its derivatives
 * need a signature.
 */
const deliveryType = ({ visibility }: Pick<StoredFile, 'visibility'>) =>
  visibility === 'public' ? 'upload' : 'authenticated'

/** Loads the SDK. It reads the environment meanwhile and may throw, so our own check must come first. */
export const loadSdk = async () => (await import('cloudinary')).v2

/**
 * Creates a client of Cloudinary on top of its SDK. Nothing is configured in the SDK itself, so one process can have
 * several stores. Every failure is a {@link Problem}: `STORAGE_FAILED`, `STORAGE_UNAVAILABLE` (Cloudinary's limits) or
 * `STORAGE_TIMEOUT`; for a file that Cloudinary refuses, `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE` or
 * `TOO_MANY_PIXELS`.
 */
export function createStore({
  credentials,
  uploadPatience = UPLOAD_PATIENCE,
  patience = PATIENCE,
  onOutcome,
}: StoreOptions) {
  const { cloudName, apiKey, apiSecret, uploadPrefix, owns } = credentials
  const { kept, fresh } = storeAgents(uploadPrefix)

  const account = {
    cloud_name: cloudName,
    api_key: apiKey,
    api_secret: apiSecret,
    upload_prefix: uploadPrefix,
    signature_algorithm: 'sha256',
    // `within` sets the deadlines: the SDK's timeout doesn't end Admin calls and mistakes a slow client for a slow
    // store
    timeout: 0,
  }

  /**
   * Runs one call of the SDK. Turns every failure into a Problem and leaves no connection open. If a kept connection
   * ends before its answer, the store may have closed it as idle, so the call is repeated once on a new one (RFC 9112,
   * 9.3.1); every repeatable call is idempotent.
   */
  async function call<T>(
    run: (call: CallAgent) => Promise<T>,
    { isUpload = false, isRepeatable = true } = {},
  ): Promise<T> {
    const agent = callAgent(isRepeatable ? kept : fresh)
    try {
      const result = await run(agent)
      onOutcome?.(null)
      return result
    } catch (error) {
      agent.abort()
      if (agent.isCut() && isDisconnection(error)) return call(run, { isUpload, isRepeatable: false })
      if (error instanceof SourceError) throw error.cause
      const problem = toProblem(error, apiSecret, isUpload)
      onOutcome?.(problem)
      throw problem
    }
  }

  async function ask<T>(run: (sdk: typeof Sdk, options: Record<string, unknown>) => Promise<T>): Promise<T> {
    const sdk = await loadSdk()
    return call(({ agent }) => within(patience, run(sdk, { ...account, agent })))
  }

  return {
    /**
     * Streams `source` to the store, no faster than the store accepts it. If the source fails, the request is aborted,
     * the store gets no complete file, and the source's error is thrown.
     */
    async upload(source: AsyncIterable<Buffer>, file: StoredFile): Promise<Upload> {
      const options = {
        ...account,
        public_id: file.publicId,
        resource_type: file.resourceType,
        type: deliveryType(file),
        overwrite: false,
        disable_promises: true,
      }
      const { isWhole, content } = await readAhead(source)
      const sdk = await loadSdk()
      const answer = await call(({ agent }) => send(sdk, content(), { ...options, agent }, uploadPatience), {
        isUpload: true,
        isRepeatable: isWhole,
      })
      return described(answer, file, owns)
    },

    /** Destroys a file and its copies in the delivery network. A file that doesn't exist counts as destroyed. */
    async destroy(file: StoredFile): Promise<void> {
      const { result } = await ask((sdk, options) =>
        sdk.uploader.destroy(file.publicId, {
          ...options,
          resource_type: file.resourceType,
          type: deliveryType(file),
          invalidate: true,
        }),
      )
      if (result !== 'ok' && result !== 'not found') throw new Problem('STORAGE_FAILED')
    },

    /**
     * Destroys files with few requests. Yields each batch with null once it's destroyed, or with the Problem that
     * prevented it.
     */
    async *destroyMany<T extends StoredFile>(files: T[]): AsyncGenerator<{ files: T[]; problem: Problem | null }> {
      for (const batch of batches(files)) {
        const [{ resourceType }] = batch
        try {
          const { deleted } = await ask((sdk, options) =>
            sdk.api.delete_resources(
              batch.map(({ publicId }) => publicId),
              { ...options, resource_type: resourceType, type: deliveryType(batch[0]), invalidate: true },
            ),
          )
          const isGone = ({ publicId }: T) => ['deleted', 'not_found'].includes(Object(deleted)[publicId])
          yield { files: batch.filter(isGone), problem: null }
          yield { files: batch.filter((file) => !isGone(file)), problem: new Problem('STORAGE_FAILED') }
        } catch (error) {
          yield { files: batch, problem: error as Problem }
        }
      }
    },

    /** Lists the files of one kind whose public id begins with `prefix`. */
    async *list(prefix: string, kind: Omit<StoredFile, 'publicId'>): AsyncGenerator<ListedFile> {
      let cursor: string | undefined
      do {
        const { resources, next_cursor } = await ask((sdk, options) =>
          sdk.api.resources({
            ...options,
            resource_type: kind.resourceType,
            type: deliveryType(kind),
            prefix,
            max_results: LIST_PAGE,
            next_cursor: cursor,
          }),
        )
        if (!Array.isArray(resources)) throw new Problem('STORAGE_FAILED')
        for (const { public_id, bytes, created_at } of resources) {
          // files under another prefix must never be touched, even if the store lists them
          if (!public_id.startsWith(prefix)) continue
          yield { ...kind, publicId: public_id, bytes, createdAt: new Date(created_at) }
        }
        cursor = next_cursor
      } while (cursor !== undefined)
    },

    /**
     * Returns a URL that opens a private file until `expiresAt`. `format` is the store's name for the format of an
     * image.
     */
    async signedUrl(file: StoredFile, format: string, expiresAt: Date): Promise<string> {
      const sdk = await loadSdk()
      return sdk.utils.private_download_url(file.publicId, format, {
        ...account,
        resource_type: file.resourceType,
        type: deliveryType(file),
        expires_at: Math.floor(expiresAt.getTime() / 1000),
      } as Parameters<typeof sdk.utils.private_download_url>[2])
    },

    /** Checks that the store answers and accepts the credentials. */
    async ping(): Promise<void> {
      await ask((sdk, options) => sdk.api.ping(options))
    },

    /** Closes every connection. */
    close() {
      kept.destroy()
      fresh.destroy()
    },
  }
}

/** Checks an answer to an upload. @throws Problem STORAGE_FAILED if it isn't about the file that was sent */
function described(answer: Answer, { publicId, visibility }: StoredFile, owns: Credentials['owns']): Upload {
  const { public_id, secure_url, width, height } = answer
  const valid = public_id === publicId && typeof secure_url === 'string' && owns(secure_url)
  if (!valid) {
    throw new Problem('STORAGE_FAILED', { cause: new Error('The answer to the upload is not about the file sent.') })
  }
  const size = { width: width ?? null, height: height ?? null }
  if (visibility === 'private') return { secureUrl: null, thumbnailUrl: null, ...size }
  const thumbnail = secure_url.replace('/image/upload/', `/image/upload/${THUMBNAIL}/`)
  return { secureUrl: secure_url, thumbnailUrl: thumbnail === secure_url ? null : thumbnail, ...size }
}

/** Splits files into batches for one Admin call: files of one kind, at most 100. */
function* batches<T extends StoredFile>(files: T[]): Generator<[T, ...T[]]> {
  const kinds = new Map<string, T[]>()
  for (const file of files) {
    const kind = `${file.resourceType}/${file.visibility}`
    kinds.set(kind, [...(kinds.get(kind) ?? []), file])
  }
  for (const kind of kinds.values()) {
    for (let start = 0; start < kind.length; start += BULK) yield kind.slice(start, start + BULK) as [T, ...T[]]
  }
}
