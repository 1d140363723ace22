import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    requests: Requests
  }
}

/** Outcomes of a request: answered, refused (4xx), failed (5xx), or left by its client before the answer was complete. */
export type Outcome = 'ok' | 'refused' | 'failed' | 'aborted'

type Listener = (request: FastifyRequest, reply: FastifyReply, outcome: Outcome) => void

/** Every request from its first hook to its end. */
export interface Requests {
  /** Has `listener` called once for each request: when its answer is sent or, where the client went away, when its handler is through. */
  onEnd(listener: Listener): void
  /** Resolves when none is left. */
  idle(): Promise<void>
}

/** Longest part of a User-Agent header that is stored. */
const USER_AGENT_LENGTH = 256

/** Returns the stored part of a request's User-Agent, empty if there is none. */
export const userAgentOf = (request: FastifyRequest) =>
  (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_LENGTH)

const outcomeOf = (status: number): Outcome => (status < 400 ? 'ok' : status < 500 ? 'refused' : 'failed')

/** Logs the one line of a request that is over: who, what, from where, with which outcome, and how long it took. */
export function logRequest(request: FastifyRequest, reply: FastifyReply, outcome = outcomeOf(reply.statusCode)): void {
  const { method, routeOptions, ip, caller, problem } = request
  request.log.info(
    {
      actor: caller?.userId ?? null,
      ip,
      method,
      route: routeOptions.url ?? null,
      status: reply.statusCode,
      outcome,
      ...(problem && { code: problem }),
      ms: Math.round(reply.elapsedTime),
    },
    'request completed',
  )
}

/** Decorates `requests`, and logs each when it's over. */
export default fp(
  async (app) => {
    const running = new Map<FastifyRequest, FastifyReply>()
    const listeners: Listener[] = [logRequest]
    let wake = () => {}

    function end(request: FastifyRequest, reply: FastifyReply, outcome?: Outcome) {
      running.delete(request)
      for (const listener of listeners) listener(request, reply, outcome ?? outcomeOf(reply.statusCode))
      if (running.size === 0) wake()
    }

    app.addHook('onRequest', (request, reply, done) => {
      running.set(request, reply)
      // the socket remembers it only where it's asked while connected
      void request.ip
      reply.raw.once('finish', () => end(request, reply))
      done()
    })
    // whatever a handler ends with comes by here, also where nobody is left to hear it
    app.addHook('onSend', (request, reply, _payload, done) => {
      if (request.raw.socket.destroyed) end(request, reply, 'aborted')
      done()
    })
    // a response that waits behind another on its connection doesn't tell that this is closed
    app.server.on('connection', (socket) => {
      socket.once('close', () => {
        for (const [request, reply] of running) {
          // a streamed response whose connection breaks is never sent whole
          if (request.raw.socket === socket && (reply.sent || reply.raw.headersSent)) end(request, reply, 'aborted')
        }
      })
    })

    app.decorate('requests', {
      onEnd: (listener) => {
        listeners.push(listener)
      },
      async idle() {
        if (running.size > 0) await new Promise<void>((resolve) => (wake = resolve))
      },
    })
  },
  { name: 'requests', dependencies: ['client-address'] },
)
