/** An object of the product that uses Coffer: JSON with plain keys. */
export type Metadata = Record<string, unknown>

/** Returns the condition that a field, which holds values of the metadata as `key:value`, has all of these. */
export const hasAll = <Field extends string>(field: Field, values: string[]) =>
  values.map((value) => ({ [field]: value }) as Record<Field, string>)

/** Returns what an update sets or removes, so that a document without values has no entry in the index of the field. */
export const storeFilters = <Field extends string>(field: Field, values: string[]) =>
  values.length > 0 ? { $set: { [field]: values } } : { $unset: { [field]: 1 } }
