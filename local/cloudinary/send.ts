import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** The content of an answer: bytes, or an open file that is closed after it was sent. */
export interface Content {
  body: Buffer | { fd: number; bytes: number; close(): void }
  type: string
  /** Includes its quotes. */
  etag: string
  modified: Date
}

/**
 * Answers GET or HEAD with `content`. It handles conditions (`If-None-Match`, `If-Modified-Since`) and one byte range;
 * several ranges get the whole content, as RFC 9110 allows.
 */
export function sendContent(request: FastifyRequest, reply: FastifyReply, content: Content) {
  const { body, etag, modified } = content
  const size = Buffer.isBuffer(body) ? body.length : body.bytes
  reply.headers({ etag, 'last-modified': modified.toUTCString(), 'accept-ranges': 'bytes' })

  const finish = (status: number) => {
    if (!Buffer.isBuffer(body)) body.close()
    return reply.code(status).send()
  }
  if (isCurrent(request, etag, modified)) return finish(304)

  const range = request.headers['if-range'] && request.headers['if-range'] !== etag ? undefined : request.headers.range
  const part = range === undefined ? { start: 0, end: size - 1, whole: true } : readRange(range, size)
  if (!part) {
    reply.header('content-range', `bytes */${size}`)
    return finish(416)
  }
  const { start, end, whole } = part
  reply
    .code(whole ? 200 : 206)
    .type(content.type)
    .header('content-length', end - start + 1)
  if (!whole) reply.header('content-range', `bytes ${start}-${end}/${size}`)
  if (Buffer.isBuffer(body)) return reply.send(body.subarray(start, end + 1))
  if (request.method === 'HEAD') {
    body.close()
    // Without any payload Fastify would send the length 0.
    return reply.send(Readable.from([]))
  }
  return reply.send(createReadStream('', { fd: body.fd, start, end }))
}

function isCurrent({ headers }: FastifyRequest, etag: string, modified: Date): boolean {
  const tags = headers['if-none-match']
  if (tags !== undefined) return tags === '*' || tags.split(/\s*,\s*/).some((tag) => tag.replace(/^W\//, '') === etag)
  const since = headers['if-modified-since']
  return since !== undefined && Math.floor(modified.getTime() / 1000) <= Math.floor(Date.parse(since) / 1000)
}

/** Parses a byte range; returns undefined if it is outside of the content. Any other header counts as absent. */
function readRange(header: string, size: number) {
  const range = /^bytes=(\d*)-(\d*)$/.exec(header)
  if (!range || (range[1] === '' && range[2] === '')) return { start: 0, end: size - 1, whole: true }
  const start = range[1] === '' ? Math.max(0, size - Number(range[2])) : Number(range[1])
  const end = range[1] === '' || range[2] === '' ? size - 1 : Math.min(Number(range[2]), size - 1)
  return start > end ? undefined : { start, end, whole: false }
}
