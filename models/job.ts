import { type Connection, Schema } from 'mongoose'

export interface JobDocument {
  /** Given by whoever queues it, so that queueing it twice is harmless. */
  _id: string
  kind: string
  state: 'waiting' | 'done' | 'failed' | 'expired'
  /** What the handler needs; nothing personal or secret in plain text. */
  data: Record<string, unknown>
  /** Encrypted content; erased when the job is done or expired, kept of a failed one for its repetition. */
  content: Buffer | null
  attempts: number
  /** When it is next due; a claim moves it on by the length of the lease. */
  dueAt: Date
  /** Names the claim that may end the job. */
  lease: string | null
  lastError: string | null
  /** After this it's worthless and never run, as a mail with an expired code. */
  expiresAt: Date | null
  createdAt: Date
  /** When the row may go. */
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

// the next job of a kind that is due
schema.index({ kind: 1, state: 1, dueAt: 1 })
// adminListMails: kind and state, sort createdAt
schema.index({ kind: 1, state: 1, createdAt: -1, _id: -1 })
schema.index({ kind: 1, createdAt: -1, _id: -1 })
schema.index({ removeAt: 1 }, { expireAfterSeconds: 0 })

/** The states of a mail as administrators see them. */
export const MAIL_STATES = ['waiting', 'sent', 'failed', 'expired'] as const
export type MailState = (typeof MAIL_STATES)[number]

/** The state in which the job of a mail is stored. */
export const toJobState = (state: MailState): JobDocument['state'] => (state === 'sent' ? 'done' : state)

/** What a mail shows: neither its content nor its address. */
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
