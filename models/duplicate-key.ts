/** MongoDB's code of a write that a unique index refuses. Engines agree on the code alone, not on the other fields of the error. */
const DUPLICATE_KEY = 11000

/** Whether a unique index refused a write: an error of the driver, or one entry of its `writeErrors`. */
export const isDuplicateKey = (error: unknown) => (error as { code?: unknown } | null)?.code === DUPLICATE_KEY
