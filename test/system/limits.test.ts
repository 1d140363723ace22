import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { totalmem } from 'node:os'
import t from 'tap'
import { MAX_URL_LENGTH } from '../../openapi/schemas/webhook.js'
import {
  DECODES_AT_ONCE,
  MAX_HELD_BYTES,
  MAX_UPLOAD_BYTES,
  MAX_WAITING_DECODES,
  MAX_WHOLE_PIXELS,
} from '../../plugins/assets/avatar-image.js'
import { MAX_API_KEYS } from '../../plugins/auth/api-key-changes.js'
import { MAX_FACTORS } from '../../plugins/auth/enrolment.js'
import { MAX_PROFILES } from '../../plugins/auth/imported-hashes.js'
import { MAX_KEY_BYTES } from '../../plugins/auth/passkey-registration.js'
import { BREACH_CHECK_MS } from '../../plugins/auth/password-strength.js'
import { CONCURRENCY, MAX_WAITING } from '../../plugins/auth/passwords.js'
import { MAX_FIELD_ERRORS } from '../../plugins/http/error-handler.js'
import { limitsOf, STOP_TIME } from '../../plugins/http/limits.js'
import { DRAIN_BYTES, DRAIN_MS, MAX_FIELDS } from '../../plugins/http/multipart.js'
import { REDIS_OPTIONS } from '../../plugins/http/redis.js'
import { createMailTransport } from '../../plugins/mailer/transport.js'
import { MAX_METADATA_BYTES, MAX_METADATA_DEPTH } from '../../plugins/metadata/index.js'
import { MAX_MATCHED } from '../../plugins/metadata/pattern.js'
import { PATIENCE, UPLOAD_PATIENCE } from '../../plugins/storage/cloudinary.js'
import { MAX_SCANS } from '../../plugins/storage/formats/jpeg.js'
import { MAX_PARTS } from '../../plugins/storage/reader.js'
import { KEEP_MS } from '../../plugins/webhooks/expand.js'
import {
  CONCURRENCY as DELIVERIES_AT_ONCE,
  MAX_RETRY_AFTER_MS,
  MAX_WEBHOOKS,
  SCHEDULE,
} from '../../plugins/webhooks/index.js'
import { DNS_TIMEOUT_MS } from '../../plugins/webhooks/networks.js'
import { ANSWER_MS, MAX_ANSWER_BYTES } from '../../plugins/webhooks/send.js'
import { build } from '../support/app.js'

const seconds = (ms: unknown) => `${Number(ms) / 1000} s`
const size = (bytes: number) => (bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MiB` : `${bytes / 2 ** 10} KiB`)

t.test('docs/limits.md says what the running server does', async (t) => {
  const { app } = await build(t)
  const { limits, initialConfig } = app
  const server = app.server as Server & { connectionsCheckingInterval?: number; maxHeaderSize?: number }
  const database = app.db.connection.getClient().options
  const mail = (
    (await createMailTransport(app.config)) as unknown as { transporter: { options: Record<string, number> } }
  ).transporter.options
  const steps = ['connectionTimeout', 'dnsTimeout', 'greetingTimeout', 'socketTimeout'].map((name) => mail[name])
  t.equal(new Set(steps).size, 1)
  const heap = (limits.heapBytes / (await import('node:v8')).getHeapStatistics().heap_size_limit) * 100

  const memory = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem())

  const running: Record<string, string> = {
    'open connections': server.maxConnections.toLocaleString('en'),
    'header fields': size(limits.headerBytes),
    'path parameter': `${initialConfig.routerOptions?.maxParamLength} characters`,
    'JSON body': size(initialConfig.bodyLimit as number),
    'errors reported by one validation': `${MAX_FIELD_ERRORS}`,
    'metadata of an account or a file': size(MAX_METADATA_BYTES),
    'levels of metadata': `${MAX_METADATA_DEPTH}`,
    'text of a pattern of a metadata schema': `${MAX_MATCHED} characters`,
    'text fields of a form': `${MAX_FIELDS}`,
    'public key of a passkey': `${MAX_KEY_BYTES.toLocaleString('en')} bytes`,
    'API keys of one account': `${MAX_API_KEYS}`,
    'second factors of one account': `${MAX_FACTORS}`,
    'parts of an image (segments, chunks, blocks)': MAX_PARTS.toLocaleString('en'),
    'scans of a JPEG': `${MAX_SCANS}`,
    'upload of a profile image': size(MAX_UPLOAD_BYTES),
    'uploads of profile images held at once': size(MAX_HELD_BYTES),
    'time for a form with a profile image': seconds(limits.avatarTimeout),
    'pixels of a profile image that is decoded as a whole': MAX_WHOLE_PIXELS.toLocaleString('en'),
    'profile images decoded at once': `${DECODES_AT_ONCE}`,
    'profile images in the queue': `${MAX_WAITING_DECODES}`,
    'rest of a refused form that is read': size(DRAIN_BYTES),
    'time for that rest': seconds(DRAIN_MS),
    'time for the header fields': seconds(server.headersTimeout),
    'time for a JSON body': seconds(limits.bodyTimeout),
    'time for a whole request': seconds(server.requestTimeout),
    'interval at which these times are checked': seconds(limits.timeoutInterval),
    'idle time of a connection during a request': seconds(server.timeout),
    'idle time between two requests': seconds(server.keepAliveTimeout),
    'event loop delay': seconds(limitsOf(app.config).eventLoopDelay),
    heap: `${Math.round(heap)} %`,
    'resident memory': `${Math.round((limits.residentBytes / memory) * 100)} %`,
    'password hashes at once': `${Math.max(CONCURRENCY, 3)}`,
    'password hashes in the queue': `${(MAX_WAITING / CONCURRENCY) * 3}`,
    'kinds of imported hashes': `${MAX_PROFILES}`,
    'connections to the database': `${database.maxPoolSize}`,
    'wait for a connection to the database': seconds(database.waitQueueTimeoutMS),
    'wait for a database server': seconds(database.serverSelectionTimeoutMS),
    'time to connect to the database': seconds(database.connectTimeoutMS),
    'time for an answer of the database': seconds(database.socketTimeoutMS),
    'connections to the mail server': `${mail.maxConnections}`,
    'each step of a mail delivery': seconds(steps[0]),
    'time for the file store to accept bytes of an upload': seconds(UPLOAD_PATIENCE),
    'time for any other answer of the file store': seconds(PATIENCE),
    'time for Redis': seconds(REDIS_OPTIONS.commandTimeout),
    'time for the breach list': seconds(BREACH_CHECK_MS),
    webhooks: `${MAX_WEBHOOKS}`,
    'URL of a webhook': `${MAX_URL_LENGTH.toLocaleString('en')} characters`,
    'deliveries to one webhook at once': `${DELIVERIES_AT_ONCE}`,
    "time for an answer of a webhook's endpoint": seconds(ANSWER_MS),
    'answer of an endpoint that is read': size(MAX_ANSWER_BYTES),
    'query of a name server for an endpoint': seconds(DNS_TIMEOUT_MS),
    'attempts at a delivery to a webhook': `${SCHEDULE.length + 1}`,
    '`Retry-After` of an endpoint': `${MAX_RETRY_AFTER_MS / 3_600_000} h`,
    'time for which deliveries are kept': `${KEEP_MS / 86_400_000} d`,
    'time for requests in flight at a stop': seconds(limits.drainTime),
    'time of a stop': seconds(STOP_TIME),
  }
  const rows = [...readFileSync('docs/limits.md', 'utf8').matchAll(/^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$/gm)]
  const documented = Object.fromEntries(rows.slice(1).map(([, name, value]) => [name, value]))
  t.strictSame(documented, running)
})
