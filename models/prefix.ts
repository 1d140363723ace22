/**
 * Returns text as it's searched and sorted by: in Unicode NFC, since people and systems write one letter in several ways, and lower-cased,
 * so that letter case doesn't matter.
 */
export const toKey = (text: string) => text.normalize('NFC').toLowerCase()

/** Matches what begins with `prefix`, taken literally, in a field of {@link toKey}. */
export const startsWith = (prefix: string) => ({
  $regex: `^${toKey(prefix).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`,
})

/** JSON Schema keywords of a search prefix. MongoDB's patterns can't hold NUL. */
export const PREFIX = { minLength: 1, maxLength: 255, pattern: '^[^\\u0000]+$' }
