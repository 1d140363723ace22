import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net'
import type { Test } from 'tap'

/** A TCP proxy in front of a service that a test cuts off and lets back; `upstream` as for `net.connect`. */
export async function startProxy(t: Test, upstream: NetConnectOpts) {
  const sockets = new Set<Socket>()
  let isCut = false
  let isHeld = false
  const server = createServer((client) => {
    if (isCut) return void client.destroy()
    const service = connect(upstream)
    for (const socket of [client, service]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    client.pipe(service).pipe(client)
    if (isHeld) client.pause()
    client.on('close', () => service.destroy())
    service.on('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  t.teardown(() => {
    cut()
    server.close()
  })
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    /** Takes what comes, and passes nothing on. */
    hold: () => {
      isHeld = true
      for (const socket of sockets) socket.pause()
    },
    restore: () => {
      isCut = isHeld = false
      for (const socket of sockets) socket.resume()
    },
  }
}

/** The address in a MongoDB URI, and the URI of the same database through a proxy. */
export function throughProxy(uri: string) {
  const host = /^mongodb:\/\/([^/?]+)/.exec(uri)?.[1] as string
  const [hostname, port = '27017'] = decodeURIComponent(host).split(':') as [string, string?]
  const upstream: NetConnectOpts = hostname.startsWith('/')
    ? { path: hostname }
    : { host: hostname, port: Number(port) }
  const through = (proxyPort: number, options: string) => {
    const rest = uri.slice(`mongodb://${host}`.length).replace(/replicaSet=[^&]*&?/, '')
    const separator = rest.includes('?') ? '&' : '?'
    return `mongodb://127.0.0.1:${proxyPort}${rest}${separator}directConnection=true&${options}`.replace(
      /(directConnection=true&)(.*)directConnection=true&/,
      '$1$2',
    )
  }
  return { upstream, through }
}
