import type { Outgoing } from './outgoing.js'

interface XhrEvent {
  loaded: number
  total: number
}

/** The part of the standard `XMLHttpRequest` that the client uses. */
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

/** Sends a form by XMLHttpRequest, because fetch in browsers does not report progress. Rejects as fetch does. */
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
      // XMLHttpRequest cannot be kept from following redirects
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
