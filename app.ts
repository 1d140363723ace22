import { randomUUID } from 'node:crypto'
import multipart from '@fastify/multipart'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import assets from './plugins/assets/index.js'
import audit from './plugins/audit.js'
import auth from './plugins/auth.js'
import budgets from './plugins/budgets.js'
import challenges from './plugins/challenges.js'
import configuration, { type Config } from './plugins/config.js'
import db from './plugins/db.js'
import errorHandler, { answerClientError, answerFrameworkError } from './plugins/error-handler.js'
import etag from './plugins/etag.js'
import jobs from './plugins/jobs.js'
import keys from './plugins/keys.js'
import { loggerOptions, QuietLog } from './plugins/log.js'
import mailer from './plugins/mailer/index.js'
import openapi from './plugins/openapi.js'
import passwords from './plugins/passwords.js'
import rateLimit from './plugins/rate-limit.js'
import removal from './plugins/removal.js'
import requests from './plugins/requests.js'
import routes from './plugins/routes.js'
import securityHeaders from './plugins/security-headers.js'
import sessions from './plugins/sessions.js'
import stepUp from './plugins/step-up.js'
import storage from './plugins/storage/index.js'
import strictRequests from './plugins/strict-requests.js'
import { buildValidator } from './plugins/validator.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The time by which everything expires; tests give their own. */
    now(): Date
  }
}

export interface AppOptions {
  now?: () => Date
  /** Where the logs go; default standard output. */
  logStream?: NodeJS.WritableStream
}

/** RFC 9110 allows more, but what is logged and echoed should be plain. */
const REQUEST_ID = /^[\w.-]{8,128}$/

/** Builds one Coffer: plugins first, then the routes behind their guard. Several can live in one process. */
export async function buildApp(
  config: Config,
  { now = () => new Date(), logStream }: AppOptions = {},
): Promise<FastifyInstance> {
  const options: FastifyServerOptions = {
    logger: loggerOptions(config, logStream),
    logController: new QuietLog(),
    trustProxy: config.TRUST_PROXY.length > 0 ? config.TRUST_PROXY : false,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id']
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
    },
    bodyLimit: 64 * 1024,
    requestTimeout: 300_000,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    schemaController: { compilersFactory: { buildValidator } },
    routerOptions: { maxParamLength: 256 },
    clientErrorHandler: answerClientError,
    frameworkErrors: answerFrameworkError,
  }
  const app = fastify(options).withTypeProvider<TypeBoxTypeProvider>()
  app.decorate('now', now)

  await app.register(configuration, { config })
  await app.register(requests)
  await app.register(rateLimit)
  await app.register(errorHandler)
  await app.register(securityHeaders)
  await app.register(strictRequests)
  await app.register(openapi)
  await app.register(etag)
  await app.register(keys)
  await app.register(db)
  await app.register(jobs)
  await app.register(mailer)
  await app.register(audit)
  await app.register(storage)
  await app.register(assets)
  await app.register(passwords)
  await app.register(budgets)
  await app.register(challenges)
  await app.register(auth)
  await app.register(sessions)
  await app.register(stepUp)
  await app.register(removal)
  await app.register(multipart)

  await app.register(routes)
  return app
}
