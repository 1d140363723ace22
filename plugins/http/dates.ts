import { Problem } from '../../openapi/errors.js'

/**
 * Returns the time that a text of the format `date-time` names. RFC 3339 allows leap seconds, which a Date cannot represent.
 * @throws Problem VALIDATION_FAILED with the pointer, for a leap second
 */
export function toDate(pointer: string, text: string): Date {
  const date = new Date(text)
  if (!Number.isNaN(date.getTime())) return date
  throw new Problem('VALIDATION_FAILED', {
    errors: [{ pointer, code: 'format', message: 'must be a date and time without a leap second' }],
  })
}
