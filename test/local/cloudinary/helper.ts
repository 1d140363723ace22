import http from 'node:http'
import { type UploadApiOptions, type UploadApiResponse, v2 } from 'cloudinary'
import sharp from 'sharp'
import type { Test } from 'tap'
import { startLocalServices } from '../../../local/index.js'

/** Starts a file store for the test; returns the SDK's options for it, and helpers. */
export async function startStore(t: Test, options: { dataDir?: string; faults?: boolean } = {}) {
  const dataDir = options.dataDir ?? t.testdir()
  const services = await startLocalServices({
    services: ['cloudinary'],
    dataDir,
    host: 'localhost',
    port: 0,
    threads: false,
    faults: options.faults ?? false,
  })
  let ended: Promise<void> | undefined
  const close = () => {
    ended ??= services.close()
    return ended
  }
  t.teardown(close)
  const url = new URL(`${services.CLOUDINARY_URL}`)
  // The SDK chooses between http and https when it is loaded; an agent overrides that.
  const agent = new http.Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const account: UploadApiOptions & Record<'api_key' | 'api_secret' | 'upload_prefix', string> = {
    cloud_name: url.hostname,
    api_key: url.username,
    api_secret: url.password,
    upload_prefix: `${url.searchParams.get('upload_prefix')}`,
    agent,
  }
  const base = `${services.urls.cloudinary}`
  return {
    base,
    account,
    dataDir,
    close,
    upload: (bytes: Buffer, more: UploadApiOptions = {}) =>
      new Promise<UploadApiResponse>((resolve, reject) => {
        const stream = v2.uploader.upload_stream({ ...account, ...more }, (error, result) =>
          result ? resolve(result) : reject(error),
        )
        stream.end(bytes)
      }),
    destroy: (publicId: string, more: UploadApiOptions = {}) => v2.uploader.destroy(publicId, { ...account, ...more }),
    control: async (method: string, path: string, body?: object) => {
      const response = await fetch(`${base}/${path}`, {
        method,
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      return { status: response.status, ...((await response.json()) as { items?: unknown[]; faults?: unknown[] }) }
    },
  }
}

export function jpeg(width = 640, height = 480) {
  return sharp({ create: { width, height, channels: 3, background: '#c33' } })
    .jpeg()
    .toBuffer()
}

/** The SDK's own function; its types lack the last two parameters. */
export const sign = v2.utils.api_sign_request as (
  parameters: object,
  secret: string,
  algorithm?: 'sha1' | 'sha256',
  version?: 1 | 2,
) => string

/** Builds the form that a browser sends. */
export function form(fields: Record<string, string>, file?: Blob) {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  if (file) data.append('file', file, 'file.jpg')
  return data
}
