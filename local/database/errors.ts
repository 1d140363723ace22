/** The names of the codes in MongoDB's error_codes.yml. */
const CODE_NAMES: Record<number, string> = {
  1: 'InternalError',
  2: 'BadValue',
  9: 'FailedToParse',
  10: 'CannotMutateObject',
  14: 'TypeMismatch',
  15: 'Overflow',
  16: 'InvalidLength',
  20: 'IllegalOperation',
  22: 'InvalidBSON',
  26: 'NamespaceNotFound',
  27: 'IndexNotFound',
  28: 'PathNotViable',
  40: 'ConflictingUpdateOperators',
  43: 'CursorNotFound',
  48: 'NamespaceExists',
  52: 'DollarPrefixedFieldName',
  53: 'InvalidIdField',
  59: 'CommandNotFound',
  66: 'ImmutableField',
  67: 'CannotCreateIndex',
  72: 'InvalidOptions',
  73: 'InvalidNamespace',
  85: 'IndexOptionsConflict',
  86: 'IndexKeySpecsConflict',
  91: 'ShutdownInProgress',
  115: 'CommandNotSupported',
  168: 'InvalidPipelineOperator',
  171: 'CannotIndexParallelArrays',
  225: 'TransactionTooOld',
  241: 'ConversionFailure',
  263: 'OperationNotSupportedInTransaction',
  10334: 'BSONObjectTooLarge',
  11000: 'DuplicateKey',
  17280: 'KeyTooLong',
}

/** An error as MongoDB reports it: a code, its name, and further fields such as `keyPattern`. */
export class MongoError extends Error {
  readonly code: number
  readonly fields: Record<string, unknown>

  constructor(code: number, message: string, fields: Record<string, unknown> = {}) {
    super(message)
    this.code = code
    this.fields = fields
  }

  get codeName(): string {
    return CODE_NAMES[this.code] ?? `Location${this.code}`
  }
}

/** Returns the error for a feature of MongoDB that this server doesn't have. */
export const notImplemented = (what: string): MongoError =>
  new MongoError(115, `${what} is not implemented by this server`)

/** Converts any thrown value to a MongoError. An unknown error becomes an internal one. */
export function asMongoError(error: unknown): MongoError {
  if (error instanceof MongoError) return error
  const { name, message } = error as Error
  return name === 'BSONError' || name === 'RangeError'
    ? new MongoError(22, `invalid BSON: ${message}`)
    : new MongoError(1, message)
}
