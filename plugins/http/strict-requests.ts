import { TextDecoder } from 'node:util'
import fp from 'fastify-plugin'
import { Problem } from '../../openapi/errors.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True if the JSON body may be omitted; the handler then gets an empty object. */
    optionalBody?: boolean
  }
}

/** A string of JSON, and the colon after it if the string is a key. */
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"\s*(:?)/g

/**
 * Refuses what `JSON.parse` lets pass: a key that an object says twice, and half a character, which an escape can smuggle in.
 * @throws SyntaxError
 */
function refuseAmbiguous(text: string): void {
  let keys = -1
  JSON.parse(text, function count(this: unknown, key: string, value: unknown) {
    if (!Array.isArray(this)) keys += 1
    if (/\p{Surrogate}/u.test(key) || (typeof value === 'string' && /\p{Surrogate}/u.test(value))) {
      throw new SyntaxError('lone surrogate')
    }
    return value
  })
  for (const [, colon] of text.matchAll(STRING)) if (colon) keys -= 1
  if (keys < 0) throw new SyntaxError('duplicate key')
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
        refuseAmbiguous(text)
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
