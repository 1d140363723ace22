import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

interface Download {
  filename: string
  contentType: string
  /** The content, in pieces that are produced while the client reads. */
  pieces: AsyncIterable<string>
}

/** Streams a document of any size as a download. Its pieces aren't produced for a HEAD request. */
export function sendDownload(reply: FastifyReply, { filename, contentType, pieces }: Download): FastifyReply {
  reply.header('content-disposition', `attachment; filename="${filename}"`)
  // the framework would read a whole stream to drop it
  return reply.type(contentType).send(Readable.from(reply.request.method === 'HEAD' ? [] : pieces) as never)
}
