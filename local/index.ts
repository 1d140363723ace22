import { join } from 'node:path'
import type { HttpServices } from './http.js'
import { startThread } from './thread.js'

export type LocalService = 'database' | 'mailbox' | 'cloudinary'

export interface LocalOptions {
  services: readonly LocalService[]
  /** Everything is kept in here; it is made where it doesn't exist. */
  dataDir: string
  /** Where the mailbox and the file store listen; `localhost` listens on both of its addresses. */
  host: string
  /** 0 for any free one. */
  port: number
  /** Whether the mailbox and the file store get a thread of their own; the database always does. */
  threads: boolean
  /** Lets requests inject faults into the file store. For tests. */
  faults?: boolean
  /** Called when something that had started ends by itself; without it the process ends with the error. */
  onFailure?(error: Error): void
}

export interface LocalServices extends HttpServices {
  MONGODB_URI?: string
  /** Ends all of it; what is being answered is answered first. */
  close(): Promise<void>
}

/** Starts the stand-ins that are named. Either all of them run or none: then the error says why in one sentence. */
export async function startLocalServices(options: LocalOptions): Promise<LocalServices> {
  const { services, dataDir, host, port, threads, faults = false, onFailure } = options
  const closing: Array<() => Promise<void>> = []
  const close = async () => {
    await Promise.all(closing.map((end) => end()))
  }
  try {
    const result: LocalServices = { urls: {}, close }
    if (services.includes('database')) {
      const url = new URL('./database/worker.js', import.meta.url)
      const workerData = { path: join(dataDir, 'database'), listen: { socket: join(dataDir, 'database.sock') } }
      const database = await startThread<{ uri: string }>(url, workerData, onFailure)
      closing.push(database.close)
      result.MONGODB_URI = database.started.uri
    }
    if (services.some((service) => service !== 'database')) {
      const wanted = { services, dataDir, host, port, faults }
      const http = threads
        ? await startThread<HttpServices>(new URL('./worker.js', import.meta.url), wanted, onFailure)
        : await import('./http.js')
            .then(({ startHttpServices }) => startHttpServices(wanted))
            .then(({ close, ...started }) => ({ started, close }))
      closing.push(http.close)
      Object.assign(result, http.started)
    }
    return result
  } catch (error) {
    await close()
    throw error
  }
}
