import type { components } from '@coffer/client'

type AuditEvent = components['schemas']['AuditEvent']

const COLUMNS = [
  'at',
  'action',
  'outcome',
  'actorId',
  'targetId',
  'ip',
  'userAgent',
  'requestId',
  'details',
  'id',
] as const

/** Quotes a value (RFC 4180). Spreadsheets run values that begin with these characters as formulas, so an apostrophe precedes them. */
function quoted(value: unknown): string {
  const text = value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
  return `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
}

/** Writes an audit event as a line of CSV. `head` is the first line. */
export const toCsv = Object.assign(
  (event: AuditEvent) => `${COLUMNS.map((name) => quoted(event[name])).join(',')}\r\n`,
  { head: `${COLUMNS.join(',')}\r\n` },
)
