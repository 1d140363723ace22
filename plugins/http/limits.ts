import { totalmem } from 'node:os'
import { PassThrough } from 'node:stream'
import { getHeapStatistics } from 'node:v8'
import fp from 'fastify-plugin'
import { Problem } from '../../openapi/errors.js'
import type { Config } from '../config/index.js'

declare module 'fastify' {
  interface FastifyInstance {
    limits: Limits
  }
}

/** Limits of one process for its clients; times in milliseconds. */
export type Limits = ReturnType<typeof limitsOf>

/** Longest times of a stop: for answers under way, for their undoing, and for running jobs. */
export const STOP_TIME = 20_000

const JSON_TYPE = /^application\/json/i

/** A link of 1 Mbit/s, below which no upload is waited for. */
const SLOWEST_LINK = 128 * 1024

/** The memory that this process may have: that of its container, or of the machine. */
/* c8 ignore next -- a machine has control groups or it has none */
const availableMemory = () => Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem())

/** The limits that follow from a configuration; each stands with its reason in `docs/limits.md`. */
export const limitsOf = ({ UPLOAD_MAX_BYTES, UPLOAD_MAX_FILES }: Config) => ({
  connections: 10_000,
  headerBytes: 16 * 1024,
  parameterLength: 256,
  bodyBytes: 64 * 1024,
  headersTimeout: 10_000,
  bodyTimeout: 30_000,
  avatarTimeout: 60_000,
  requestTimeout: 60_000 + Math.ceil((1000 * UPLOAD_MAX_FILES * UPLOAD_MAX_BYTES) / SLOWEST_LINK),
  idleTimeout: 60_000,
  keepAliveTimeout: 72_000,
  timeoutInterval: 5_000,
  drainTime: 10_000,
  stopTime: STOP_TIME,
  eventLoopDelay: 1_000,
  heapBytes: Math.floor(0.9 * getHeapStatistics().heap_size_limit),
  residentBytes: Math.floor(0.8 * availableMemory()),
})

/** Decorates `limits`, and bounds the time in which JSON arrives: it's small, whatever the link. */
export default fp<{ limits: Limits }>(
  async (app, { limits }) => {
    app.server.maxConnections = limits.connections
    app.decorate('limits', limits)

    app.addHook('preParsing', (request, reply, payload, done) => {
      // most of it came along with its headers, and then there is nothing to wait for
      if (request.raw.complete || !JSON_TYPE.test(request.headers['content-type'] ?? '')) return done(null, payload)
      const arriving = new PassThrough()
      const timer = setTimeout(() => {
        reply.header('connection', 'close')
        arriving.destroy(new Problem('REQUEST_TIMEOUT'))
      }, limits.bodyTimeout).unref()
      const arrived = () => clearTimeout(timer)
      // where it's refused by its length, nobody reads it
      arriving.on('error', arrived).on('close', arrived)
      reply.raw.on('finish', arrived)
      payload.on('error', (error) => arriving.destroy(error)).pipe(arriving)
      done(null, arriving)
    })
  },
  { name: 'limits' },
)
