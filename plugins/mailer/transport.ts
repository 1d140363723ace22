import { BlockList, isIP } from 'node:net'
import { createTransport } from 'nodemailer'
import type { Config } from '../config/index.js'
import { JobError } from '../job-handler.js'

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
 * Creates the pooled SMTP transport of the configuration. It requires TLS outside this machine, unless SMTP_URL has
 * `?requireTLS=false` or `?ignoreTLS=true`. SMTP_URL may have further options of Nodemailer.
 */
export function createMailTransport(config: Config, gmail: GmailEndpoints = GOOGLE) {
  const pool = { pool: true as const, maxConnections: MAX_CONNECTIONS, ...TIMEOUTS }
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

/**
 * Reduces a failed delivery to what may be stored and shown: the kind of error, the server's status (RFC 5321, 4.2) and
 * its enhanced status (RFC 3463), but not its text, which repeats the address. A 5xx about the message or its envelope
 * is permanent. One about the sign-in isn't, because the operator can correct the credentials.
 */
export function toJobError(error: unknown): JobError {
  const { code, responseCode, response } = error as { code?: string; responseCode?: number; response?: string }
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1]
  const permanent = (code === 'EENVELOPE' || code === 'EMESSAGE') && Number(responseCode) >= 500
  return new JobError([code ?? 'ERROR', responseCode, enhanced].filter(Boolean).join(' '), { permanent })
}
