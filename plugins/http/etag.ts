import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Problem } from '../../openapi/errors.js'

declare module 'fastify' {
  interface FastifyInstance {
    etag: Etag
  }
}

/** Conditional requests (RFC 9110, 13) on objects that carry a revision, which rises with every change of what they show. */
export interface Etag {
  /** Sets ETag; true where If-None-Match already names it, and 304 is the answer. */
  isFresh(request: FastifyRequest, reply: FastifyReply, revision: number): boolean
  /** @throws Problem PRECONDITION_FAILED where If-Match is there and names another state */
  requireMatch(request: FastifyRequest, revision: number): void
}

const etagOf = (revision: number) => `"${revision}"`

/** Weak comparison (RFC 9110, 8.8.3.2). */
const names = (header: string, revision: number) =>
  header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etagOf(revision))

/** Decorates `etag`. */
export default fp(
  async (app) => {
    app.decorate('etag', {
      isFresh(request, reply, revision) {
        reply.header('etag', etagOf(revision))
        return names(request.headers['if-none-match'] ?? '', revision)
      },
      requireMatch(request, revision) {
        const header = request.headers['if-match']
        if (header !== undefined && !names(header, revision)) throw new Problem('PRECONDITION_FAILED')
      },
    })
  },
  { name: 'etag' },
)
