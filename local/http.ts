import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import fastify from 'fastify'
import type { PreviewSettings } from '../plugins/mailer/preview.js'
import { openCloudinary } from './cloudinary/open.js'
import { cloudinaryRoutes } from './cloudinary/routes.js'
import { mailboxRoutes } from './mailbox/routes.js'
import { startSmtp } from './mailbox/smtp.js'
import { openMailStore } from './mailbox/store.js'

const GRACE = 3000
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]']

export interface HttpOptions {
  services: readonly string[]
  dataDir: string
  host: string
  port: number
  faults: boolean
  preview?: PreviewSettings
}

export interface HttpServices {
  SMTP_URL?: string
  CLOUDINARY_URL?: string
  urls: { mailbox?: string; cloudinary?: string }
}

/** Starts the mailbox and the file store, if their names are among the services, on one HTTP server. */
export async function startHttpServices(options: HttpOptions): Promise<HttpServices & { close(): Promise<void> }> {
  const { services, dataDir, host, port } = options
  const sockets = new Set<Socket>()
  const app = fastify({
    serverFactory: (handler) =>
      createServer(handler).on('connection', (socket) => {
        sockets.add(socket)
        socket.once('close', () => sockets.delete(socket))
      }),
    routerOptions: { maxParamLength: 1024 },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  })
  // The page of another site can make its own name resolve to this machine, but can't choose the Host header.
  if (LOOPBACK.includes(host) || host === '::1') {
    app.addHook('onRequest', async ({ hostname }, reply) => {
      if (LOOPBACK.includes(hostname)) return
      return reply.code(421).send({ error: { message: `Ask for http://localhost instead of ${hostname}` } })
    })
  }
  const base = () => `http://localhost:${(app.server.address() as AddressInfo).port}`
  const started: HttpServices = { urls: {} }
  // After the last answer, a kept-alive connection would delay the end.
  let closing = false
  app.addHook('onResponse', async ({ raw }) => {
    if (closing) raw.socket.destroySoon()
  })
  let smtp: Awaited<ReturnType<typeof startSmtp>> | undefined

  async function close() {
    closing = true
    // Running requests may finish; after the grace time they are cut off.
    const deadline = setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, GRACE)
    await Promise.all([app.close(), smtp?.close()])
    clearTimeout(deadline)
  }

  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
    if (services.includes('cloudinary')) {
      const cloudinary = await openCloudinary(join(dataDir, 'cloudinary'), () => `${base()}/cloudinary`)
      app.register(cloudinaryRoutes(cloudinary, options.faults), { prefix: '/cloudinary' })
      const { key, secret, cloud } = cloudinary.credentials
      started.CLOUDINARY_URL = `cloudinary://${key}:${secret}@${cloud}`
    }
    if (services.includes('mailbox')) {
      const store = await openMailStore(join(dataDir, 'mailbox'))
      app.register(mailboxRoutes(store, options.preview))
      app.get('/', async (_request, reply) => reply.redirect('/mailbox'))
      smtp = await startSmtp(store)
      started.SMTP_URL = smtp.url
    }
    await app.listen({ host, port })
  } catch (error) {
    await close()
    throw explain(error as NodeJS.ErrnoException, port)
  }
  if (started.SMTP_URL) started.urls.mailbox = `${base()}/mailbox`
  if (started.CLOUDINARY_URL) {
    started.urls.cloudinary = `${base()}/cloudinary`
    started.CLOUDINARY_URL += `?upload_prefix=${encodeURIComponent(started.urls.cloudinary)}`
  }
  return { ...started, close }
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') return new Error(`Port ${port} is in use: set LOCAL_PORT to a free one.`)
  return error.path ? new Error(`The local services can't write to ${error.path} (${error.code}).`) : error
}
