import DataLoader from 'dataloader'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { ApiKeyDocument } from '../../models/api-key.js'
import { collectionOf } from '../db/collection.js'
import { sha256 } from '../keys.js'
import { isApiKey, isWellFormed } from './api-key-secret.js'
import { isInNetworks } from './networks.js'

declare module 'fastify' {
  interface FastifyInstance {
    apiKeys: ReturnType<typeof createApiKeys>
  }
}

/** What a request needs of its API key. */
export type UsedApiKey = Pick<ApiKeyDocument, keyof typeof FIELDS | '_id'>

/** A valid API key of a request, and whether the key may be used from the network of the request. */
interface PresentedApiKey {
  key: UsedApiKey
  isAllowed: boolean
}

const FIELDS = { ownerId: 1, secrets: 1, scopes: 1, allowedNetworks: 1, expiresAt: 1, lastUsedAt: 1 } as const
/** Keys of one read, at most. */
const MAX_BATCH = 100
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
  const noting = new Set<string>()

  async function load(hashes: readonly string[]): Promise<(UsedApiKey | undefined)[]> {
    const keys = await collection
      .find<UsedApiKey>({ 'secrets.hash': { $in: [...hashes] } }, { projection: FIELDS })
      .toArray()
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
    const key = isWellFormed(secret) ? await loader.load(sha256(secret)) : undefined
    return key && { key, isAllowed: isInNetworks(request.ip, key.allowedNetworks) }
  }

  return {
    /** Returns whether the bearer token of a request claims to be an API key. */
    isPresented: (request: FastifyRequest): boolean => isApiKey(bearerToken(request) ?? ''),

    /**
     * Returns the API key of a request as of this request, or undefined if it has none that is valid. The rate limit and the guard share one
     * read; all requests that arrive in one turn of the event loop share it too.
     */
    find(request: FastifyRequest): Promise<PresentedApiKey | undefined> {
      const known = found.get(request)
      if (known) return known
      const finding = search(request, bearerToken(request) as string)
      found.set(request, finding)
      return finding
    },

    /** Notes that a key is used, at most once a minute. */
    async noteUse({ _id, lastUsedAt }: UsedApiKey): Promise<void> {
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
  { name: 'api-keys', dependencies: ['clock', 'config', 'db'] },
)
