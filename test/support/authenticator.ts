import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

type Cbor = Parameters<typeof isoCBOR.encode>[0]

/** What a test changes of the answer of an authenticator or of the browser in front of it. */
export interface Deviations {
  /** Parts of the client data. */
  client?: { type?: string; challenge?: string; origin?: string; crossOrigin?: boolean; topOrigin?: string }
  rpId?: string
  userPresent?: boolean
  userVerified?: boolean
  backupEligible?: boolean
  counter?: number
  userHandle?: string | undefined
  /** Bytes of extension data. */
  extensions?: Buffer
  /** Changes the authenticator data after they were signed. */
  tamper?(data: Buffer): Buffer
}

interface Options {
  algorithm?: 'ES256' | 'EdDSA' | 'RS256'
  /** The origin of the page. */
  origin?: string
  /** True if its passkeys are synchronised between devices. */
  synced?: boolean
  /** True if it counts its signatures. */
  counts?: boolean
}

const bytesOf = (text: unknown) => new Uint8Array(Buffer.from(text as string, 'base64url'))
const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest()

const GENERATORS = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
}

/** Returns a public key as COSE has it (RFC 9053, 7; RFC 8230, 4). */
function toCose(algorithm: keyof typeof GENERATORS, publicKey: KeyObject): Map<number, Cbor> {
  const { x, y, n, e } = publicKey.export({ format: 'jwk' })
  if (algorithm === 'RS256') {
    return new Map<number, Cbor>([
      [1, 3],
      [3, -257],
      [-1, bytesOf(n)],
      [-2, bytesOf(e)],
    ])
  }
  const isElliptic = algorithm === 'ES256'
  return new Map<number, Cbor>([
    [1, isElliptic ? 2 : 1],
    [3, isElliptic ? -7 : -8],
    [-1, isElliptic ? 1 : 6],
    [-2, bytesOf(x)],
    ...(isElliptic ? [[-3, bytesOf(y)] as [number, Cbor]] : []),
  ])
}

/** An authenticator in software that holds one passkey, and the browser in front of it (WebAuthn Level 3, 6 and 5.8.1). */
export class Authenticator {
  readonly id = randomBytes(16).toString('base64url')
  readonly aaguid = randomBytes(16)
  readonly cose: Buffer
  counter = 0
  userHandle: string | undefined
  readonly #privateKey: KeyObject
  readonly #options: Required<Options>

  constructor(options: Options = {}) {
    this.#options = {
      algorithm: 'ES256',
      origin: 'http://localhost:3000',
      synced: true,
      counts: false,
      ...options,
    }
    const { algorithm } = this.#options
    const { publicKey, privateKey } = GENERATORS[algorithm]()
    this.cose = Buffer.from(isoCBOR.encode(toCose(algorithm, publicKey)))
    this.#privateKey = privateKey
  }

  get synced() {
    return this.#options.synced
  }

  #clientData(type: string, challenge: string, { client }: Deviations): Buffer {
    const { origin } = this.#options
    return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false, ...client }))
  }

  #data(rpId: string, deviations: Deviations, attested?: Buffer): Buffer {
    const { synced, counts } = this.#options
    const { userPresent = true, userVerified = true, backupEligible = synced, extensions } = deviations
    if (counts) this.counter += 1
    const flags =
      (userPresent ? 0x01 : 0) |
      (userVerified ? 0x04 : 0) |
      (backupEligible ? 0x18 : 0) |
      (attested ? 0x40 : 0) |
      (extensions ? 0x80 : 0)
    const head = Buffer.alloc(37)
    sha256(deviations.rpId ?? rpId).copy(head)
    head[32] = flags
    head.writeUInt32BE(deviations.counter ?? this.counter, 33)
    return Buffer.concat([head, attested ?? Buffer.alloc(0), extensions ?? Buffer.alloc(0)])
  }

  /** Creates the passkey, as `navigator.credentials.create` does. */
  create(
    options: { challenge: string; rp: { id: string }; user: { id: string } },
    deviations: Deviations & { format?: string; statement?: Map<string, Cbor> } = {},
  ) {
    this.userHandle = options.user.id
    const id = Buffer.from(this.id, 'base64url')
    const length = Buffer.alloc(2)
    length.writeUInt16BE(id.length)
    const attested = Buffer.concat([this.aaguid, length, id, this.cose])
    const data = this.#data(options.rp.id, deviations, attested)
    const { format = 'none', statement = new Map(), tamper = (bytes) => bytes } = deviations
    const attestation = new Map<string, Cbor>([
      ['fmt', format],
      ['attStmt', statement],
      ['authData', new Uint8Array(tamper(data))],
    ])
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: { credProps: { rk: true } },
      response: {
        clientDataJSON: this.#clientData('webauthn.create', options.challenge, deviations).toString('base64url'),
        attestationObject: Buffer.from(isoCBOR.encode(attestation)).toString('base64url'),
        authenticatorData: data.toString('base64url'),
        publicKeyAlgorithm: -7,
        transports: ['internal', 'hybrid'],
      },
    }
  }

  /** Signs a challenge, as `navigator.credentials.get` does. */
  get(options: { challenge: string; rpId: string }, deviations: Deviations = {}) {
    const clientData = this.#clientData('webauthn.get', options.challenge, deviations)
    const data = this.#data(options.rpId, deviations)
    const signed = Buffer.concat([data, sha256(clientData)])
    const hash = this.#options.algorithm === 'EdDSA' ? null : 'sha256'
    const { tamper = (bytes) => bytes } = deviations
    const userHandle = 'userHandle' in deviations ? deviations.userHandle : this.userHandle
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString('base64url'),
        authenticatorData: tamper(data).toString('base64url'),
        signature: sign(hash, signed, this.#privateKey).toString('base64url'),
        ...(userHandle !== undefined && { userHandle }),
      },
    }
  }
}
