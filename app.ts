import { randomUUID } from 'node:crypto'
import type { Server } from 'node:http'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { type FastifyHttpOptions, type FastifyInstance } from 'fastify'
import assets from './plugins/assets/index.js'
import accountDeletion from './plugins/auth/account-deletion.js'
import apiKeys from './plugins/auth/api-keys.js'
import budgets from './plugins/auth/budgets.js'
import callers from './plugins/auth/callers.js'
import challenges from './plugins/auth/challenges.js'
import devices from './plugins/auth/devices.js'
import enrolment from './plugins/auth/enrolment.js'
import factors from './plugins/auth/factors.js'
import auth from './plugins/auth/index.js'
import passkeys from './plugins/auth/passkeys.js'
import passwords from './plugins/auth/passwords.js'
import sessions from './plugins/auth/sessions.js'
import stepUp from './plugins/auth/step-up.js'
import type { Config } from './plugins/config/index.js'
import { type CoreOptions, registerCore } from './plugins/core.js'
import clientAddress from './plugins/http/client-address.js'
import compilers from './plugins/http/compilers.js'
import errorHandler, { answerClientError, answerFrameworkError } from './plugins/http/error-handler.js'
import etag from './plugins/http/etag.js'
import limitsPlugin, { type Limits, limitsOf } from './plugins/http/limits.js'
import { loggerOptions, QuietLog } from './plugins/http/log.js'
import overload from './plugins/http/overload.js'
import rateLimit from './plugins/http/rate-limit.js'
import redis from './plugins/http/redis.js'
import requestMetrics from './plugins/http/request-metrics.js'
import requests from './plugins/http/requests.js'
import securityHeaders from './plugins/http/security-headers.js'
import shutdown from './plugins/http/shutdown.js'
import strictRequests from './plugins/http/strict-requests.js'
import metadata from './plugins/metadata/index.js'
import openapi from './plugins/openapi.js'
import routes from './plugins/routes.js'
import storage from './plugins/storage/index.js'
import docs, { type DocsOptions } from './plugins/web/docs.js'
import web from './plugins/web/index.js'
import webhooks, { type WebhookOptions } from './plugins/webhooks/index.js'

export interface AppOptions extends Pick<CoreOptions, 'now'>, DocsOptions {
  /** Options for reaching the endpoints of webhooks. */
  webhooks?: WebhookOptions
  /** Limits in place of those that follow from the configuration. */
  limits?: Partial<Limits>
  /** The stream of the log; standard output by default. */
  logStream?: NodeJS.WritableStream
}

/** RFC 9110 allows more characters; ids that are logged and echoed should be plain. */
const REQUEST_ID = /^[\w.-]{8,128}$/

/** Builds an app: plugins first, then the routes behind their guard. One process can hold several. */
export async function buildApp(
  config: Config,
  { now, logStream, limits: others, mailbox, webhooks }: AppOptions = {},
): Promise<FastifyInstance> {
  const limits = { ...limitsOf(config), ...others }
  const options: FastifyHttpOptions<Server> = {
    logger: loggerOptions(config, logStream),
    logController: new QuietLog(),
    trustProxy: config.TRUST_PROXY.length > 0 ? config.TRUST_PROXY : false,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id']
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
    },
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeout,
    connectionTimeout: limits.idleTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeout,
      connectionsCheckingInterval: limits.timeoutInterval,
    },
    forceCloseConnections: 'idle',
    // the overload plugin answers in the shape of every other error
    return503OnClosing: false,
    routerOptions: { maxParamLength: limits.parameterLength },
    clientErrorHandler: answerClientError(config.CORS_ORIGINS),
    frameworkErrors: answerFrameworkError,
  }
  const app = fastify(options).withTypeProvider<TypeBoxTypeProvider>()
  await registerPlugins(app, config, { now, limits, mailbox, webhooks })
  return app
}

/** Registers every plugin, in an order that their declared dependencies allow, and then the routes. */
export async function registerPlugins(
  app: FastifyInstance,
  config: Config,
  {
    now,
    limits,
    mailbox,
    webhooks: endpoints = {},
  }: Pick<AppOptions, 'now' | 'mailbox' | 'webhooks'> & { limits: Limits },
): Promise<void> {
  // core, which commands use too
  await registerCore(app, config, { now })

  // HTTP: each request and its answer
  await app.register(clientAddress)
  await app.register(requests)
  await app.register(requestMetrics)
  await app.register(limitsPlugin, { limits })
  await app.register(redis)
  await app.register(callers)
  await app.register(apiKeys)
  await app.register(rateLimit)
  await app.register(errorHandler)
  await app.register(securityHeaders)
  await app.register(overload)
  await app.register(strictRequests)
  await app.register(etag)
  await app.register(metadata)
  await app.register(openapi)
  await app.register(docs, { mailbox })
  await app.register(web, { mailbox })
  await app.register(compilers)

  // files
  await app.register(storage)
  await app.register(assets)

  // accounts
  await app.register(passwords)
  await app.register(budgets)
  await app.register(devices)
  await app.register(factors)
  await app.register(passkeys)
  await app.register(challenges)
  await app.register(auth)
  await app.register(sessions)
  await app.register(stepUp)
  await app.register(enrolment)
  await app.register(accountDeletion)

  await app.register(webhooks, endpoints)

  await app.register(shutdown)
  await app.register(routes)
}
