/** MongoDB's code for a write that a unique index refuses. Engines agree only on the code, not on the other fields of the error. */
const DUPLICATE_KEY = 11000

/** Tells if a unique index refused a write; `error` is an error of the driver or an entry of its `writeErrors`. */
export const isDuplicateKey = (error: unknown) => (error as { code?: unknown } | null)?.code === DUPLICATE_KEY
