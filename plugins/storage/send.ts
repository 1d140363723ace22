import { once } from 'node:events'
import type { v2 as Sdk, UploadApiOptions } from 'cloudinary'
import { StorageTimeout } from './failure.js'

/** The store's answer to an upload, before it is checked. */
export interface Answer {
  public_id?: unknown
  secure_url?: unknown
  width?: number
  height?: number
}

/** Bytes up to which an upload is held in memory, so that it can be repeated. */
const REPEATABLE_BYTES = 128 * 1024

/** Marks an error of the source, to tell it from an error of the store. */
export class SourceError extends Error {}

async function* fromSource(source: AsyncIterable<Buffer>) {
  try {
    yield* source
  } catch (cause) {
    throw new SourceError('The source of an upload failed.', { cause })
  }
}

/**
 * Reads the beginning of `source`. If that is all of it, `isWhole` is true and `content` can be called again.
 * @throws the error of the source
 */
export async function readAhead(source: AsyncIterable<Buffer>) {
  const rest = generated(source)
  const head: Buffer[] = []
  let bytes = 0
  let isWhole = false
  while (bytes <= REPEATABLE_BYTES && !isWhole) {
    const next = await rest.next()
    if (next.done) isWhole = true
    else {
      head.push(next.value)
      bytes += next.value.length
    }
  }
  async function* content() {
    try {
      yield* head
      yield* rest
    } finally {
      await rest.return()
    }
  }
  return { isWhole, content }
}

async function* generated(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  yield* source
}

/** Streams a file to the store, and returns the store's answer. */
export async function send(sdk: typeof Sdk, source: AsyncIterable<Buffer>, options: object, patience: number) {
  let settled = false
  const { promise: answer, resolve, reject } = deferred<Answer>()
  const stream = sdk.uploader.upload_stream(options as UploadApiOptions, (error, result) => {
    settled = true
    if (error) reject(error)
    else resolve(result as Answer)
  })
  let sent = 0
  try {
    for await (const chunk of fromSource(source)) {
      if (settled) break
      sent += chunk.length
      if (!stream.write(chunk)) await within(patience, Promise.race([once(stream, 'drain'), answer]))
    }
    // an answer before the end of the file can only be an error
    if (settled) throw await answer.then(() => new Error('The store answered before it had the file.'))
    stream.end()
    return await within(patience + (sent / 2 ** 20) * 1000, answer)
  } finally {
    stream.destroy()
  }
}

function deferred<T>() {
  let resolve!: (value: T) => void
  let reject!: (reason: unknown) => void
  const promise = new Promise<T>((accept, refuse) => {
    resolve = accept
    reject = refuse
  })
  // prevents an unhandled rejection while no caller awaits the promise
  promise.catch(() => {})
  return { promise, resolve, reject }
}

/** Awaits a promise for a limited time. @throws StorageTimeout */
export async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  const expiry = deferred<never>()
  const timer = setTimeout(
    () => expiry.reject(new StorageTimeout(`No answer within ${milliseconds} ms.`)),
    milliseconds,
  )
  try {
    return await Promise.race([promise, expiry.promise])
  } finally {
    clearTimeout(timer)
  }
}
