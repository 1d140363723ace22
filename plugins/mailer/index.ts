import { createHash, randomUUID } from 'node:crypto'
import fp from 'fastify-plugin'
import { Counter } from 'prom-client'
import { bytesOf } from '../../models/bytes.js'
import type { JobDocument } from '../../models/job.js'
import { DEFAULT_LOCALE, type Locale } from '../../models/locale.js'
import type { OutboxEntry } from '../../models/outbox.js'
import { JobError } from '../jobs/handler.js'
import { type Content, type Rendered, render } from './layout.js'
import type { MailData, Template } from './mails.js'
import { ADDRESS, domainOf, parseSender, type Sender } from './sender.js'
import { contentOf } from './templates.js'
import {
  adviceOn,
  createMailTransport,
  type GmailEndpoints,
  isAboutMail,
  isSignIn,
  MAX_CONNECTIONS,
  toJobError,
} from './transport.js'

declare module 'fastify' {
  interface FastifyInstance {
    mailer: Mailer
  }
}

/**
 * A mail: its template, the template's data, the language, the address, or null for a mail that is sent to nobody, and the account that
 * it is about, if any.
 */
export type Mail = {
  [T in Template]: {
    template: T
    to: string | null
    locale: Locale | undefined
    data: MailData[T]
    userId?: string | null
  }
}[Template]

type SealedMail = Omit<NonNullable<OutboxEntry['mail']>, 'expiresAt'>

export interface Mailer {
  /**
   * Queues a mail and resolves once it's durable, without waiting for SMTP. A mail to nobody costs and stores the same,
   * so that an observer can't tell if the account exists.
   * @param mail.expiresAt time after which the mail is never sent; templates with a code show it
   * @param mail.id id that makes queueing the same mail twice harmless
   */
  send(mail: Mail & { expiresAt?: Date; id?: string }): Promise<void>
  /** Encrypts a mail for an outbox. The content is bound to the id under which the mail is queued later. */
  seal(id: string, mail: Mail): SealedMail
  /** Queues a mail that {@link seal} encrypted. */
  queue(id: string, mail: SealedMail, expiresAt?: Date): Promise<void>
  /**
   * Deletes the unsent mail of a deleted account, except the farewell: mail about the account, whatever address it is to, and
   * mail to its address that was queued before `deletedAt`, because later mail may be for another account with this address.
   */
  withdraw(account: { userId: string; email: string; deletedAt: Date }): Promise<void>
  /** Connects and signs in to the mail service without sending a mail; the outcome is logged and shows in `fault`. */
  verify(): Promise<void>
  /** The name of the service, which its mails and authenticator apps show. */
  readonly service: string
  /** Why the mail service could not be used at the last attempt, as codes; null if it could, and before the first. */
  readonly fault: string | null
}

const LEASE_MS = 60_000
const BLOCK = 2048
const UNSENT: JobDocument['state'][] = ['waiting', 'failed']
/** The mail that tells an owner that the account was deleted. */
const FAREWELL: Template = 'account-deleted'

/** The context to which the encrypted content of a mail is bound. */
export const mailContext = (id: string) => `mail:${id}`

/** Returns JSON padded with spaces to whole blocks, so that its length reveals nothing about the content. */
function toContent(value: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(value))
  const content = Buffer.alloc(Math.ceil(json.length / BLOCK) * BLOCK, ' ')
  json.copy(content)
  return content
}

/** Decorates `mailer`: sends mail from templates through the job queue. */
export default fp<{ gmail?: GmailEndpoints }>(
  async (app, { gmail }) => {
    let opened: ReturnType<typeof createMailTransport> | undefined
    /** Opens the transport: when the server listens, and in a command at its first mail. */
    const transport = () => {
      opened ??= createMailTransport(app.config, gmail)
      return opened
    }
    const sender = parseSender(app.config.MAIL_FROM) as Sender
    const { address: from } = sender
    const { BRAND_NAME: service } = app.config
    const domain = domainOf(sender)
    const mails = new Counter({
      name: 'coffer_mails_total',
      help: 'Attempts to send a mail: sent, refused permanently, or deferred.',
      labelNames: ['template', 'outcome'],
      registers: [app.metrics.registry],
    })
    const own =
      app.config.MAIL_TEMPLATES === undefined
        ? undefined
        : (await import('./own-texts.js')).loadOwnTexts(app.config.MAIL_TEMPLATES, app.config)
    let fault: string | null = null

    /** Logs each change once: a dead sign-in as an error, because nobody can sign in to Coffer until it is corrected. */
    function report(reason: string | null) {
      if (reason === fault) return
      fault = reason
      if (reason === null) app.log.info('Mail can be sent again')
      else {
        const message = `Mail can not be sent: ${adviceOn(reason, app.config)}`
        app.log[isSignIn(reason) ? 'error' : 'warn']({ reason }, message)
      }
    }

    /** Renders a mail; if the operator's own texts fail with its data, from ours. */
    function write(template: Template, content: Content): Rendered {
      const rendered = render(content, app.config)
      try {
        return own?.apply(template, content, rendered) ?? rendered
      } catch (error) {
        app.log.error(
          { err: error, template, locale: content.locale },
          'A text of MAIL_TEMPLATES could not be rendered',
        )
        return rendered
      }
    }

    async function deliver(job: JobDocument, { signal }: { signal: AbortSignal }): Promise<undefined> {
      const { template } = job.data as { template: Template }
      const json = app.keys.decrypt(job.content as Buffer, mailContext(job._id)).toString()
      const { to, data, locale } = JSON.parse(json) as Mail
      if (to === null) return
      if (!ADDRESS.test(to)) throw new JobError('The address is not valid for mail.', { permanent: true })
      const content = contentOf(template, data, { locale, brand: app.config, expiresAt: job.expiresAt })
      const message = write(template, content)
      const pool = await transport()
      try {
        await pool.sendMail({
          from: { name: sender.name || service, address: from },
          to: { name: '', address: to },
          envelope: { from, to: [to] },
          date: app.now(),
          messageId: `<${createHash('sha256').update(job._id).digest('hex').slice(0, 32)}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
          ...message,
          signal,
        })
        report(null)
        mails.inc({ template, outcome: 'sent' })
      } catch (error) {
        const failure = toJobError(error)
        if (!signal.aborted) report(isAboutMail(failure.message) ? null : failure.message)
        mails.inc({ template, outcome: failure.permanent ? 'refused' : 'deferred' })
        throw failure
      }
    }

    /** Null for a mail that no accepted key decrypts, and that can't be sent either. */
    function open(id: string, content: Buffer): Pick<Mail, 'to' | 'userId'> | null {
      try {
        return JSON.parse(app.keys.decrypt(content, mailContext(id)).toString())
      } catch {
        return null
      }
    }

    const mailer: Mailer = {
      send: ({ expiresAt, id = randomUUID(), ...mail }) => mailer.queue(id, mailer.seal(id, mail), expiresAt),
      seal: (id, { template, to, data, locale, userId = null }) => ({
        template,
        content: app.keys.encrypt(toContent({ to, data, locale: locale ?? DEFAULT_LOCALE, userId }), mailContext(id)),
      }),
      queue: (id, { template, content }, expiresAt) =>
        app.jobs.enqueue({ id, kind: 'mail', data: { template }, content, ...(expiresAt && { expiresAt }) }),
      async withdraw({ userId, email, deletedAt }) {
        const { Job } = app.db
        const unsent = { kind: 'mail', state: { $in: UNSENT }, 'data.template': { $ne: FAREWELL } }
        for await (const { _id, content, createdAt } of Job.find(unsent, { content: 1, createdAt: 1 }).lean()) {
          const mail = open(_id, bytesOf(content as Buffer))
          const isOwn = mail?.userId === userId || (mail?.to === email && createdAt < deletedAt)
          if (isOwn) await Job.deleteOne({ _id })
        }
      },
      async verify() {
        const pool = await transport()
        await pool.verify().then(
          () => report(null),
          (error) => report(toJobError(error).message),
        )
      },
      service,

      get fault() {
        return fault
      },
    }

    app.decorate('mailer', mailer)
    app.jobs.handle('mail', { run: deliver, leaseMs: LEASE_MS, maxAttempts: 40, concurrency: MAX_CONNECTIONS })
    // in the background: a mail service that is down doesn't stop the start
    app.addHook('onListen', async () => void mailer.verify())
    app.addHook('onClose', async () => {
      await app.jobs.stop()
      if (opened) (await opened).close()
    })
  },
  { name: 'mailer', dependencies: ['clock', 'config', 'db', 'jobs', 'keys', 'metrics'] },
)
