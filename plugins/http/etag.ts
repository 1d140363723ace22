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
  /** Sets the ETag header to the revision of the object that the answer shows. */
  set(reply: FastifyReply, revision: number | string): void
  /** Returns true if If-None-Match names this revision; the answer is then 304. */
  isFresh(request: FastifyRequest, revision: number | string): boolean
  /**
   * Checks If-Match.
   * @returns the condition that the update must repeat: the revision where If-Match is given, otherwise none
   * @throws Problem PRECONDITION_FAILED where If-Match names another revision
   */
  condition(request: FastifyRequest, revision: number): { revision?: number }
}

const etagOf = (revision: number | string) => `"${revision}"`

/** Weak comparison (RFC 9110, 8.8.3.2). */
const names = (header: string, revision: number | string) =>
  header.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etagOf(revision))

/** Decorates `etag`. */
export default fp(
  async (app) => {
    app.decorate('etag', {
      set(reply, revision) {
        reply.header('etag', etagOf(revision))
      },
      isFresh: (request, revision) => names(request.headers['if-none-match'] ?? '', revision),
      condition(request, revision) {
        const header = request.headers['if-match']
        if (header === undefined) return {}
        if (!names(header, revision)) throw new Problem('PRECONDITION_FAILED')
        return { revision }
      },
    })
  },
  { name: 'etag' },
)
