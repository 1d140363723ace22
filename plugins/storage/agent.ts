import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'

type Agent = (http.Agent | https.Agent) & { addRequest(request: ClientRequest, ...rest: unknown[]): void }

/** Largest Admin answer; a page of 500 resources has about 300 KiB. */
const MAX_ANSWER_BYTES = 16 * 2 ** 20

/**
 * Creates an agent that keeps connections alive, for the protocol of `url`. It doesn't reuse connections that were idle
 * for 15 seconds.
 */
export function keepAliveAgent(url: string) {
  const { Agent } = url.startsWith('http:') ? http : https
  return new Agent({ keepAlive: true, timeout: 15_000 }) as Agent
}

export type CallAgent = ReturnType<typeof callAgent>

/**
 * Creates an agent for one call over the connections of a shared agent. The SDK hides its request, and doesn't end it
 * when its source fails, when an Admin call times out, or after an unexpected answer.
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
    /** Ends the request if it's still running, and closes its connection. */
    abort: () => request?.destroy(),
  }
}

/**
 * Guards against two faults of the SDK, ahead of its own listeners: it decodes each chunk separately, which breaks a
 * character that spans two chunks, and it throws outside any promise if an Admin answer is JSON but not an object.
 */
function tame(response: IncomingMessage) {
  let text = ''
  // the SDK doesn't listen for errors if it doesn't know the status
  response.on('error', () => {})
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => {
    text += chunk
    if (text.length > MAX_ANSWER_BYTES) response.destroy(new Error('The answer is too long.'))
  })
  response.on('end', () => {
    if (!text.trimStart().startsWith('{')) response.emit('error', new Error('The answer is not a JSON object.'))
  })
}
