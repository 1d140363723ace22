import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { MultipartFile } from '@fastify/multipart'
import type { FastifyRequest } from 'fastify'
import { notImplemented, refusal } from './refusal.js'
import type { Fields } from './signature.js'

export const MAX_FILE_BYTES = 100 * 1024 * 1024

/** A received file: its temporary path, the client's name for it, its size and the MD5 of its bytes. */
export interface ReceivedFile {
  path: string
  filename: string
  bytes: number
  md5: string
}

/**
 * Reads a multipart request to its end, streams its file to `path`, and passes both to `use`. A file that `use` leaves
 * at `path` is removed. A field that is repeated as `name[]` becomes one value, joined by commas, as it is signed.
 */
export async function receive<T>(
  request: FastifyRequest,
  path: string,
  use: (fields: Fields, file: ReceivedFile | undefined) => Promise<T>,
): Promise<T> {
  if (!request.isMultipart()) throw notImplemented(`the content type ${request.headers['content-type']} here`)
  const fields: Fields = Object.create(null)
  let file: ReceivedFile | undefined
  // Only the list of requests reads it, as it reads the bodies of other parsers.
  const body: { fields: Fields; filename?: string } = { fields }
  request.body = body
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') {
        if (part.fieldname !== 'file') throw refusal(400, `Unexpected file ${part.fieldname}`)
        body.filename = part.filename
        file = await save(part, path)
        continue
      }
      const name = part.fieldname.replace(/\[\]$/, '')
      const value = String(part.value)
      fields[name] = name === part.fieldname || fields[name] === undefined ? value : `${fields[name]},${value}`
    }
    return await use(fields, file)
  } finally {
    await rm(path, { force: true })
  }
}

async function save(part: MultipartFile, path: string): Promise<ReceivedFile> {
  const hash = createHash('md5')
  let bytes = 0
  await pipeline(
    part.file,
    async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        hash.update(chunk)
        bytes += chunk.length
        yield chunk
      }
    },
    createWriteStream(path, { mode: 0o600, flush: true }),
  )
  if (part.file.truncated) throw refusal(400, `File size too large. Maximum is ${MAX_FILE_BYTES}.`)
  return { path, filename: part.filename, bytes, md5: hash.digest('hex') }
}
