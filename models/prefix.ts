/** Matches what begins with `prefix`, taken literally; on a lower-cased field, so that letter case doesn't matter. */
export const startsWith = (prefix: string) => ({
  $regex: `^${prefix.toLowerCase().replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`,
})

/** The JSON Schema keywords of a prefix to search for; a pattern can't hold NUL. */
export const PREFIX = { minLength: 1, maxLength: 255, pattern: '^[^\\u0000]+$' }
