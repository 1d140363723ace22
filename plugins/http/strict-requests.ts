import { TextDecoder } from 'node:util'
import fp from 'fastify-plugin'
import { parse as parseStrictly } from 'lossless-json'
import { Problem } from '../../openapi/errors.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the JSON body may be left out; the handler then gets an empty object. */
    optionalBody?: boolean
  }
}

/** An escape can still smuggle in half a character, which no encoder gives back. */
function refuseLoneSurrogates(key: string, value: unknown) {
  if (/\p{Surrogate}/u.test(key) || (typeof value === 'string' && /\p{Surrogate}/u.test(value))) {
    throw new SyntaxError('lone surrogate')
  }
  return value
}

/**
 * Refuses what two parsers could read in two ways: JSON that is not UTF-8 or says a key twice (RFC 8259, 4 and 8.1), keys that
 * reach a prototype, encoded bodies, a second Host (RFC 9112, 3.2).
 */
export default fp(
  async (app) => {
    const decoder = new TextDecoder('utf-8', { fatal: true })
    const parseJson = app.getDefaultJsonParser('error', 'error')

    app.removeAllContentTypeParsers()
    app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
      const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(request.headers['content-type'] as string)?.[1]
      if (charset !== undefined && charset.toLowerCase() !== 'utf-8') {
        done(new Problem('UNSUPPORTED_MEDIA_TYPE', { detail: 'JSON must be encoded in UTF-8.' }))
        return
      }
      if (body.length === 0) {
        done(null, undefined)
        return
      }
      try {
        const text = decoder.decode(body)
        parseStrictly(text, text.includes('\\u') ? refuseLoneSurrogates : undefined)
        parseJson(request, text, done)
      } catch (cause) {
        done(new Problem('MALFORMED_REQUEST', { detail: 'The body is not well-formed JSON in UTF-8.', cause }))
      }
    })

    app.addHook('onRequest', (request, reply, done) => {
      const { rawHeaders } = request.raw
      let hosts = 0
      for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === 'host') hosts++
      if (hosts > 1) {
        reply.header('connection', 'close')
        done(new Problem('MALFORMED_REQUEST', { detail: 'The request has more than one Host header.' }))
      } else if ((request.headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
        done(new Problem('UNSUPPORTED_MEDIA_TYPE', { detail: 'A body with a Content-Encoding is not accepted.' }))
      } else done()
    })

    app.addHook('preValidation', (request, _reply, done) => {
      if (request.routeOptions.config.optionalBody && request.body === undefined) request.body = {}
      done()
    })
  },
  { name: 'strict-requests', dependencies: ['requests', 'security-headers'] },
)
