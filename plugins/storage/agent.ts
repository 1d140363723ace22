import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'

type Agent = (http.Agent | https.Agent) & { addRequest(request: ClientRequest, ...rest: unknown[]): void }

/** Of an Admin answer; a page of 500 resources has about 300 KiB. */
const MAX_ANSWER_BYTES = 16 * 2 ** 20

/** A kept-alive agent for the protocol of `url`; a connection that was idle for 15 seconds is not used again. */
export function keepAliveAgent(url: string) {
  const { Agent } = url.startsWith('http:') ? http : https
  return new Agent({ keepAlive: true, timeout: 15_000 }) as Agent
}

export type CallAgent = ReturnType<typeof callAgent>

/**
 * An agent for one call over the connections of a shared one. The SDK shows its request to nobody, and neither ends it where
 * the stream given to it breaks, nor at a timeout of the Admin API, nor after an answer that it doesn't expect.
 */
export function callAgent(shared: Agent) {
  let request: ClientRequest | undefined
  const addRequest: Agent['addRequest'] = (added, ...rest) => {
    request = added
    added.prependOnceListener('response', tame)
    shared.addRequest(added, ...rest)
  }
  return {
    agent: Object.create(shared, { addRequest: { value: addRequest } }) as Agent,
    /** Ends the request, if it hasn't ended by itself; a connection in the middle of one is closed. */
    abort: () => request?.destroy(),
  }
}

/**
 * Runs before the SDK's own listeners. That joins chunks as text, so that a character across two of them is lost; and it
 * throws outside any promise where an Admin answer is JSON, but no object.
 */
function tame(response: IncomingMessage) {
  let text = ''
  // the SDK listens for none where it doesn't know the status
  response.on('error', () => {})
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    text += chunk
    if (text.length > MAX_ANSWER_BYTES) response.destroy(new Error('The answer is too long.'))
  })
  response.on('end', () => {
    if (!text.trimStart().startsWith('{')) response.emit('error', new Error('The answer is no JSON object.'))
  })
}
