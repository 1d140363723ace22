import { join } from 'node:path'
import type { PreviewSettings } from '../plugins/mailer/preview.js'
import type { HttpServices } from './http.js'
import { startThread } from './thread.js'

export type LocalService = 'database' | 'mailbox' | 'cloudinary'

export interface LocalOptions {
  services: readonly LocalService[]
  /** The folder of all data; created if it doesn't exist. */
  dataDir: string
  /** Address of the mailbox and the file store; `localhost` listens on both of its addresses. */
  host: string
  /** 0 is any free port. */
  port: number
  /** True gives the mailbox and the file store a thread of their own; the database always has one. */
  threads: boolean
  /** Settings that the mailbox previews mail with; without them it has no previews. */
  preview?: PreviewSettings
  /** Lets requests inject faults into the file store, for tests. */
  faults?: boolean
  /** Called if a started service ends by itself; without it the process ends with the error. */
  onFailure?(error: Error): void
}

export interface LocalServices extends HttpServices {
  MONGODB_URI?: string
  /** Ends all services, after the running requests are answered. */
  close(): Promise<void>
}

interface Started {
  addresses: Partial<LocalServices>
  close(): Promise<void>
}

/**
 * Starts the named stand-ins in parallel. If one fails, it stops the others and rejects with an error of one sentence.
 */
export async function startLocalServices(options: LocalOptions): Promise<LocalServices> {
  const { services, dataDir, host, port, threads, preview, faults = false, onFailure } = options
  const inThread = (file: string, workerData: object) =>
    startThread(new URL(file, import.meta.url), workerData, onFailure)
  const isWanted = (service: LocalService) => services.includes(service)
  const starting: Promise<Started>[] = []
  if (isWanted('database')) {
    const listen = { socket: join(dataDir, 'database.sock') }
    starting.push(
      inThread('./database/worker.js', { path: join(dataDir, 'database'), listen }).then(({ started, close }) => ({
        addresses: { MONGODB_URI: (started as { uri: string }).uri },
        close,
      })),
    )
  }
  if (isWanted('mailbox') || isWanted('cloudinary')) {
    const wanted = { services, dataDir, host, port, faults, ...(preview && { preview }) }
    starting.push(
      threads
        ? inThread('./worker.js', wanted).then(({ started, close }) => ({ addresses: started as HttpServices, close }))
        : import('./http.js')
            .then(({ startHttpServices }) => startHttpServices(wanted))
            .then(({ close, ...addresses }) => ({ addresses, close })),
    )
  }
  const outcomes = await Promise.allSettled(starting)
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  const close = async () => {
    await Promise.all(started.map((service) => service.close()))
  }
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) {
    await close()
    throw failed.reason
  }
  return Object.assign({ urls: {}, close }, ...started.map(({ addresses }) => addresses))
}
