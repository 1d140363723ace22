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

/**
 * Returns the condition on a time of the query parameters `from` (inclusive) and `to` (exclusive); an absent one is no bound.
 * @throws Problem VALIDATION_FAILED for a leap second
 */
export const between = ({ from, to }: { from?: string; to?: string }) => ({
  ...(from !== undefined && { $gte: toDate('/from', from) }),
  ...(to !== undefined && { $lt: toDate('/to', to) }),
})
