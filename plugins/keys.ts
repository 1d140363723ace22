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
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    keys: Keys
  }
}

/** A list of keys of one purpose: the first signs or encrypts, all are accepted, so that keys rotate without a refusal. */
export interface MacKeys {
  /** HMAC-SHA-256 (RFC 2104) of `parts`, each with its length before it, so that no two lists of parts collide. */
  sign(...parts: (string | Buffer)[]): Buffer
  /** Compares in constant time under every accepted key. */
  verify(mac: Buffer, ...parts: (string | Buffer)[]): boolean
}

export interface Keys {
  /** Mailed codes, each bound to its purpose and to the client-held id of its challenge. */
  code: MacKeys
  /** The MAC inside refresh tokens. */
  refreshToken: MacKeys
  /** The MAC of the proof that a device has signed in before. */
  device: MacKeys
  /** The MAC inside list cursors. */
  cursor: MacKeys
  /** Hex HMAC of a personal value (an e-mail address, an address of origin) under the first key: what it's stored and found by. */
  pseudonym(value: string): string
  /** The same under every accepted key, to recognise what was stored before the keys changed. */
  pseudonyms(value: string): string[]
  /**
   * AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce; `context` is bound as additional data, so that a value can't be
   * moved to another field or document.
   */
  encrypt(plaintext: string | Buffer, context: string): Buffer
  /** @throws Error where the value was not encrypted under an accepted key and this context */
  decrypt(sealed: Buffer, context: string): Buffer
}

const NONCE = 12
const TAG = 16

/** SHA-256 in base64url: what the database holds of a random value of 128 bits or more, which needs neither salt nor key. */
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

/** Decorates `keys`: everything that Coffer does with its server-held keys, apart from passwords and access tokens. */
export default fp(
  async (app) => {
    const { CODE_KEY, DATA_KEY } = app.config
    const pseudonymKeys = DATA_KEY.map((secret) => derive(secret, 'pseudonym'))
    const encryptionKeys = DATA_KEY.map((secret) => derive(secret, 'encryption'))

    const open = (sealed: Buffer, context: string, key: KeyObject) => {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG })
      decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(NONCE, NONCE + TAG))
      return Buffer.concat([decipher.update(sealed.subarray(NONCE + TAG)), decipher.final()])
    }

    app.decorate('keys', {
      code: macKeys(CODE_KEY, 'code'),
      refreshToken: macKeys(DATA_KEY, 'refresh-token'),
      device: macKeys(DATA_KEY, 'device'),
      cursor: macKeys(DATA_KEY, 'cursor'),
      pseudonym: (value) => hmac(pseudonymKeys[0] as KeyObject, [value]).toString('hex'),
      pseudonyms: (value) => pseudonymKeys.map((key) => hmac(key, [value]).toString('hex')),
      encrypt(plaintext, context) {
        const nonce = randomBytes(NONCE)
        const cipher = createCipheriv('aes-256-gcm', encryptionKeys[0] as KeyObject, nonce, { authTagLength: TAG })
        cipher.setAAD(Buffer.from(context))
        const body = Buffer.concat([cipher.update(plaintext as Buffer), cipher.final()])
        return Buffer.concat([nonce, cipher.getAuthTag(), body])
      },
      decrypt(sealed, context) {
        let failure: unknown
        for (const key of encryptionKeys) {
          try {
            return open(sealed, context, key)
          } catch (error) {
            failure = error
          }
        }
        throw failure
      },
    })
  },
  { name: 'keys', dependencies: ['config'] },
)
