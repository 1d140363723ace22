import { type Connection, Schema } from 'mongoose'

export interface JobDocument {
  /** The caller sets the id, so that queueing a job twice is harmless. */
  _id: string
  kind: string
  state: 'waiting' | 'done' | 'failed' | 'expired'
  /** Input of the handler. It holds nothing personal or secret in plain text. */
  data: Record<string, unknown>
  /** Encrypted content. It is erased when the job is done or expired, and kept if the job failed, for a retry. */
  content: Buffer | null
  attempts: number
  /** Time of the next run. A claim moves it on by the lease. */
  dueAt: Date
  /** Identifies the claim that may end the job. */
  lease: string | null
  lastError: string | null
  /** The job is worthless after this time and never runs, as a mail with an expired code. */
  expiresAt: Date | null
  createdAt: Date
  /** The row is deleted after this time. */
  removeAt: Date | null
}

const schema = new Schema<JobDocument>(
  {
    _id: String,
    kind: { type: String, required: true },
    state: { type: String, enum: ['waiting', 'done', 'failed', 'expired'], required: true },
    data: { type: Schema.Types.Mixed, default: {} },
    content: { type: Buffer, default: null },
    attempts: { type: Number, default: 0 },
    dueAt: { type: Date, required: true },
    lease: { type: String, default: null },
    lastError: { type: String, default: null },
    expiresAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
    removeAt: { type: Date, default: null },
  },
  { versionKey: false, strict: 'throw', minimize: false },
)

// claim: the next due job of a kind
schema.index({ kind: 1, state: 1, dueAt: 1 })
// adminListMails: kind and state, sort createdAt
schema.index({ kind: 1, state: 1, createdAt: -1, _id: -1 })
schema.index({ kind: 1, createdAt: -1, _id: -1 })
schema.index({ removeAt: 1 }, { expireAfterSeconds: 0 })

/** States of a mail, as administrators see them. */
export const MAIL_STATES = ['waiting', 'sent', 'failed', 'expired'] as const
export type MailState = (typeof MAIL_STATES)[number]

/** Returns the stored state of a mail's job. */
export const toJobState = (state: MailState): JobDocument['state'] => (state === 'sent' ? 'done' : state)

/** Returns a mail as administrators see it, without its content and address. */
export const toMail = (job: JobDocument) => ({
  id: job._id,
  template: job.data.template as string,
  state: job.state === 'done' ? 'sent' : job.state,
  attempts: job.attempts,
  createdAt: job.createdAt.toISOString(),
  nextAttemptAt: job.state === 'waiting' ? job.dueAt.toISOString() : null,
  lastError: job.lastError,
})

export const jobModel = (connection: Connection) => connection.model('Job', schema, 'jobs')
