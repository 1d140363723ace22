import type { Types } from 'mongoose'

/** Returns the bytes of a Buffer field of a lean read. The driver returns a BSON Binary there, although the type says Buffer. */
export const bytesOf = (value: Buffer) => Buffer.from((value as unknown as Types.Buffer).buffer)
