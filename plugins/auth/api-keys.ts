import DataLoader from 'dataloader'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { Types } from 'mongoose'
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
/** Keys whose owner is remembered, at most. */
const MAX_OWNERS = 1_000
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
  /** Owners by hash of the secret. A key never changes its owner, so both can be read at once; what each may do is read for each request. */
  const owners = new LruMap<Types.ObjectId>(MAX_OWNERS)
  const noting = new Set<string>()

  async function load(hashes: readonly string[]): Promise<(ApiKeyDocument | undefined)[]> {
    const keys = await collection.find({ 'secrets.hash': { $in: [...hashes] } }).toArray()
    const now = app.now()
    const living = keys.filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
    const byHash = new Map(
      living.flatMap((key) =>
        key.secrets.filter(({ until }) => until === null || until > now).map(({ hash }) => [hash, key] as const),
      ),
    )
    return hashes.map((hash) => byHash.get(hash))
  }

  const loader = new DataLoader(load, { cache: false, maxBatchSize: MAX_BATCH, batchScheduleFn: setImmediate })

  async function search(request: FastifyRequest, secret: string): Promise<PresentedApiKey | undefined> {
    if (!isWellFormed(secret)) return undefined
    const hash = sha256(secret)
    const loadOwner = (userId: Types.ObjectId) => app.callers.load({ userId, sessionId: null })
    const ownerId = owners.get(hash)
    const [key, known] = await Promise.all([loader.load(hash), ownerId && loadOwner(ownerId)])
    if (!key) return undefined
    if (!ownerId) owners.set(hash, key.ownerId)
    const owner = ownerId ? known : await loadOwner(key.ownerId)
    return { key, isAllowed: isInNetworks(request.ip, key.allowedNetworks), owner }
  }

  return {
    /** Returns whether the bearer token of a request claims to be an API key. */
    isPresented: (request: FastifyRequest): boolean => isApiKey(bearerToken(request) ?? ''),

    /**
     * Returns the API key of a request and its owner as of this request, or undefined if it has no key that is valid. The rate limit and the
     * guard share one read of each; all requests that arrive in one turn of the event loop share them too.
     */
    find(request: FastifyRequest): Promise<PresentedApiKey | undefined> {
      const known = found.get(request)
      if (known) return known
      const finding = search(request, bearerToken(request) as string)
      found.set(request, finding)
      return finding
    },

    /** Notes that a key is used, at most once a minute. */
    async noteUse({ _id, lastUsedAt }: ApiKeyDocument): Promise<void> {
      const now = app.now()
      const id = _id.toString()
      if (noting.has(id) || (lastUsedAt !== null && now.getTime() - lastUsedAt.getTime() < USE_MS)) return
      noting.add(id)
      try {
        await collection.updateOne({ _id, lastUsedAt }, { $set: { lastUsedAt: now } })
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
