import { BlockList, isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import type { Config } from '../config/index.js'
import { JobError } from '../jobs/handler.js'
import { domainOf, parseSender, type Sender } from './sender.js'

/** The addresses of Gmail and the certificates to trust; Google's own by default. */
export interface GmailEndpoints {
  host: string
  port: number
  /** URL that issues access tokens for the refresh token. */
  accessUrl: string
  tls?: { ca: string | Buffer }
}

const GOOGLE: GmailEndpoints = {
  host: 'smtp.gmail.com',
  port: 465,
  accessUrl: 'https://oauth2.googleapis.com/token',
}

/** SMTP connections of one process, and mails that it sends in parallel. */
export const MAX_CONNECTIONS = 5

// Nodemailer waits 2 minutes for a connection, 30 seconds for the greeting and 10 minutes for an answer.
const TIMEOUTS = {
  connectionTimeout: 10_000,
  dnsTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 10_000,
  socketCloseTimeout: 1_000,
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  return host === 'localhost' || (isIP(host) > 0 && loopback.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4'))
}

/**
 * Returns the name with which this client greets an SMTP server (RFC 5321, 4.1.1.1): the host of PUBLIC_URL, or the domain
 * of the sender if that host has no full name. Nodemailer would send `[127.0.0.1]` from a host without a full name, such as
 * a container, and some servers refuse that.
 */
function clientName({ PUBLIC_URL, MAIL_FROM }: Config): string {
  const { hostname } = new URL(PUBLIC_URL)
  if (hostname.includes('.') && isIP(hostname) === 0) return hostname
  return domainToASCII(domainOf(parseSender(MAIL_FROM) as Sender)) || 'localhost'
}

/**
 * Creates the pooled SMTP transport of the configuration. It requires TLS outside this machine, unless SMTP_URL has
 * `?requireTLS=false` or `?ignoreTLS=true`. SMTP_URL may have further options of Nodemailer, such as `?name=` for EHLO.
 */
export async function createMailTransport(config: Config, gmail: GmailEndpoints = GOOGLE) {
  // takes long to load, which the start of a server needn't wait for
  const { createTransport } = await import('nodemailer')
  const pool = { pool: true as const, maxConnections: MAX_CONNECTIONS, name: clientName(config), ...TIMEOUTS }
  const defaults = { disableFileAccess: true, disableUrlAccess: true }
  if (config.SMTP_URL !== undefined) {
    const { hostname, searchParams } = new URL(config.SMTP_URL)
    const requireTLS = !isLoopback(hostname) && searchParams.get('ignoreTLS') !== 'true'
    return createTransport({ url: config.SMTP_URL, requireTLS, ...pool }, defaults)
  }
  const { host, port, accessUrl, tls } = gmail
  const auth = {
    type: 'OAuth2' as const,
    user: config.GMAIL_USER,
    clientId: config.GMAIL_CLIENT_ID,
    clientSecret: config.GMAIL_CLIENT_SECRET,
    refreshToken: config.GMAIL_REFRESH_TOKEN,
    accessUrl,
    requestTimeout: TIMEOUTS.socketTimeout,
  }
  return createTransport({ host, port, secure: true, ...(tls && { tls }), auth, ...pool }, defaults)
}

interface MailError {
  code?: string
  originalCode?: string
  message: string
  responseCode?: number
  response?: string
}

/** Returns the code of the system (`ECONNREFUSED`) or of OAuth (RFC 6749, 5.2: `invalid_grant`) behind an error. */
function causeOf({ originalCode, message }: MailError): string | undefined {
  return originalCode === 'EOAUTH2' ? /^[a-z_]{1,40}(?=$|[: ])/.exec(message)?.[0] : originalCode
}

/**
 * Reduces a failure to what may be stored and shown: the kind of error, its cause, the server's status (RFC 5321, 4.2) and
 * its enhanced status (RFC 3463), but not its text, which repeats the address. A 5xx about the message or its envelope
 * is permanent. One about the sign-in isn't, because the operator can correct the credentials.
 */
export function toJobError(error: unknown): JobError {
  const { code = 'ERROR', responseCode, response } = error as MailError
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1]
  const permanent = isAboutMail(code) && Number(responseCode) >= 500
  const parts = [code, causeOf(error as MailError), responseCode, enhanced]
  return new JobError(parts.filter(Boolean).join(' '), { permanent })
}

/** Returns true if a reason is about one message or its recipient, and not about the mail service. */
export const isAboutMail = (reason: string) => /^(EENVELOPE|EMESSAGE)\b/.test(reason)

/** Returns true if the mail service refuses the credentials. No mail is sent until an operator corrects them. */
export const isSignIn = (reason: string) => reason.startsWith('EAUTH')

/** Returns what an operator should check, in view of the reason of a failure. */
export function adviceOn(reason: string, { GMAIL_USER }: Pick<Config, 'GMAIL_USER'>): string {
  if (GMAIL_USER === undefined) return 'check SMTP_URL'
  if (reason.includes('invalid_grant')) return 'check GMAIL_REFRESH_TOKEN, see docs/gmail.md'
  if (reason.includes('_client')) return 'check GMAIL_CLIENT_ID and GMAIL_CLIENT_SECRET, see docs/gmail.md'
  return 'check GMAIL_USER and the connection to Google, see docs/gmail.md'
}
