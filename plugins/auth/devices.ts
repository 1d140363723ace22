import { randomBytes } from 'node:crypto'
import cookie from '@fastify/cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { cookieOptions, type Delivery } from './session-cookie.js'

declare module 'fastify' {
  interface FastifyInstance {
    devices: ReturnType<typeof createDevices>
  }
}

const COOKIE = '__Host-device'
/** Browsers keep no cookie for longer (RFC 6265bis, 5.5). */
const COOKIE_LIFE = 400 * 24 * 3_600_000
const ID_BYTES = 16
const MAC_BYTES = 32

/**
 * Creates the proof that a device has signed in with an address before (OWASP: device cookies): a random id and its MAC over the
 * address. It gives no access. It gives the device budgets of its own, which nobody else can use up.
 */
export function createDevices(app: FastifyInstance) {
  const keys = app.keys.device
  const options = cookieOptions(app.config.COOKIE_SAME_SITE)

  return {
    /** Returns the id of the device of a request, if its proof is for this address; `deviceToken` is that of the body. */
    proven(request: FastifyRequest, email: string, deviceToken?: string): string | undefined {
      const bytes = Buffer.from(deviceToken ?? request.cookies[COOKIE] ?? '', 'base64url')
      if (bytes.length !== ID_BYTES + MAC_BYTES) return undefined
      const id = bytes.subarray(0, ID_BYTES)
      return keys.verify(bytes.subarray(ID_BYTES), id, email) ? `device:${id.toString('base64url')}` : undefined
    },

    /** Gives a device its proof: in a cookie or, for clients that keep tokens themselves, returned. */
    issue(reply: FastifyReply, email: string, delivery: Delivery): { deviceToken?: string } {
      const id = randomBytes(ID_BYTES)
      const deviceToken = Buffer.concat([id, keys.sign(id, email)]).toString('base64url')
      if (delivery === 'body') return { deviceToken }
      reply.setCookie(COOKIE, deviceToken, { ...options, expires: new Date(app.now().getTime() + COOKIE_LIFE) })
      return {}
    },
  }
}

/** Decorates `devices`. */
export default fp(
  async (app) => {
    await app.register(cookie)
    app.decorate('devices', createDevices(app))
  },
  { name: 'devices', dependencies: ['clock', 'config', 'keys'] },
)
