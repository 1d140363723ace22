/** MongoDB's code for a write that a unique index refuses. Engines agree only on the code, not on the other fields of the error. */
const DUPLICATE_KEY = 11000
/** FerretDB 2 gives a duplicate of a simultaneous write the code of an internal error, with PostgreSQL's text. */
const INTERNAL_ERROR = 1
const CONSTRAINT = /violates (unique|exclusion) constraint|could not create (unique index|exclusion constraint)/

/** Tells if a unique index refused a write; `error` is an error of the driver or an entry of its `writeErrors`. */
export function isDuplicateKey(error: unknown): boolean {
  const { code, message, errmsg } = (error ?? {}) as { code?: unknown; message?: string; errmsg?: string }
  return code === DUPLICATE_KEY || (code === INTERNAL_ERROR && CONSTRAINT.test(message ?? errmsg ?? ''))
}
