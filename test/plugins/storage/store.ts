import { rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { startLocalServices } from '../../../local/index.js'
import { createStore, type StoredFile, type StoreOptions } from '../../../plugins/storage/cloudinary.js'
import { parseCredentials } from '../../../plugins/storage/credentials.js'
import { makeFolder } from '../../support/folder.js'

/**
 * Starts a file store of the test's own, reached through the SDK, with functions that make it fail and list its
 * requests.
 */
export async function store(t: Test, options: Omit<StoreOptions, 'credentials'> = {}) {
  const dataDir = makeFolder()
  const local = await startLocalServices({
    services: ['cloudinary'],
    dataDir,
    host: 'localhost',
    port: 0,
    threads: false,
    faults: true,
  })
  const credentials = parseCredentials(local.CLOUDINARY_URL as string)
  const files = createStore({ credentials, ...options })
  t.teardown(async () => {
    files.close()
    await local.close()
    rmSync(dataDir, { recursive: true })
  })
  return { files, credentials, ...control(local.urls.cloudinary as string) }
}

/** The endpoints of the stand-in besides Cloudinary's. */
export function control(url: string) {
  return {
    async fail(operation: string, fault: string | number, more = {}) {
      const body = JSON.stringify({ operation, fault, ...more })
      const { ok } = await fetch(`${url}/faults`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      })
      if (!ok) throw new Error(`no such fault: ${body}`)
    },
    /** Withdraws the faults that no request has met yet. */
    async repair() {
      await fetch(`${url}/faults`, { method: 'DELETE' })
    },
    /** Forgets the requests so far. The list of them has a limit, which the tests of a process reach. */
    async forget() {
      await fetch(`${url}/requests`, { method: 'DELETE' })
    },
    async requests(): Promise<{ operation: string; url: string; status: number | null; closed: boolean }[]> {
      const response = await fetch(`${url}/requests`)
      return ((await response.json()) as { items: [] }).items
    },
  }
}

/** Starts a store whose answers the test writes itself. */
export async function foreign(t: Test, listener: RequestListener, options: Omit<StoreOptions, 'credentials'> = {}) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const credentials = parseCredentials(`cloudinary://key:s3cr3t@demo?upload_prefix=${encodeURIComponent(url)}`)
  const files = createStore({ credentials, ...options })
  t.teardown(() => {
    files.close()
    server.close()
    server.closeAllConnections()
  })
  return { files, url, server }
}

export const all = async <T>(items: AsyncIterable<T>) => {
  const array: T[] = []
  for await (const item of items) array.push(item)
  return array
}

export const image = (publicId: string, visibility: StoredFile['visibility'] = 'public'): StoredFile => ({
  publicId,
  resourceType: 'image',
  visibility,
})
