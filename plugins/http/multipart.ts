import type { IncomingMessage } from 'node:http'
import type { Multipart, MultipartFile } from '@fastify/multipart'
import type { Static, TSchema } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../openapi/errors.js'

export interface ReceivedFile {
  filename: string
  contentType: string
  bytes: AsyncIterable<Buffer>
  /** Upper bound of the file's size, from the limits and the request's Content-Length. */
  atMost: number
}

export interface FormOptions {
  /** Name of the parts that are files. */
  file: string
  maxFiles: number
  maxBytes: number
  /** Largest text field in bytes. */
  maxFieldBytes: number
  /** Names of the text fields that are lists. */
  lists?: readonly string[]
  /** Time in milliseconds in which the form must arrive, if that of any request is too long. */
  timeout?: number
  /** True if text fields must precede the files, so that they are known when the first file arrives. */
  fieldsFirst: boolean
  /** Names of the text fields that may follow the files all the same: many generated clients send the files first. */
  lateFields?: readonly string[]
  /** Called with the text fields once they are complete. A field that was sent blank has no value. */
  onFields(fields: Record<string, string[]>): void | Promise<void>
  /** Called at the end of the form if late fields have been added to those of `onFields`. */
  onLateFields?(): Promise<void>
  /** Called with each file. It must read the bytes to their end. */
  onFile(file: ReceivedFile): Promise<void>
}

/** Limits of the part of a refused request that is still read, so that the client gets to see the answer. */
export const DRAIN_BYTES = 32 * 2 ** 20
export const DRAIN_MS = 5_000
export const MAX_FIELDS = 100

/** A `preParsing` hook of routes that accept a form only: refuses any other body without reading it. */
export async function requireMultipart(request: FastifyRequest) {
  const [type] = (request.headers['content-type'] ?? '').split(';', 1) as [string]
  if (type.trim().toLowerCase() !== 'multipart/form-data') {
    throw new Problem('UNSUPPORTED_MEDIA_TYPE', { detail: 'The body must be multipart/form-data.' })
  }
}

/**
 * Streams a form of text fields and files. If it refuses the form, it reads the rest up to a limit, so that the client
 * gets to see the answer.
 * @throws Problem MALFORMED_REQUEST, VALIDATION_FAILED, PAYLOAD_TOO_LARGE, REQUEST_TIMEOUT, and the errors of the two
 * callbacks
 */
export async function readForm(request: FastifyRequest, reply: FastifyReply, options: FormOptions): Promise<void> {
  try {
    await inTime(read(request, options), options.timeout)
  } catch (error) {
    if (error instanceof Problem && error.code === 'REQUEST_TIMEOUT') {
      // nothing more is read: the reading ends with the connection
      reply.header('connection', 'close')
      throw error
    }
    request.raw.unpipe()
    if (!(await drained(request.raw))) reply.header('connection', 'close')
    throw error
  }
}

/** @throws Problem REQUEST_TIMEOUT if the work takes longer; it isn't stopped. */
async function inTime(work: Promise<void>, timeout: number | undefined): Promise<void> {
  if (timeout === undefined) return work
  let timer: NodeJS.Timeout | undefined
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Problem('REQUEST_TIMEOUT')), timeout)
  })
  return Promise.race([work, expiry]).finally(() => clearTimeout(timer))
}

async function read(request: FastifyRequest, options: FormOptions) {
  const {
    file,
    maxFiles,
    maxBytes,
    maxFieldBytes,
    lists = [],
    fieldsFirst,
    lateFields = [],
    onFields,
    onFile,
  } = options
  const listNames = maxFiles > 1 ? [file, ...lists] : lists
  const limits = { files: maxFiles, fileSize: Number.POSITIVE_INFINITY, fields: MAX_FIELDS, fieldSize: maxFieldBytes }
  const length = Number(request.headers['content-length'] ?? Number.POSITIVE_INFINITY)
  const fields: Record<string, string[]> = {}
  let received = 0
  let files = 0
  let hasLateFields = false

  async function* counted(part: MultipartFile) {
    for await (const chunk of wellFormed(part.file)) {
      received += chunk.length
      yield chunk
    }
  }

  // on a closed connection the parser would wait forever for the end
  if (request.raw.destroyed) throw new Problem('MALFORMED_REQUEST', { detail: 'The form is incomplete.' })
  for await (const part of wellFormed(arriving(request.raw, request.parts({ limits })))) {
    if (part.type === 'field') {
      if (part.valueTruncated) throw new Problem('PAYLOAD_TOO_LARGE', { detail: `${part.fieldname} is too long.` })
      const name = withoutIndex(part.fieldname, listNames)
      const isLate = fieldsFirst && files > 0
      if (isLate && !lateFields.includes(name)) throw invalid(part.fieldname, 'order', 'must come before the files')
      hasLateFields ||= isLate
      if (name === file) throw invalid(part.fieldname, 'type', 'must be a file, with a name')
      const values = lists.includes(name) ? listOf(part.value) : part.value
      if (typeof values !== 'string' && !isList(values)) throw invalid(part.fieldname, 'type', 'must be text')
      // the parser writes this character for bytes that are not UTF-8
      if ([values].flat().some((value) => value.includes('\ufffd'))) {
        throw invalid(part.fieldname, 'encoding', 'must be UTF-8')
      }
      // an HTML form sends the fields that nobody has filled in, too
      fields[name] = [...(fields[name] ?? []), ...[values].flat().filter((value) => value !== '')]
      continue
    }
    if (withoutIndex(part.fieldname, listNames) !== file)
      throw invalid(part.fieldname, 'additionalProperties', 'must not be a file')
    // browsers send a part without a name if no file was chosen
    if (!part.filename) throw new Problem('FILE_MISSING', { detail: 'A file has no name.' })
    if (fieldsFirst && files === 0) await onFields(fields)
    files += 1
    await onFile({
      filename: part.filename,
      contentType: part.mimetype,
      bytes: counted(part),
      atMost: Math.min(maxBytes, length - received),
    })
  }
  if (!fieldsFirst || files === 0) await onFields(fields)
  if (hasLateFields) await options.onLateFields?.()
}

/**
 * Validates the fields of a form, or the JSON in its place. The framework can't, because a form streams in after its
 * validation.
 * @throws the validation error of the framework
 */
export function checked<T extends TSchema>(request: FastifyRequest, schema: T, fields: unknown): Static<T> {
  const validate = request.compileValidationSchema(schema, 'body')
  if (validate(fields ?? null)) return fields as Static<T>
  throw Object.assign(new Error('body'), { validation: validate.errors, validationContext: 'body' })
}

/** The value of a field that was sent once; one that was sent again stays a list, which a schema of text refuses. */
export const single = (values: string[]) => (values.length > 1 ? values : values[0])

/** Returns the name of a list without the brackets that some clients put behind it, as in `tags[]` and `tags[0]`. */
function withoutIndex(name: string, lists: readonly string[]): string {
  const plain = name.replace(/\[\d*\]$/, '')
  return lists.includes(plain) ? plain : name
}

const isList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

/** Returns the items of a list that some clients send as one part, as JSON; any other value as it is. */
function listOf(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('[')) return value
  try {
    const parsed: unknown = JSON.parse(value)
    return isList(parsed) ? parsed : value
  } catch {
    return value
  }
}

const invalid = (name: string, code: string, message: string) =>
  new Problem('VALIDATION_FAILED', {
    errors: [{ pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, code, message }],
  })

/**
 * Passes parts on. If the form breaks off, that is the client's error, although not every error of the parser says so.
 */
async function* wellFormed<T>(parts: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* parts
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== undefined) throw error
    throw new Problem('MALFORMED_REQUEST', { detail: 'The form is incomplete or malformed.', cause: error })
  }
}

/**
 * Passes parts on. If nothing arrives for the idle time of a connection, reading the file that is under way fails, or
 * else waiting for the next part: so the callbacks end before the form is refused.
 * @throws Problem REQUEST_TIMEOUT
 */
async function* arriving(request: IncomingMessage, parts: AsyncIterableIterator<Multipart>) {
  let file: MultipartFile['file'] | undefined
  let refuse: (problem: Problem) => void
  const stalled = new Promise<never>((_, reject) => {
    refuse = reject
  })
  stalled.catch(() => {})
  // with a listener, the server leaves the connection open until the next time
  request.once('timeout', () => {
    const problem = new Problem('REQUEST_TIMEOUT')
    if (file && !file.readableEnded) file.destroy(problem)
    else refuse(problem)
  })
  for (;;) {
    const { done, value } = await Promise.race([parts.next(), stalled])
    if (done) return
    file = value.type === 'file' ? value.file : undefined
    yield value
  }
}

/** Reads and drops the rest of the request; false if it exceeds the limits. */
async function drained(request: IncomingMessage): Promise<boolean> {
  if (request.readableEnded || request.destroyed) return true
  return new Promise((resolve) => {
    let bytes = 0
    const timer = setTimeout(() => end(false), DRAIN_MS)
    const count = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > DRAIN_BYTES) end(false)
    }
    const done = () => end(true)
    function end(isAll: boolean) {
      clearTimeout(timer)
      request.off('data', count).off('end', done).off('close', done).pause()
      resolve(isAll)
    }
    request.on('data', count).on('end', done).on('close', done).resume()
  })
}
