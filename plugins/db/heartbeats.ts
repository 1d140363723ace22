import type { mongo } from 'mongoose'

/**
 * Connects a client again if a heartbeat of it doesn't end, until `stop`. The driver (7.8, 7.9) may begin a heartbeat on a socket that has
 * ended but isn't closed yet: when a command loses its connection in the same moment. Such a heartbeat never ends, and the driver doesn't
 * look for that server again. It happens only where the driver polls, which it does with other engines than MongoDB.
 * @param patience time limit for a heartbeat, in milliseconds
 * @param onStuck called before it connects again, with the address of the server
 */
export function watchHeartbeats(client: mongo.MongoClient, patience: number, onStuck: (address: string) => void) {
  const running = new Map<string, NodeJS.Timeout>()
  let isReconnecting = false
  let isStopped = false

  function ended({ connectionId }: { connectionId: string }) {
    clearTimeout(running.get(connectionId))
    running.delete(connectionId)
  }

  function endAll() {
    for (const connectionId of running.keys()) ended({ connectionId })
  }

  async function reconnect(address: string) {
    onStuck(address)
    endAll()
    isReconnecting = true
    await client.close()
    while (!isStopped) {
      try {
        await client.connect()
        break
      } catch {
        // no server within `serverSelectionTimeoutMS`: the driver has waited, so it tries again
      }
    }
    isReconnecting = false
  }

  client
    // the answer to an awaited heartbeat comes when something changes; it ends with its connection
    .on('serverHeartbeatStarted', ({ connectionId, awaited }) => {
      if (awaited || isReconnecting || isStopped) return
      running.set(connectionId, setTimeout(reconnect, patience, connectionId).unref())
    })
    .on('serverHeartbeatSucceeded', ended)
    .on('serverHeartbeatFailed', ended)

  return {
    stop() {
      isStopped = true
      endAll()
    },
  }
}
