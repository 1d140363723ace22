import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../../openapi/errors.js'
import type { Config } from '../config/index.js'

/** Delivery of the refresh token: in a cookie that scripts can't read, or in the body, for a client that keeps it itself. */
export type Delivery = 'cookie' | 'body'

const COOKIE = '__Host-refresh'

/** The attributes that all of our cookies share: scripts can't read them, and only https and localhost send them. */
export const cookieOptions = (sameSite: Config['COOKIE_SAME_SITE']) => ({
  path: '/',
  httpOnly: true,
  secure: true,
  sameSite,
  // browsers that block third-party cookies accept one that is partitioned by the site of the page (CHIPS)
  partitioned: sameSite === 'none',
})

/** Creates the reader and the writer of the cookie that carries a refresh token. */
export function createSessionCookie({ config: { COOKIE_SAME_SITE, CORS_ORIGINS, PUBLIC_URL } }: FastifyInstance) {
  const allowedOrigins = new Set([new URL(PUBLIC_URL).origin, ...CORS_ORIGINS])
  const options = cookieOptions(COOKIE_SAME_SITE)

  return {
    /**
     * Returns the refresh token of a request and how it was delivered; undefined if there is none.
     * @throws Problem ORIGIN_NOT_ALLOWED for a cookie from a foreign page, VALIDATION_FAILED if cookie and body both hold a token
     */
    presented(request: FastifyRequest, inBody: string | undefined): { token: string; delivery: Delivery } | undefined {
      const inCookie = request.cookies[COOKIE]
      if (inCookie !== undefined && inBody !== undefined) {
        throw new Problem('VALIDATION_FAILED', {
          errors: [{ pointer: '/refreshToken', code: 'ambiguous', message: 'must not be sent along with the cookie' }],
        })
      }
      if (inBody !== undefined) return { token: inBody, delivery: 'body' }
      if (inCookie === undefined) return undefined
      const { origin, 'sec-fetch-site': site } = request.headers
      const isAllowed = origin === undefined ? site === 'same-origin' : allowedOrigins.has(origin)
      if (!isAllowed) throw new Problem('ORIGIN_NOT_ALLOWED')
      return { token: inCookie, delivery: 'cookie' }
    },

    /** Sets the cookie, which expires with the session. */
    set(reply: FastifyReply, token: string, expires: Date): void {
      reply.setCookie(COOKIE, token, { ...options, expires })
    },

    /** Expires the cookie, and asks the browser to delete what pages stored. */
    clear(reply: FastifyReply): void {
      reply.clearCookie(COOKIE, options)
      // "cookies" would delete those of the whole registrable domain; "cache" makes browsers walk through their whole cache
      reply.header('clear-site-data', '"storage"')
    },
  }
}
