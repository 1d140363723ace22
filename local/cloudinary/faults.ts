import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'

const KEPT = 1000
const OPERATIONS = [
  'upload',
  'destroy',
  'download',
  'ping',
  'list',
  'lookup',
  'bulk-delete',
  'delivery',
  'any',
] as const
/** The first five and the statuses happen before anything is stored; the last three change the answer afterwards. */
const FAULTS = ['reset', 'hang', 'delay', 'drop-before', 'redirect', 'drop-after', 'malformed', 'foreign-url'] as const
const STATUSES = [413, 420, 429, 500, 502, 503] as const

interface Fault {
  operation: (typeof OPERATIONS)[number]
  fault: (typeof FAULTS)[number] | (typeof STATUSES)[number]
  /** The number of requests that it will still hit. */
  count: number
  /** The length of a delay, in milliseconds. */
  ms: number
}

/** A received request. `status` is null until an answer was sent in full; `closed` without a status means aborted. */
interface ReceivedRequest {
  operation: string
  method: string
  url: string
  body: unknown
  fault: Fault['fault'] | null
  status: number | null
  closed: boolean
}

/**
 * Injects faults, for tests. `POST /faults` `{operation, fault, count?, ms?}` makes the next `count` requests of that
 * operation fail in that way; `DELETE /faults` ends this. `GET /requests` lists the received requests, oldest first;
 * `DELETE /requests` forgets them.
 */
export function faultRoutes(app: FastifyInstance) {
  let faults: Fault[] = []
  let requests: ReceivedRequest[] = []
  const hit = new WeakMap<FastifyRequest, Fault['fault']>()
  const hanging = new Set<Socket>()

  app.post<{ Body: Fault }>(
    '/faults',
    {
      schema: {
        body: {
          type: 'object',
          required: ['operation', 'fault'],
          additionalProperties: false,
          properties: {
            operation: { enum: OPERATIONS },
            fault: { enum: [...FAULTS, ...STATUSES] },
            count: { type: 'integer', minimum: 1, default: 1 },
            ms: { type: 'integer', minimum: 0, default: 1000 },
          },
        },
      },
    },
    async ({ body }) => {
      faults.push(body)
      return { faults }
    },
  )
  app.delete('/faults', async () => {
    faults = []
    return { faults }
  })
  app.get('/requests', async () => ({ items: requests }))
  app.delete('/requests', async () => {
    requests = []
    return { items: requests }
  })

  function take(operation: string) {
    const found = faults.find((fault) => fault.operation === operation || fault.operation === 'any')
    if (found) {
      found.count -= 1
      faults = faults.filter(({ count }) => count > 0)
    }
    return found
  }

  app.addHook('onRequest', async (request, reply) => {
    const { operation } = request.routeOptions.config
    if (operation === undefined) return
    const found = take(operation)
    const received: ReceivedRequest = {
      operation,
      method: request.method,
      url: request.url,
      body: null,
      fault: found?.fault ?? null,
      status: null,
      closed: false,
    }
    requests = [...requests.slice(1 - KEPT), received]
    reply.raw.once('close', () => {
      received.body = request.body ?? null
      received.status = reply.raw.writableFinished ? reply.raw.statusCode : null
      received.closed = true
    })
    if (!found) return
    const { fault, ms } = found
    hit.set(request, fault)
    const { socket } = request.raw
    if (fault === 'reset') {
      socket.resetAndDestroy()
      return reply.hijack()
    }
    if (fault === 'hang') {
      hanging.add(socket)
      request.raw.resume()
      return reply.hijack()
    }
    if (fault === 'delay') await setTimeout(ms)
    if (fault !== 'drop-before' && fault !== 'redirect' && typeof fault !== 'number') return
    for await (const _chunk of request.raw);
    if (fault === 'drop-before') {
      socket.destroy()
      return reply.hijack()
    }
    // A client that follows it sends a second request, which the list of requests shows.
    if (fault === 'redirect') return reply.redirect(request.url)
    return reply.code(fault).send({ error: { message: `Injected ${fault}` } })
  })

  app.addHook('onSend', async (request, reply, payload) => {
    const fault = hit.get(request)
    if (fault === 'drop-after') reply.raw.destroy()
    if (typeof payload !== 'string') return payload
    if (fault === 'malformed') return payload.slice(0, -1)
    if (fault !== 'foreign-url') return payload
    const url = 'https://files.example.net/elsewhere.jpg'
    return JSON.stringify({ ...JSON.parse(payload), url, secure_url: url })
  })

  app.addHook('preClose', async () => {
    for (const socket of hanging) socket.destroy()
  })
}
