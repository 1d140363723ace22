import type { Outgoing } from './send.js'

interface XhrEvent {
  loaded: number
  total: number
}

/** What the client uses of the standard `XMLHttpRequest`. */
export interface Xhr {
  open(method: string, url: string): void
  setRequestHeader(name: string, value: string): void
  withCredentials: boolean
  upload: { onprogress: ((event: XhrEvent) => void) | null }
  onload: (() => void) | null
  onerror: (() => void) | null
  onabort: (() => void) | null
  send(body: FormData): void
  abort(): void
  getAllResponseHeaders(): string
  readonly status: number
  readonly responseText: string
  readonly responseURL: string
}

/** Sends a form by XMLHttpRequest, since a browser's fetch tells nothing of its progress. Rejects as fetch does. */
export function uploadByXhr(
  Xhr: new () => Xhr,
  {
    url,
    method,
    headers,
    form,
    onProgress,
  }: Required<Pick<Outgoing, 'url' | 'method' | 'headers' | 'form' | 'onProgress'>>,
  signal: AbortSignal,
): Promise<{ response: Response; text: string }> {
  return new Promise((resolve, reject) => {
    const xhr = new Xhr()
    const abort = () => xhr.abort()
    xhr.open(method, url)
    xhr.withCredentials = true
    headers.forEach((value, name) => {
      xhr.setRequestHeader(name, value)
    })
    xhr.upload.onprogress = ({ loaded, total }) => onProgress({ loaded, total })
    xhr.onload = () => {
      signal.removeEventListener('abort', abort)
      // it can't be told not to follow
      if (xhr.responseURL !== url) return reject(new TypeError('The upload was redirected.'))
      const given = xhr.getAllResponseHeaders().trim().split(/\r?\n/)
      const pairs = given.map((line) => line.split(/:\s*(.*)/, 2) as [string, string])
      resolve({ response: new Response(null, { status: xhr.status, headers: pairs }), text: xhr.responseText })
    }
    xhr.onerror = () => reject(new TypeError('The upload failed.'))
    xhr.onabort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    xhr.send(form)
  })
}
