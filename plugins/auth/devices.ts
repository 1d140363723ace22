import { randomBytes } from 'node:crypto'
import cookie from '@fastify/cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { needsFactor } from '../../models/factor.js'
import type { UserDocument } from '../../models/user.js'
import { sha256 } from '../keys.js'
import { cookieOptions, type Delivery } from './session-cookie.js'

declare module 'fastify' {
  interface FastifyInstance {
    devices: ReturnType<typeof createDevices>
  }
}

type TrustingUser = Pick<UserDocument, 'kind' | 'role' | 'permissions' | 'trustedDevices'>

interface NewDevice {
  id: string
  deviceToken: string
}

const COOKIE = '__Host-device'
/** Browsers keep no cookie for longer (RFC 6265bis, 5.5). */
const COOKIE_LIFE = 400 * 24 * 3_600_000
const ID_BYTES = 16
const MAC_BYTES = 32

const nameOf = (id: Buffer) => `device:${id.toString('base64url')}`

/**
 * Creates the proof that a device has signed in with an address before (OWASP: device cookies): a random id and its MAC over the
 * address. By itself it gives no access. It gives the device budgets of its own, which nobody else can use up, and the owner of the account can
 * trust it: then it stands in for the second step.
 */
export function createDevices(app: FastifyInstance) {
  const keys = app.keys.device
  const { COOKIE_SAME_SITE, MFA_REQUIRED, TRUSTED_DEVICE_TTL } = app.config
  const options = cookieOptions(COOKIE_SAME_SITE)

  return {
    /** Returns the id of the device of a request, if its proof is for this address; `deviceToken` is that of the body. */
    proven(request: FastifyRequest, email: string, deviceToken?: string): string | undefined {
      const bytes = Buffer.from(deviceToken ?? request.cookies[COOKIE] ?? '', 'base64url')
      if (bytes.length !== ID_BYTES + MAC_BYTES) return undefined
      const id = bytes.subarray(0, ID_BYTES)
      return keys.verify(bytes.subarray(ID_BYTES), id, email) ? nameOf(id) : undefined
    },

    /**
     * Returns the id of a trusted device of an account, if the proven device is one. An account whose role needs a second factor has none: it uses
     * the factor at every sign-in.
     */
    trusted(user: TrustingUser, device: string | undefined): string | undefined {
      if (device === undefined || TRUSTED_DEVICE_TTL === 0 || needsFactor(user, MFA_REQUIRED)) return undefined
      const deviceHash = sha256(device)
      const now = app.now()
      return user.trustedDevices?.find((one) => one.deviceHash === deviceHash && one.expiresAt > now)?._id
    },

    /** Creates the proof of a device, and the id that {@link proven} returns for it. */
    create(email: string): NewDevice {
      const id = randomBytes(ID_BYTES)
      return { id: nameOf(id), deviceToken: Buffer.concat([id, keys.sign(id, email)]).toString('base64url') }
    },

    /** Gives a device its proof: in a cookie or, for clients that keep tokens themselves, returned. */
    issue(reply: FastifyReply, { deviceToken }: NewDevice, delivery: Delivery): { deviceToken?: string } {
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
