import type { FastifyInstance } from 'fastify'
import audit from './audit.js'
import invitations from './auth/invitations.js'
import clock from './clock.js'
import configuration, { type Config } from './config/index.js'
import db from './db/index.js'
import jobs from './jobs/index.js'
import keys from './keys.js'
import mailer from './mailer/index.js'
import type { GmailEndpoints } from './mailer/transport.js'
import metrics from './metrics.js'

export interface CoreOptions {
  /** Another clock than that of the system. */
  now?: () => Date
  /** Endpoints of Gmail. */
  gmail?: GmailEndpoints
  /** Milliseconds that closing waits for running jobs. */
  stopMs?: number
}

/** Registers what the server and the commands share: all that changes an account, keeps the record of it and sends the mail. */
export async function registerCore(app: FastifyInstance, config: Config, { now, gmail, stopMs }: CoreOptions = {}) {
  await app.register(configuration, { config })
  await app.register(clock, { now })
  await app.register(keys)
  await app.register(metrics)
  await app.register(db)
  await app.register(jobs, { stopMs })
  await app.register(mailer, { gmail })
  await app.register(audit)
  await app.register(invitations)
}
