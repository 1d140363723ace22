/** The names that MongoDB's error_codes.yml gives to the codes used here. */
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

/** A failure as MongoDB reports it: `code`, its name, and fields such as `keyPattern` beside them. */
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

/** The refusal of something that MongoDB has and this server hasn't. */
export const notImplemented = (what: string): MongoError =>
  new MongoError(115, `${what} is not implemented by this server`)

/** Any thrown thing as a MongoError; what isn't one is an internal error. */
export function asMongoError(error: unknown): MongoError {
  if (error instanceof MongoError) return error
  const { name, message } = error as Error
  return name === 'BSONError' || name === 'RangeError'
    ? new MongoError(22, `invalid BSON: ${message}`)
    : new MongoError(1, message)
}
