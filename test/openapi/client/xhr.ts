import type { Xhr } from '../../../openapi/client/index.js'

type Handler = (() => void) | null

/** The standard interface over fetch, as far as an upload needs it: Node has none. It follows redirects, as browsers do. */
export class XMLHttpRequest implements Xhr {
  withCredentials = false
  upload: Xhr['upload'] = { onprogress: null }
  onload: Handler = null
  onerror: Handler = null
  onabort: Handler = null
  status = 0
  responseText = ''
  responseURL = ''
  private method = ''
  private url = ''
  private readonly headers = new Headers()
  private answered = new Headers()
  private readonly controller = new AbortController()

  open(method: string, url: string) {
    this.method = method
    this.url = url
  }

  setRequestHeader(name: string, value: string) {
    this.headers.append(name, value)
  }

  getAllResponseHeaders() {
    return [...this.answered].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  }

  abort() {
    this.controller.abort()
  }

  async send(body: FormData) {
    const { method, headers } = this
    const { signal } = this.controller
    try {
      const response = await fetch(this.url, { method, headers, body, signal })
      this.upload.onprogress?.({ loaded: 1, total: 1 })
      this.status = response.status
      this.responseURL = response.url
      this.answered = response.headers
      this.responseText = await response.text()
      this.onload?.()
    } catch {
      if (signal.aborted) this.onabort?.()
      else this.onerror?.()
    }
  }
}
