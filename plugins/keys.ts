import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    keys: ReturnType<typeof createKeys>
  }
}

/** The keys of one purpose. The first signs, and all are accepted, so that keys rotate without one refused value. */
export interface MacKeys {
  /** HMAC-SHA-256 (RFC 2104) of `parts`, each with its length before it, so that no two lists of parts collide. */
  sign(...parts: (string | Buffer)[]): Buffer
  /** Compares in constant time under every accepted key. */
  verify(mac: Buffer, ...parts: (string | Buffer)[]): boolean
}

const NONCE = 12
const TAG = 16

/** Returns the SHA-256 in base64url, as which the database stores random values of 128 bits or more; they need neither salt nor key. */
export const sha256 = (text: string) => hash('sha256', text, 'base64url')

const derive = (secret: string, purpose: string) =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, 'coffer', purpose, 32)))

function hmac(key: KeyObject, parts: (string | Buffer)[]): Buffer {
  const mac = createHmac('sha256', key)
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part
    mac.update(`${bytes.length}:`).update(bytes)
  }
  return mac.digest()
}

function macKeys(secrets: string[], purpose: string): MacKeys {
  const keys = secrets.map((secret) => derive(secret, purpose))
  return {
    sign: (...parts) => hmac(keys[0] as KeyObject, parts),
    verify: (mac, ...parts) =>
      keys.some((key) => {
        const expected = hmac(key, parts)
        return expected.length === mac.length && timingSafeEqual(expected, mac)
      }),
  }
}

function decryptWith(key: KeyObject, sealed: Buffer, context: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG })
  decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(NONCE, NONCE + TAG))
  return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()])
}

/** Encryption by AES-256-GCM (NIST SP 800-38D). The first key encrypts, and all are accepted. */
interface CipherKeys {
  /** Encrypts with a random 96-bit nonce; `context` is bound as additional data, so that a value can't be moved elsewhere. */
  encrypt(plaintext: string | Buffer, context: string): Buffer
  /** @throws Error if the value was not encrypted under an accepted key and this context */
  decrypt(sealed: Buffer, context: string): Buffer
}

function cipherKeys(secrets: string[], purpose: string): CipherKeys {
  const keys = secrets.map((secret) => derive(secret, purpose))
  return {
    encrypt(plaintext, context) {
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv('aes-256-gcm', keys[0] as KeyObject, nonce, { authTagLength: TAG })
      cipher.setAAD(Buffer.from(context))
      const body = Buffer.concat([cipher.update(plaintext as Buffer), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body])
    },
    decrypt(sealed, context) {
      let failure: unknown
      for (const key of keys) {
        try {
          return decryptWith(key, sealed, context)
        } catch (error) {
          failure = error
        }
      }
      throw failure
    },
  }
}

/** Creates everything that uses the server's keys, except passwords and access tokens. */
export function createKeys({ config: { CODE_KEY, DATA_KEY } }: FastifyInstance) {
  const pseudonymKeys = DATA_KEY.map((secret) => derive(secret, 'pseudonym'))

  return {
    /** Mailed codes, each bound to its purpose and to the client-held id of its challenge. */
    code: macKeys(CODE_KEY, 'code'),
    /** The MAC in refresh tokens. */
    refreshToken: macKeys(DATA_KEY, 'refresh-token'),
    /** The MAC in the proof that a device has signed in before. */
    device: macKeys(DATA_KEY, 'device'),
    /** The MAC in the challenges of passkeys that are not stored. */
    passkey: macKeys(CODE_KEY, 'passkey'),
    /** List cursors: they hold what a list is sorted by, such as an e-mail address, and are part of URLs. */
    cursor: cipherKeys(DATA_KEY, 'cursor'),

    /** Returns the hex HMAC, under the first key, by which a personal value (an e-mail or IP address) is stored and found. */
    pseudonym: (value: string): string => hmac(pseudonymKeys[0] as KeyObject, [value]).toString('hex'),

    /** Returns the HMAC under every accepted key, which finds values that were stored before the keys changed. */
    pseudonyms: (value: string): string[] => pseudonymKeys.map((key) => hmac(key, [value]).toString('hex')),

    /** Identifies each accepted key of {@link CipherKeys.encrypt}, the first first, for values that outlive an exchange of keys. */
    ids: DATA_KEY.map((secret) => derive(secret, 'key-id').export().toString('hex').slice(0, 8)),

    /** Returns the HMAC-SHA-256 of `text` under a key that is stored encrypted. */
    hmac: (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('base64url'),

    /** Values that the database stores encrypted. */
    ...cipherKeys(DATA_KEY, 'encryption'),
  }
}

/** Decorates `keys`. */
export default fp(
  async (app) => {
    app.decorate('keys', createKeys(app))
  },
  { name: 'keys', dependencies: ['config'] },
)
