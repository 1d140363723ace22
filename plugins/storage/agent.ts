import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'

type Agent = (http.Agent | https.Agent) & {
  options: http.AgentOptions
  addRequest(request: ClientRequest, ...rest: unknown[]): void
}

/** Largest Admin answer; a page of 500 resources has about 300 KiB. */
const MAX_ANSWER_BYTES = 16 * 2 ** 20
/** Milliseconds for which an idle connection is kept; common servers close theirs after 5 s. */
const MAX_IDLE = 3_000

/**
 * Creates two agents for the protocol of `url`. `kept` keeps connections for further calls, for at most 3 s and at most
 * until a second before the time that the store announces in `Keep-Alive`. `fresh` opens a connection for each call.
 */
export function storeAgents(url: string) {
  const { Agent } = url.startsWith('http:') ? http : https
  const kept = new Agent({ keepAlive: true }) as Agent
  // as an option of the agent, the timeout would also limit the time to connect
  const idle: typeof kept = Object.create(kept, { options: { value: { ...kept.options, timeout: MAX_IDLE } } })
  kept.keepSocketAlive = (socket: Duplex) => Agent.prototype.keepSocketAlive.call(idle, socket)
  return { kept, fresh: new Agent() as Agent }
}

export type CallAgent = ReturnType<typeof callAgent>

/**
 * Creates an agent for one call over the connections of a shared agent. The SDK hides its request, and doesn't end it
 * when its source fails, when an Admin call times out, or after an unexpected answer.
 */
export function callAgent(shared: Agent) {
  let request: ClientRequest | undefined
  let isAnswered = false
  const addRequest: Agent['addRequest'] = (added, ...rest) => {
    request = added
    added.prependOnceListener('response', (response) => {
      isAnswered = true
      tame(response)
    })
    shared.addRequest(added, ...rest)
  }
  return {
    agent: Object.create(shared, { addRequest: { value: addRequest } }) as Agent,
    /** Returns true if a kept connection ended before its answer began. */
    isCut: () => request?.reusedSocket === true && !isAnswered,
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
