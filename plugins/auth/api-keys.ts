import DataLoader from 'dataloader'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { LruMap } from 'toad-cache'
import type { ApiKeyDocument } from '../../models/api-key.js'
import { collectionOf } from '../db/collection.js'
import { sha256 } from '../keys.js'
import { isApiKey, isWellFormed } from './api-key-secret.js'
import type { LoadedCaller } from './callers.js'
import { isInNetworks } from './networks.js'

declare module 'fastify' {
  interface FastifyInstance {
    apiKeys: ReturnType<typeof createApiKeys>
  }
}

/** A valid API key of a request. */
interface PresentedApiKey {
  key: ApiKeyDocument
  /** Whether the key may be used from the network of the request. */
  isAllowed: boolean
  /** The owner; undefined if the owner isn't active. */
  owner: LoadedCaller | undefined
}

/** Keys of one read, at most. */
const MAX_BATCH = 100
/** Keys that are remembered, at most. */
const MAX_REMEMBERED = 1_000
/** The precision of `lastUsedAt`, so that not every request writes. */
const USE_MS = 60_000

const BEARER = /^Bearer ([\w.-]+)$/i

/** Returns the bearer token of a request (RFC 6750, 2.1). */
export const bearerToken = ({ headers }: FastifyRequest): string | undefined =>
  BEARER.exec(headers.authorization ?? '')?.[1]

/** Creates the lookup of the API keys of requests. */
export function createApiKeys(app: FastifyInstance) {
  const collection = collectionOf(app.db.ApiKey)
  const found = new WeakMap<FastifyRequest, Promise<PresentedApiKey | undefined>>()
  /** Keys by hash of a secret. One is used only while it has the stamp that its owner, who is read for each request, has for it. */
  const remembered = new LruMap<ApiKeyDocument>(MAX_REMEMBERED)
  const noting = new Set<string>()

  async function load(hashes: readonly string[]): Promise<(ApiKeyDocument | undefined)[]> {
    const keys = await collection.find({ 'secrets.hash': { $in: [...hashes] } }).toArray()
    const byHash = new Map(keys.flatMap((key) => key.secrets.map(({ hash }) => [hash, key] as const)))
    return hashes.map((hash) => byHash.get(hash))
  }

  const loader = new DataLoader(load, { cache: false, maxBatchSize: MAX_BATCH, batchScheduleFn: setImmediate })

  const loadOwner = ({ ownerId }: ApiKeyDocument) => app.callers.load({ userId: ownerId, sessionId: null })

  /** Returns a remembered key and its owner, or undefined if the key must be read. */
  async function recall(hash: string) {
    const key = remembered.get(hash)
    const owner = key && (await loadOwner(key))
    return key?.stamp?.equals(owner?.apiKeyStamps?.[key._id.toString()]) ? { key, owner } : undefined
  }

  async function read(hash: string) {
    const key = await loader.load(hash)
    if (key) remembered.set(hash, key)
    return { key, owner: key && (await loadOwner(key)) }
  }

  function isValid({ expiresAt, secrets }: ApiKeyDocument, hash: string): boolean {
    const now = app.now()
    return (
      (expiresAt === null || expiresAt > now) &&
      secrets.some((secret) => secret.hash === hash && (secret.until === null || secret.until > now))
    )
  }

  async function search(request: FastifyRequest, secret: string): Promise<PresentedApiKey | undefined> {
    if (!isWellFormed(secret)) return undefined
    const hash = sha256(secret)
    const { key, owner } = (await recall(hash)) ?? (await read(hash))
    if (!key || !isValid(key, hash)) return undefined
    return { key, isAllowed: isInNetworks(request.ip, key.allowedNetworks), owner }
  }

  return {
    /** Returns whether the bearer token of a request claims to be an API key. */
    isPresented: (request: FastifyRequest): boolean => isApiKey(bearerToken(request) ?? ''),

    /**
     * Returns the API key of a request and its owner, both as of this request, or undefined if it has no key that is valid. The rate limit and
     * the guard share what is read; all requests that arrive in one turn of the event loop share it too.
     */
    find(request: FastifyRequest): Promise<PresentedApiKey | undefined> {
      const known = found.get(request)
      if (known) return known
      const finding = search(request, bearerToken(request) as string)
      found.set(request, finding)
      return finding
    },

    /** Notes that a key is used, at most once a minute. */
    async noteUse(key: ApiKeyDocument): Promise<void> {
      const { _id, lastUsedAt } = key
      const now = app.now()
      const id = _id.toString()
      if (noting.has(id) || (lastUsedAt !== null && now.getTime() - lastUsedAt.getTime() < USE_MS)) return
      noting.add(id)
      try {
        await collection.updateOne({ _id }, { $max: { lastUsedAt: now } })
        key.lastUsedAt = now
      } finally {
        noting.delete(id)
      }
    },
  }
}

/** Decorates `apiKeys`. */
export default fp(
  async (app) => {
    app.decorate('apiKeys', createApiKeys(app))
  },
  { name: 'api-keys', dependencies: ['callers', 'clock', 'db'] },
)
